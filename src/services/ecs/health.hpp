#pragma once

#include <string>
#include <string_view>

#include "services/common/call.hpp"

namespace slipway::services::ecs {

// What a node tells of its containers' health checks (PublishHealthRequest; agent-wire.md §6). Tasks that are
// over, or another node's, and containers without a health check are passed over: nobody waits for an answer.
void take_health(core::Turn& turn, const std::string& instance_key, const wire::Value& message);

// HEALTHY when all essential containers that have a health check are, UNHEALTHY when one of them is not,
// UNKNOWN before that is settled and where none has one (ECS developer guide, "Determine Amazon ECS task
// health using container health checks").
std::string_view health_of(const core::ecs::Task& task);

}  // namespace slipway::services::ecs
