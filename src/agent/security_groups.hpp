#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/node.hpp"
#include "base/result.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"
#include "runtime/host.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// What the server told of security groups since it was last connected to. A router knows those of its own
// time only: it may be taken down and made again, and a group is told but once. Used on the node's loop.
class SecurityGroups {
 public:
  SecurityGroups(http::WorkerPool& workers, runtime::Host& host) : workers_(workers), host_(host) {}

  // A payload's or a SlipwaySecurityGroupMessage's `securityGroups`; on to the VPC's router, if it has one.
  // What is no rule is left out: it would only let more through.
  http::Task<void> take(std::string vpc_id, wire::Value groups);
  // All that is known of a VPC, to a router that was just made.
  http::Task<Result<>> apply(std::string vpc_id);

 private:
  struct Group {
    std::vector<runtime::SecurityRule> rules;
    std::set<std::string> members;
  };

  http::Task<Result<>> send(std::string vpc_id, std::set<std::string> ids);

  http::WorkerPool& workers_;
  runtime::Host& host_;
  Gate gate_{1};                                               // what is sent last is what is known last
  std::map<std::string, std::map<std::string, Group>> known_;  // by VPC
};

}  // namespace slipway::agent
