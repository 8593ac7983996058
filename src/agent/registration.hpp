#pragma once

#include <string>

#include "agent/agent.hpp"
#include "agent/node.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"
#include "runtime/host.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// Becomes a container instance, or is it again: RegisterContainerInstance with the ARN and the token of
// earlier lives, until the server answers or `stopping`. Returns the ARN, which is then on disk.
// An instance that the server does not know any more (deregistered, another server) is registered anew.
http::Task<Result<std::string>> register_instance(Node& node, runtime::Capacity capacity,
                                                  http::Cancel stopping);

// The call's input: what this host has, and what a task definition may ask of it.
wire::Value registration_input(const AgentOptions&, const runtime::Capacity&, const std::string& client_token,
                               const std::string& container_instance_arn);

}  // namespace slipway::agent
