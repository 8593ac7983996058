#include "services/ecs/task_view.hpp"

#include "base/port_range.hpp"
#include "services/ecs/health.hpp"
#include "services/ecs/tags.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::Task;

std::string instance_arn(const core::State& state, const Task& task) {
  const auto* instance = state.container_instances.find(
      core::ecs::ContainerInstance::key_of(task.realm, task.container_instance_id));
  return instance ? instance->arn() : std::string();
}

wire::ecs::Attachment attachment_view(const Task& task) {
  wire::ecs::Attachment view;
  view.set_id(task.attachment_id).set_type("ElasticNetworkInterface").set_status(task.attachment_status);
  auto detail = [&](const char* name, std::string_view value) {
    view.add_details(wire::ecs::KeyValuePair().set_name(name).set_value(value));
  };
  view.set_details({});
  detail("subnetId", task.subnet_id);
  detail("networkInterfaceId", task.network_interface_id);
  detail("macAddress", task.mac_address);
  detail("privateIPv4Address", task.private_ip);
  return view;
}

wire::ecs::NetworkBinding binding_view(const core::ecs::NetworkBinding& binding) {
  wire::ecs::NetworkBinding view;
  view.set_bind_ip(binding.bind_ip);
  if (binding.host_port_last == 0)
    return view.set_container_port(binding.container_port)
        .set_host_port(binding.host_port)
        .set_protocol(binding.protocol);
  const auto range = [](std::int64_t first, std::int64_t last) {
    return PortRange{std::uint16_t(first), std::uint16_t(last)}.text();
  };
  return view.set_container_port_range(range(binding.container_port, binding.container_port_last))
      .set_host_port_range(range(binding.host_port, binding.host_port_last))
      .set_protocol(binding.protocol);
}

wire::ecs::Container container_view(const Task& task, const core::ecs::Container& container) {
  wire::ecs::Container view;
  view.set_container_arn(task.container_arn(container))
      .set_task_arn(task.arn())
      .set_name(container.name)
      .set_image(container.image)
      .set_last_status(container.last_status)
      .set_health_status(container.health_status)
      .set_cpu(std::to_string(container.cpu_units));
  if (!container.image_digest.empty()) view.set_image_digest(container.image_digest);
  if (!container.runtime_id.empty()) view.set_runtime_id(container.runtime_id);
  if (container.exit_code) view.set_exit_code(*container.exit_code);
  if (!container.reason.empty()) view.set_reason(container.reason);
  if (container.memory_mib) view.set_memory(std::to_string(container.memory_mib));
  if (container.memory_reservation_mib)
    view.set_memory_reservation(std::to_string(container.memory_reservation_mib));
  view.set_network_bindings({}).set_network_interfaces({});
  for (const auto& binding : container.bindings) view.add_network_bindings(binding_view(binding));
  if (!task.attachment_id.empty() && task.attachment_status != "DELETED")
    view.add_network_interfaces(wire::ecs::NetworkInterface()
                                    .set_attachment_id(task.attachment_id)
                                    .set_private_ipv4_address(task.private_ip));
  return view;
}

wire::ecs::TaskOverride overrides_view(const Task& task) {
  auto stored = wire::parse_json(task.overrides.empty() ? "{}" : task.overrides);
  check(stored.has_value(), "a task's overrides are no JSON");
  wire::ecs::TaskOverride view(std::move(*stored));
  // ECS lists every container, overridden or not.
  for (const auto& container : task.containers) {
    bool there = false;
    for (const auto each : view.container_overrides()) there |= each.name() == container.name;
    if (!there) view.add_container_overrides(wire::ecs::ContainerOverride().set_name(container.name));
  }
  if (!view.has_inference_accelerator_overrides()) view.set_inference_accelerator_overrides({});
  return view;
}

}  // namespace

// Fargate's 20 GiB where nothing is said; no limit elsewhere.
std::int64_t ephemeral_storage_gib(const core::ecs::Task& task) {
  if (task.ephemeral_storage_gib > 0 || task.launch_type != "FARGATE") return task.ephemeral_storage_gib;
  return 20;
}

wire::ecs::Task task_view(const core::State& state, const Task& task, bool with_tags) {
  wire::ecs::Task view;
  view.set_attachments({});
  if (!task.attachment_id.empty()) view.add_attachments(attachment_view(task));
  view.add_attributes(wire::ecs::Attribute().set_name("ecs.cpu-architecture").set_value("x86_64"))
      .set_cluster_arn(task.realm.arn("ecs", "cluster/" + task.cluster))
      .set_containers({})
      .set_cpu(std::to_string(task.cpu_units))
      .set_created_at(task.created_at)
      .set_desired_status(task.desired_status)
      .set_enable_execute_command(task.enable_execute_command)
      .set_group(task.group)
      .set_health_status(health_of(task))
      .set_inference_accelerators({})
      .set_last_status(task.last_status)
      .set_launch_type(task.launch_type)
      .set_memory(std::to_string(task.memory_mib))
      .set_overrides(overrides_view(task))
      .set_tags(with_tags ? tag_list(task.tags) : wire::ListOf<wire::ecs::Tag>())
      .set_task_arn(task.arn())
      .set_task_definition_arn(
          task.realm.arn("ecs", "task-definition/" + task.family + ":" + std::to_string(task.revision)))
      .set_version(task.version);
  for (const auto& container : task.containers) view.add_containers(container_view(task, container));
  if (!task.availability_zone.empty()) view.set_availability_zone(task.availability_zone);
  if (!task.container_instance_id.empty()) view.set_container_instance_arn(instance_arn(state, task));
  if (!task.started_by.empty()) view.set_started_by(task.started_by);
  if (!task.stop_code.empty()) view.set_stop_code(task.stop_code);
  if (!task.stopped_reason.empty()) view.set_stopped_reason(task.stopped_reason);
  if (task.connectivity_at) view.set_connectivity("CONNECTED").set_connectivity_at(task.connectivity_at);
  if (task.pull_started_at) view.set_pull_started_at(task.pull_started_at);
  if (task.pull_stopped_at) view.set_pull_stopped_at(task.pull_stopped_at);
  if (task.started_at) view.set_started_at(task.started_at);
  if (task.stopping_at) view.set_stopping_at(task.stopping_at);
  if (task.execution_stopped_at) view.set_execution_stopped_at(task.execution_stopped_at);
  if (task.stopped_at) view.set_stopped_at(task.stopped_at);
  if (task.launch_type == "FARGATE") {
    view.set_platform_version(task.platform_version).set_platform_family("Linux");
    view.set_ephemeral_storage(wire::ecs::EphemeralStorage().set_size_in_gi_b(ephemeral_storage_gib(task)));
  }
  return view;
}

}  // namespace slipway::services::ecs
