#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/api/background.hpp"
#include "agent/image/image.hpp"
#include "agent/logs/log_shipper.hpp"
#include "agent/node.hpp"
#include "agent/task/container_spec.hpp"
#include "agent/task/task_machine.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/completion.hpp"
#include "http/task.hpp"

namespace slipway::agent {

// Does what one task's machine asks for, and tells it how that went. Used on the node's loop; the host's
// calls and the disk run on its workers. The task's file is on disk before anything that could not be found
// again is done.
class TaskRunner {
 public:
  // `payload`: the task as the server sent it, secrets taken out; it is kept on disk as it is.
  TaskRunner(Node& node, wire::Value payload, TaskSpec spec, TaskState state);
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  // A new task: returns once it is on disk. An error: the disk refused, nothing was begun.
  http::Task<Result<>> accept();
  // A task from disk. `found`: one for each container.
  void recover(const std::vector<std::optional<runtime::ContainerStatus>>& found);

  void want_stopped();
  void container_exited(const runtime::ContainerStatus& status);
  void container_probed(const std::string& container_id, const runtime::ProbeResult& result);
  void set_credentials(RoleCredentials role, bool execution);
  // Whether its subnet leads out now (awsvpc).
  http::Task<void> set_way_out(bool reaches_outside);

  const TaskMachine& machine() const { return machine_; }
  // Running containers, for telemetry.
  std::vector<std::string> running() const;

  // Resolves when nothing of the task is left (true), or after stop() when nothing of it runs here any more.
  http::Task<bool> finished();
  void stop();

 private:
  void pump();
  http::Task<void> perform(Action action);
  http::Task<void> pull(std::size_t container);
  http::Task<void> set_up();
  http::Task<Result<>> set_up_network();
  http::Task<void> start(std::size_t container);
  http::Task<Result<>> start_container(std::size_t container);
  http::Task<Result<runtime::NetworkNamespace>> network_of(std::size_t container);
  http::Task<Result<runtime::NetworkNamespace>> open_host_ports(std::size_t container);
  http::Task<Result<>> prepare_secrets(std::size_t container);
  // The execution role's session, which a node that has just started again gets with its connection.
  http::Task<Result<RoleCredentials>> execution_role();
  http::Task<Result<>> prepare_logs(std::size_t container);
  http::Task<void> prepare_logs_early(std::size_t container);
  void ship_logs(std::size_t container, bool begun);
  http::Task<void> probe(std::size_t container);
  http::Task<void> signal(std::size_t container, int number);
  http::Task<void> release();
  http::Task<void> ship_rest(std::size_t container, std::int64_t timeout_ms);
  http::Task<void> remove_container(std::size_t container);
  http::Task<void> report();
  http::Task<void> forget();
  http::Task<Result<>> save();
  http::Task<void> save_quietly();
  http::Task<void> keep_time();
  http::Task<void> watch_disk();
  std::vector<std::string> own_volumes() const;

  Instant now();
  const TaskSpec& spec() const { return machine_.spec(); }
  const std::string& container_id(std::size_t i) const { return machine_.state().containers[i].id; }
  template <class Function>
  auto on_host(Function function) {
    return http::run_blocking(node_.workers, std::move(function));
  }

  Node& node_;
  wire::Value payload_;
  TaskMachine machine_;
  Background background_;
  http::Cancel stopping_ = http::Cancel::make();
  http::Signal changed_;  // the machine's next time may be another

  std::vector<std::optional<ResolvedImage>> images_;
  std::vector<http::Completion<Result<>>> logs_ready_;
  std::vector<std::unique_ptr<LogShipper>> shippers_;
  std::vector<bool> removed_;  // from the host
  std::vector<std::optional<std::vector<std::pair<std::string, std::string>>>> secrets_;  // fetched once a life
  std::string task_netns_;
  runtime::Resolvers resolvers_;
  std::string held_router_;
  bool reaches_outside_;     // as told last
  bool networking_ = false;  // set_up_network is on its way: it takes the above along

  Gate save_gate_{1};
  std::uint64_t version_ = 0, saved_version_ = 0;
  std::size_t saved_hash_ = 0;  // of what is on disk
  std::int64_t wall_ahead_ms_ = 0;  // of the steady clock, when the time was last asked
  bool file_gone_ = false;
  bool gone_ = false;
};

// The payload without what must not be on disk: sessions and registry passwords.
wire::Value without_secrets(wire::Value payload);

}  // namespace slipway::agent
