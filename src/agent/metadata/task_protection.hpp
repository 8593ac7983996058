#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/task/task_spec.hpp"
#include "base/result.hpp"
#include "wire/value.hpp"

// $ECS_AGENT_URI/task-protection/v1/state (ECS developer guide, "Amazon ECS task scale-in protection
// endpoint"; words and order of checks: amazon-ecs-agent, tmds/handlers/taskprotection). A task asks for its
// own protection, and the API is called with the task's role.
namespace slipway::agent {

struct ProtectionRequest {
  std::optional<bool> enabled;
  std::optional<std::int64_t> expires_in_minutes;
};

// A PUT's body. InvalidParameterException for what is no object of ProtectionEnabled and ExpiresInMinutes.
Result<ProtectionRequest> parse_protection(std::string_view body);

// Input of UpdateTaskProtection, or without a request of GetTaskProtection. InvalidParameterException for a
// request that does not say ProtectionEnabled, AccessDeniedException (403) for a task without a role.
Result<wire::Value> protection_input(const TaskSpec& task, const ProtectionRequest* request);

// {"protection": …} or {"failure": …} of the output.
wire::Value protection_document(const wire::Value& output);
// {"error": {"Arn", "Code", "Message"}}; an empty ARN is left out.
wire::Value protection_error(const std::string& task_arn, const Error& error);

}  // namespace slipway::agent
