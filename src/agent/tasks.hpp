#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/api/background.hpp"
#include "agent/node.hpp"
#include "agent/task_runner.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// The tasks of this node. Used on the node's loop.
class Tasks {
 public:
  explicit Tasks(Node& node);

  // Takes up those of earlier lives, and clears away what belongs to none. Once, first.
  http::Task<Result<>> recover();
  // Tells tasks how their containers fare, until `stopping`.
  http::Task<void> watch_host(http::Cancel stopping);

  // One task of a payload: begins it, stops it, or does nothing, as its desiredStatus says. What is no task
  // that we can run is reported STOPPED with the reason.
  http::Task<void> take(wire::Value payload);
  void stop_task(const std::string& arn);
  // Fresh credentials; false where there is no such task.
  bool set_credentials(const std::string& task_arn, RoleCredentials role, bool execution);

  // What the rules or members of security groups are now.
  http::Task<void> change_security_groups(wire::Value message);
  // Which tasks reach the outside now.
  http::Task<void> change_ways_out(wire::Value message);

  // Not yet stopped, by ARN.
  std::vector<std::string> active() const;
  const std::map<std::string, std::unique_ptr<TaskRunner>>& runners() const { return runners_; }
  // Not yet forgotten; after stop(): what another life will find.
  std::size_t count() const { return runners_.size() + left_; }

  // Tasks run on; ours end.
  http::Task<void> stop();

 private:
  http::Task<void> begin(wire::Value payload);
  http::Task<void> refuse(std::string arn, std::string reason);
  http::Task<void> retire(std::string task_id);
  http::Task<void> look_again();
  TaskState new_state(const TaskSpec& spec);

  Node& node_;
  Background background_;
  http::Cancel stopping_ = http::Cancel::make();
  std::map<std::string, std::unique_ptr<TaskRunner>> runners_;  // by task id
  std::size_t left_ = 0;
  // The last ones that ended: a payload that was on its way meanwhile must not run them again.
  std::set<std::string> over_;
  std::deque<std::string> over_order_;
};

}  // namespace slipway::agent
