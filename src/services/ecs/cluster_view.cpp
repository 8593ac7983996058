#include "services/ecs/cluster_view.hpp"

#include "services/ecs/tags.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {

wire::ecs::Cluster cluster_view(const core::State& state, const core::ecs::Cluster& cluster, bool with_tags,
                                bool with_settings) {
  // What the client gave at creation comes back as it was; the rest is ours.
  auto stored = wire::parse_json(cluster.document.empty() ? "{}" : cluster.document);
  check(stored.has_value(), "a cluster's document is no JSON");
  wire::Value settings = stored->get("settings");
  stored->erase("settings");
  wire::ecs::Cluster view(std::move(*stored));

  const std::string key = cluster.realm.prefix() + cluster.name;
  std::int64_t instances = 0, running = 0, pending = 0;
  for (const auto& instance : state.container_instances.with("cluster", key))
    instances += state.container_instances.find(instance)->status != "INACTIVE";
  for (const auto& name : state.tasks.with("cluster", key)) {
    const auto& task = *state.tasks.find(name);
    running += task.last_status == "RUNNING";
    pending += task.last_status == "PENDING" || task.last_status == "PROVISIONING" ||
               task.last_status == "ACTIVATING";
  }
  view.set_cluster_arn(cluster.arn())
      .set_cluster_name(cluster.name)
      .set_status(cluster.status)
      .set_registered_container_instances_count(instances)
      .set_running_tasks_count(running)
      .set_pending_tasks_count(pending)
      .set_active_services_count(0)
      .set_statistics({})
      .set_tags(with_tags ? tag_list(cluster.tags) : wire::ListOf<wire::ecs::Tag>());
  view.set_settings(with_settings && !settings.absent() ? wire::ListOf<wire::ecs::ClusterSetting>(settings)
                                                        : wire::ListOf<wire::ecs::ClusterSetting>());
  if (!view.has_capacity_providers()) view.set_capacity_providers({});
  if (!view.has_default_capacity_provider_strategy()) view.set_default_capacity_provider_strategy({});
  return view;
}

}  // namespace slipway::services::ecs
