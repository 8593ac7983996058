#pragma once

#include <string>
#include <string_view>

#include "services/common/call.hpp"

// From what a client writes (a name, an id, an ARN) to the entity.
namespace slipway::services::ecs {

// Empty means "default". ClusterNotFoundException when there is none.
Result<const core::ecs::Cluster*> find_cluster(const Call& call, std::string_view name_or_arn);
// As above, and the cluster must be ACTIVE.
Result<const core::ecs::Cluster*> find_active_cluster(const Call& call, std::string_view name_or_arn);

// "family" (its newest ACTIVE revision), "family:revision" or an ARN; nullptr when there is none.
const core::ecs::TaskDefinition* find_task_definition(const Call& call, std::string_view reference);

// The id in "id", "task/cluster/id" ARNs and the old short "task/id" ARNs; `resource` is "task" or
// "container-instance". Empty for an ARN of another account, region, service or cluster.
std::string id_of(const Call& call, std::string_view id_or_arn, std::string_view resource,
                  std::string_view cluster);

// In this cluster; nullptr when there is none.
const core::ecs::Task* find_task(const Call& call, std::string_view cluster, std::string_view id_or_arn);
const core::ecs::ContainerInstance* find_container_instance(const Call& call, std::string_view cluster,
                                                            std::string_view id_or_arn);

}  // namespace slipway::services::ecs
