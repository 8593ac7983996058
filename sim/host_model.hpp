#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/task/task_spec.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/network.hpp"
#include "sim/timeline.hpp"

namespace slipway::sim {

// What a host makes of what it is asked for. Errors with an empty code: it works.
struct ImageFate {
  Error error;
  std::int64_t pull_ms = 0;
};
struct SetUpFate {
  Error error;
  std::int64_t set_up_ms = 0;
};
struct ContainerFate {
  Error start_error;
  std::int64_t start_ms = 0;
  std::int64_t run_ms = -1;  // exits by itself after this; -1: never
  int exit_code = 0;         // then
  bool oom_killed = false;   // then, with 137
  bool ignores_term = false;
  std::int64_t term_ms = 0;  // from SIGTERM to its exit with 143
};
struct Fates {
  std::function<ImageFate(const std::string& image)> image;
  std::function<SetUpFate()> set_up;
  std::function<ContainerFate(const std::string& image)> container;
};

// A machine that runs containers, as its agent sees it through its supervisor: containers go on when the
// agent dies, a reboot ends them all. Stands for the runtime's host with time of its own for everything.
class HostModel {
 public:
  HostModel(Timeline& timeline, Fates fates) : timeline_(timeline), fates_(std::move(fates)) {
    power_.begin();
    calls_.begin();
  }

  // The agent that listens now; cleared when it dies.
  std::function<void(const runtime::ContainerStatus&)> on_exit;

  void obtain_image(const std::string& image, std::function<void(Result<>)> done);
  void set_up(const agent::TaskSpec& task, std::function<void(Result<>)> done);
  using Started = std::function<void(Result<Instant>)>;
  // Ports as they were bound, before the container runs. "PortTaken" when a fixed one is not free.
  Result<std::vector<runtime::PublishedPort>> publish(const std::string& id,
                                                      const agent::ContainerDefinition&);
  void start(const std::string& id, const std::string& task_id, const std::string& image, Started done);
  void signal(const std::string& id, int signal);
  void exit(const std::string& id, int exit_code, bool oom_killed);
  // Everything of a task: its containers, network and ports.
  void release(const agent::TaskSpec& task, const std::vector<std::string>& container_ids);
  // What no file of the agent's knows (runtime::Host::sweep).
  void sweep(const std::set<std::string>& keep_task_ids);

  std::optional<runtime::ContainerStatus> container(const std::string& id) const;
  std::vector<runtime::ContainerStatus> containers() const;
  // By "<vpc>/<address>": which task's network has it.
  const std::map<std::string, std::string>& networks() const { return networks_; }

  void reboot();
  // Calls under way end with the agent; of the starts among them some have happened.
  void agent_died(Random& random);
  // Containers ever made, by id: none is made twice.
  std::size_t starts(const std::string& id) const { return made_.count(id); }

 private:
  struct Container {
    runtime::ContainerStatus status;
    ContainerFate fate;
  };
  void make(const std::string& id, const std::string& task_id, const ContainerFate& fate);
  void finish(Container& container, int exit_code, bool oom_killed);

  Timeline& timeline_;
  Fates fates_;
  Life power_;
  Life calls_;  // of the agent that lives now
  std::map<std::string, std::function<void()>> starting_;
  std::multiset<std::string> made_;
  std::map<std::string, Container> containers_;
  std::map<std::string, std::string> networks_;
  std::map<std::string, std::vector<runtime::PublishedPort>> ports_;
  std::set<std::string> images_;
  std::uint16_t next_port_ = 32'768;
};

}  // namespace slipway::sim
