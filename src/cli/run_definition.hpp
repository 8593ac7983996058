#pragma once

#include <atomic>
#include <string>

#include "cli/api_client.hpp"

namespace slipway::cli {

struct RunOptions {
  std::string definition_path;           // RegisterTaskDefinition's input as JSON
  std::string account;                   // whose roles are made
  const std::atomic<bool>* interrupted;  // becomes true when the user wants the task to stop
};

// Registers a task definition, runs it (awsvpc tasks in the default VPC), prints its containers' output as it
// comes, and waits for its end. What the definition needs and a fresh account lacks (roles, the log group) is
// made; every container's output goes to awslogs, whatever its definition says, because that is where it is
// read. The exit code is that of the essential container; of several, the first that failed by itself (143
// and 137 are those of containers that were stopped with the others). 1 when the task could not start, 130
// when it was interrupted before it ran.
Result<int> run_definition(ApiClient& api, const RunOptions& options);

}  // namespace slipway::cli
