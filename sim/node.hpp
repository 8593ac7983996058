#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/random.hpp"
#include "sim/host_model.hpp"
#include "sim/network.hpp"
#include "sim/task_agent.hpp"
#include "sim/timeline.hpp"
#include "sim/transcript.hpp"

namespace slipway::sim {

struct NodeOptions {
  std::string name;
  std::string cluster = "default";
  std::int64_t cpu_units = 2048;
  std::int64_t memory_mib = 4096;
  unsigned lies_per_mille = 0;  // reports that are sent twice, late or with rubbish in them
};

// A machine of the fleet: a host that runs containers, a disk, and an agent that comes and goes
// (agent/agent.cpp, commands.cpp, tasks.cpp and registration.cpp in virtual time, around the agent's real
// task machine and the real frames).
class Node {
 public:
  Node(Timeline& timeline, Network& network, Random& random, Transcript& transcript, NodeOptions options,
       Fates fates);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void start_agent();
  void kill_agent();
  void reboot();  // the agent must be started again

  bool running() const { return bool(life_); }
  bool connected() const { return connected_; }
  // The server has refused this instance; the agent tries again after an hour.
  bool inactive() const { return inactive_; }
  const std::string& name() const { return options_.name; }
  const std::string& instance_arn() const { return stored_arn_; }
  const NodeOptions& options() const { return options_; }
  HostModel& host() { return host_; }
  void break_link();

  std::size_t tasks() const { return tasks_.size(); }
  const TaskAgent* task(const std::string& id) const;
  std::set<std::string> task_ids() const;
  // ARNs of tasks that were ever handed to this node.
  const std::set<std::string>& told() const { return told_; }

 private:
  void recover();
  void register_instance();
  void connect();
  void take(const std::string& frame);
  void take_payload(const wire::Value& message);
  void take_task(const wire::Value& payload);
  void take_manifest(const wire::Value& message);
  void begin(const wire::Value& payload);
  void refuse(std::string arn, std::string reason);
  void submit(wire::Value input, std::function<void(Result<>)> done);
  void lie(const wire::Value& input);
  void call(std::string_view operation, const wire::Value& input, Network::Done done);
  void send(std::string_view type, wire::Value message);
  void say(const std::string& text) { transcript_.line(options_.name + ": " + text); }

  Timeline& timeline_;
  Network& network_;
  Random& random_;
  Transcript& transcript_;
  NodeOptions options_;
  HostModel host_;
  auth::Principal principal_;

  // On disk.
  std::map<std::string, TaskFile> files_;
  std::string stored_arn_, client_token_;

  // Of the agent's process.
  Life life_;
  std::unique_ptr<TaskAgentContext> context_;
  std::map<std::string, std::unique_ptr<TaskAgent>> tasks_;
  std::set<std::string> over_;
  std::string arn_, manifest_id_;
  std::int64_t sequence_number_ = 1;
  std::uint64_t link_ = 0;
  bool connected_ = false, inactive_ = false;

  std::set<std::string> told_;
};

}  // namespace slipway::sim
