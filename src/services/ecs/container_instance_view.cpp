#include "services/ecs/container_instance_view.hpp"

#include "services/ecs/tags.hpp"

namespace slipway::services::ecs {
namespace {

wire::ecs::Resource integer(std::string_view name, std::int64_t value) {
  wire::ecs::Resource resource;
  resource.set_name(name).set_type("INTEGER").set_double_value(0).set_long_value(0).set_integer_value(value);
  return resource;
}

wire::ecs::Resource ports(std::string_view name, const std::vector<std::int64_t>& reserved,
                          const std::multiset<std::int64_t>& taken) {
  wire::ecs::Resource resource;
  resource.set_name(name).set_type("STRINGSET").set_double_value(0).set_long_value(0).set_integer_value(0);
  resource.set_string_set_value({});
  for (const auto port : reserved) resource.add_string_set_value(std::to_string(port));
  for (const auto port : taken) resource.add_string_set_value(std::to_string(port));
  return resource;
}

}  // namespace

wire::ecs::ContainerInstance container_instance_view(const core::State& state,
                                                     const core::ecs::ContainerInstance& instance,
                                                     bool with_tags) {
  const auto* host = state.hosts.find(core::host::Host::key_of(instance.host_id));
  check(host != nullptr, "a container instance without a host");
  const auto& claims = state.ledger.of(host->id);
  wire::ecs::ContainerInstance view;
  std::int64_t running = 0, pending = 0;
  for (const auto& key : state.tasks.with("container-instance", instance.key())) {
    const auto& task = *state.tasks.find(key);
    running += task.last_status == "RUNNING";
    pending += task.last_status == "PENDING" || task.last_status == "PROVISIONING";
  }
  view.set_container_instance_arn(instance.arn())
      .set_status(instance.status)
      .set_version(instance.version)
      .set_agent_connected(state.connected_instances.contains(instance.key()))
      .set_running_tasks_count(running)
      .set_pending_tasks_count(pending)
      .set_registered_at(instance.registered_at)
      .set_attachments({})
      .set_attributes({})
      .set_tags(with_tags ? tag_list(instance.tags) : wire::ListOf<wire::ecs::Tag>());
  wire::ecs::VersionInfo version;
  if (!instance.agent_version.empty()) version.set_agent_version(instance.agent_version);
  if (!instance.agent_hash.empty()) version.set_agent_hash(instance.agent_hash);
  if (!instance.docker_version.empty()) version.set_docker_version(instance.docker_version);
  view.set_version_info(version);
  for (const auto& attribute : instance.attributes) {
    wire::ecs::Attribute each;
    each.set_name(attribute.name);
    if (attribute.has_value) each.set_value(attribute.value);
    view.add_attributes(each);
  }
  view.add_registered_resources(integer("CPU", host->cpu_units))
      .add_registered_resources(integer("MEMORY", host->memory_mib))
      .add_registered_resources(ports("PORTS", host->reserved_tcp_ports, {}))
      .add_registered_resources(ports("PORTS_UDP", host->reserved_udp_ports, {}));
  view.add_remaining_resources(integer("CPU", host->cpu_units - claims.cpu_units))
      .add_remaining_resources(integer("MEMORY", host->memory_mib - claims.memory_mib))
      .add_remaining_resources(ports("PORTS", host->reserved_tcp_ports, claims.tcp_ports))
      .add_remaining_resources(ports("PORTS_UDP", host->reserved_udp_ports, claims.udp_ports));
  return view;
}

}  // namespace slipway::services::ecs
