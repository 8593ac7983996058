#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/node.hpp"
#include "agent/session/metrics.hpp"
#include "agent/session/session.hpp"
#include "agent/tasks.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"

namespace slipway::agent {

// TCS: reads every running container each two seconds (for the metadata endpoint too) and tells the server
// every twenty; of a container whose health has changed at the next reading. Used on the node's loop.
class Telemetry {
 public:
  Telemetry(Node& node, const Tasks& tasks, const std::string& container_instance_arn);

  http::Task<void> sample(http::Cancel stopping);
  http::Task<void> publish(Session& session, http::Cancel stopping);
  // A connection is up: the first message is due at once.
  void connected() {
    all_due_ = true;
    due_.set();
  }
  // Acknowledgements and heartbeats: nothing to do.
  http::Task<void> take(std::string frame);

 private:
  http::Task<void> sample_once();
  http::Task<void> publish_metrics(Session& session);
  http::Task<void> publish_health(Session& session);
  http::Task<bool> send(Session& session, const char* type, wire::Value message);
  std::vector<TaskHealth> health() const;

  Node& node_;
  const Tasks& tasks_;
  const std::string& instance_arn_;
  std::map<std::string, TaskSamples> samples_;  // by task id
  std::vector<TaskHealth> told_health_;
  bool all_due_ = true;
  http::Signal due_;
};

}  // namespace slipway::agent
