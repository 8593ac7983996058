#pragma once

#include <optional>
#include <string>

#include "agent/metadata/stats_book.hpp"
#include "agent/task/task_machine.hpp"
#include "wire/value.hpp"

// What a container learns about itself (ECS developer guide, "Task metadata endpoint version 4"; members as
// amazon-ecs-agent 1.105 has them).
namespace slipway::agent {

wire::Value container_document(const TaskMachine&, std::size_t container);
// `cluster`: its name. With the tags of task and instance for /taskWithTags. `disk_bytes`: what the task uses
// of its ephemeral storage, where that is known.
wire::Value task_document(const TaskMachine&, const std::string& cluster, bool with_tags,
                          std::optional<std::uint64_t> disk_bytes, Instant now);
// Docker's stats ("ContainerStats" of Docker Engine's API) with ECS's network_rate_stats; null without
// readings.
wire::Value stats_document(const Readings*, const std::string& container_id, const std::string& docker_name);
// {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
wire::Value credentials_document(const RoleCredentials&);

// "ecs-<family>-<revision>-<container>-<12 digits of its id>"
std::string docker_name(const TaskSpec&, const TaskState&, std::size_t container);

}  // namespace slipway::agent
