#pragma once

#include <string>

#include "services/common/call.hpp"
#include "wire/gen/ecs.hpp"

// How a task's state moves (ECS developer guide, "Task lifecycle"). Each state that a client can see adds one
// to the task's version; states that need nobody are passed in one turn.
//
//   PROVISIONING → PENDING → ACTIVATING → RUNNING → DEACTIVATING → STOPPING → DEPROVISIONING → STOPPED
namespace slipway::services::ecs {

// Puts a new task into the state and tells its node.
void start(core::Turn& turn, const Environment& environment, core::ecs::Task task);

// Desires the end of a task, for this reason, and tells its node. Does nothing to a task that ends already.
void stop(core::Turn& turn, const std::string& task_key, std::string stop_code, std::string reason);

// What a node reports (SubmitTaskStateChange). Reports of tasks that are over or unknown are ignored: the
// node would repeat them for a day otherwise (agent-wire.md §4.3).
void report(core::Turn& turn, const std::string& task_key,
            const wire::ecs::SubmitTaskStateChangeRequest& change);

// Ends a task whose node will never report again.
void abandon(core::Turn& turn, const std::string& task_key, std::string stop_code, std::string reason);

// The passing of time: forgets stopped tasks after an hour and old idempotency tokens, renews credentials.
void tick(core::Turn& turn, const Environment& environment);

}  // namespace slipway::services::ecs
