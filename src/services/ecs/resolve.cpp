#include "services/ecs/resolve.hpp"

#include <charconv>

#include "services/ecs/errors.hpp"

namespace slipway::services::ecs {
namespace {

// The resource of an ARN of this realm's ECS; empty for any other.
std::string resource_of(const Call& call, std::string_view text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "ecs" || arn->account != call.realm.account || arn->region != call.realm.region)
    return {};
  return arn->resource;
}

}  // namespace

Result<const core::ecs::Cluster*> find_cluster(const Call& call, std::string_view name_or_arn) {
  std::string name(name_or_arn.empty() ? "default" : name_or_arn);
  if (name.starts_with("arn:")) {
    name = resource_of(call, name);
    if (!name.starts_with("cluster/")) return cluster_not_found();
    name.erase(0, 8);
  }
  const auto* cluster = call.turn.state.clusters.find(core::ecs::Cluster::key_of(call.realm, name));
  if (!cluster) return cluster_not_found();
  return cluster;
}

Result<const core::ecs::Cluster*> find_active_cluster(const Call& call, std::string_view name_or_arn) {
  auto cluster = find_cluster(call, name_or_arn);
  if (cluster && (*cluster)->status != "ACTIVE")
    return client_exception("The referenced cluster was inactive.");
  return cluster;
}

const core::ecs::TaskDefinition* find_task_definition(const Call& call, std::string_view reference) {
  std::string text(reference);
  if (text.starts_with("arn:")) {
    text = resource_of(call, text);
    if (!text.starts_with("task-definition/")) return nullptr;
    text.erase(0, 16);
  }
  const auto& table = call.turn.state.task_definitions;
  if (const auto colon = text.find(':'); colon != text.npos) {
    std::int64_t revision = 0;
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data() + colon + 1, end, revision);
    if (error != std::errc() || stop != end || revision < 1 || revision > 9'999'999'999) return nullptr;
    return table.find(core::ecs::TaskDefinition::key_of(call.realm, text.substr(0, colon), revision));
  }
  const auto& revisions = table.with("family", call.realm.prefix() + text);
  for (auto it = revisions.rbegin(); it != revisions.rend(); ++it)
    if (const auto* definition = table.find(*it); definition->status == "ACTIVE") return definition;
  return nullptr;
}

std::string id_of(const Call& call, std::string_view id_or_arn, std::string_view resource,
                  std::string_view cluster) {
  if (!id_or_arn.starts_with("arn:")) return std::string(id_or_arn);
  std::string text = resource_of(call, id_or_arn);
  if (!text.starts_with(std::string(resource) + "/")) return {};
  text.erase(0, resource.size() + 1);
  if (const auto slash = text.find('/'); slash != text.npos) {
    if (std::string_view(text).substr(0, slash) != cluster) return {};
    text.erase(0, slash + 1);
  }
  return text;
}

const core::ecs::Task* find_task(const Call& call, std::string_view cluster, std::string_view id_or_arn) {
  const std::string id = id_of(call, id_or_arn, "task", cluster);
  const auto* task = call.turn.state.tasks.find(core::ecs::Task::key_of(call.realm, id));
  return task && task->cluster == cluster ? task : nullptr;
}

const core::ecs::ContainerInstance* find_container_instance(const Call& call, std::string_view cluster,
                                                            std::string_view id_or_arn) {
  const std::string id = id_of(call, id_or_arn, "container-instance", cluster);
  const auto* instance =
      call.turn.state.container_instances.find(core::ecs::ContainerInstance::key_of(call.realm, id));
  return instance && instance->cluster == cluster ? instance : nullptr;
}

}  // namespace slipway::services::ecs
