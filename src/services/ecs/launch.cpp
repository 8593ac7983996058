#include "services/ecs/launch.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "services/common/authorize.hpp"
#include "services/common/network_interface.hpp"
#include "services/ecs/awsvpc.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/task_definition_check.hpp"
#include "services/ecs/task_view.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::Task;

Result<> check_definition(const LaunchRequest& request) {
  if (request.definition->status != "ACTIVE") return client_exception("TaskDefinition is inactive");
  const auto& compatible = request.definition->compatibilities;
  if (request.launch_type != "EC2" && request.launch_type != "FARGATE" && request.launch_type != "EXTERNAL")
    return invalid_parameter("launchType must be one of [EC2, FARGATE, EXTERNAL].");
  const auto& required = request.definition->requires_compatibilities;
  if (std::ranges::find(compatible, request.launch_type) == compatible.end() ||
      (!required.empty() && std::ranges::find(required, request.launch_type) == required.end()))
    return invalid_parameter("Task definition does not support launch_type " + request.launch_type + ".");
  return {};
}

Result<> check_network(const Call& call, const LaunchRequest& request) {
  const bool awsvpc = request.definition->network_mode == "awsvpc";
  if (!awsvpc && request.has_network)
    return invalid_parameter(
        "Network Configuration is not valid for the given networkMode of this task definition.");
  if (!awsvpc) return {};
  if (!request.has_network || !request.network.has_awsvpc_configuration())
    return invalid_parameter(
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const auto vpc = request.network.awsvpc_configuration();
  if (auto checked = check_form(vpc); !checked) return checked;
  if (vpc.assign_public_ip() == "ENABLED" && request.launch_type == "EC2")
    return invalid_parameter("Assign public IP is not supported for this launch type.");
  return check_place(call.turn.state, call.realm, vpc);
}

// As in a definition: a claim below nothing would make room on the host that is not there.
Result<> check_sizes(const wire::ecs::ContainerOverride& override) {
  auto refuse = [&](const char* what) {
    return invalid_parameter("Invalid setting for container '" + std::string(override.name()) + "'. " + what);
  };
  if (override.has_cpu() && override.cpu() < 0) return refuse("The cpu must not be negative.");
  if (override.has_memory() && override.memory() < 6) return refuse("The minimum memory is 6 MiB.");
  if (override.has_memory_reservation() && override.memory_reservation() < 1)
    return refuse("The memory reservation must be a positive number.");
  return {};
}

Result<> check_overrides(const LaunchRequest& request) {
  const std::string text = wire::write_json(request.overrides.raw());
  if (text.size() > limits::ecs_overrides_bytes)
    return invalid_parameter("Container Overrides length must be at most 8192");
  for (const auto each : request.overrides.container_overrides()) {
    if (!each.has_name()) return invalid_parameter("Container override name should not be null or empty.");
    if (std::ranges::find(request.definition->containers, each.name(),
                          &core::ecs::ContainerDefinition::name) == request.definition->containers.end())
      return invalid_parameter("Override for container named " + std::string(each.name()) +
                               " is not a container in the TaskDefinition.");
    if (auto checked = check_sizes(each); !checked) return checked;
  }
  if (request.overrides.has_cpu() && !parse_task_cpu(request.overrides.cpu()))
    return invalid_parameter("Invalid 'cpu' setting for task: " + std::string(request.overrides.cpu()));
  if (request.overrides.has_ephemeral_storage())
    if (auto checked = check_ephemeral_storage(request.overrides.ephemeral_storage().size_in_gi_b());
        !checked)
      return invalid_parameter(checked.error().message);
  if (request.overrides.has_memory() && !parse_task_memory(request.overrides.memory()))
    return invalid_parameter("Invalid 'memory' setting for task: " + std::string(request.overrides.memory()));
  return {};
}

// What a definition may hold and no node carries out yet: to run without it would be another program.
Result<> check_served(const core::ecs::TaskDefinition& definition) {
  auto document = wire::parse_json(definition.document);
  check(document.has_value(), "a task definition's document is no JSON");
  const wire::ecs::TaskDefinition view(*document);
  auto refuse = [](const wire::ecs::ContainerDefinition& container, const char* what) {
    return fail("UnsupportedFeatureException", "Container '" + std::string(container.name()) + "' uses " +
                                                   what + ", which Slipway does not serve yet.");
  };
  for (const auto container : view.container_definitions()) {
    if (!container.log_configuration().secret_options().empty())
      return refuse(container, "secretOptions of its log driver");
    if (!container.environment_files().empty()) return refuse(container, "environmentFiles");
    if (container.has_firelens_configuration()) return refuse(container, "firelensConfiguration");
  }
  for (const auto volume : view.volumes())
    if (volume.has_efs_volume_configuration() || volume.has_fsx_windows_file_server_volume_configuration())
      return fail("UnsupportedFeatureException",
                  "Volume '" + std::string(volume.name()) +
                      "' is a network file system, which Slipway does not serve yet.");
  return {};
}

// The role is given to the node as a session when the task starts: it must be there, and must let ECS assume
// it.
Result<> check_role(const Call& call, const std::string& role_arn, std::string_view source_arn) {
  if (role_arn.empty()) return {};
  const auto arn = Arn::parse(role_arn);
  const std::string name = arn ? arn->resource.substr(arn->resource.rfind('/') + 1) : role_arn;
  const auto* role =
      call.turn.state.roles.find(core::iam::Role::key_of(arn ? arn->account : call.realm.account, name));
  // The ARN must be the role's own, path and all: it is what leave was asked for.
  if (!role || role->account != call.realm.account || role->arn() != role_arn ||
      !service_may_assume(call.turn.state, call.environment, *role, "ecs-tasks.amazonaws.com", source_arn,
                          call.now()))
    return client_exception(
        "ECS was unable to assume the role '" + role_arn +
        "' that was provided for this task. Please verify that the role being passed has the proper trust "
        "relationship and permissions and that your IAM user has permissions to pass this role.");
  return {};
}

std::string role_arn(const Realm& realm, std::string_view given) {
  if (given.empty() || given.starts_with("arn:")) return std::string(given);
  return "arn:aws:iam::" + realm.account + ":role/" + std::string(given);
}

void add_containers(Task& task, const LaunchRequest& request) {
  for (const auto& definition : request.definition->containers) {
    core::ecs::Container container;
    container.name = definition.name;
    container.image = definition.image;
    container.last_status = "PENDING";
    container.health_status = "UNKNOWN";
    container.essential = definition.essential;
    container.has_health_check = definition.has_health_check;
    container.cpu_units = definition.cpu_units;
    container.memory_mib = definition.memory_mib;
    container.memory_reservation_mib = definition.memory_reservation_mib;
    for (const auto each : request.overrides.container_overrides()) {
      if (each.name() != definition.name) continue;
      if (each.has_cpu()) container.cpu_units = each.cpu();
      if (each.has_memory()) container.memory_mib = each.memory();
      if (each.has_memory_reservation()) container.memory_reservation_mib = each.memory_reservation();
    }
    if (task.network_mode != "awsvpc")
      for (const auto& port : definition.ports)
        if (port.host_port != 0)
          task.host_ports.push_back({"", port.container_port, port.host_port, port.protocol, {}});
    task.containers.push_back(std::move(container));
  }
}

// What the task claims on its host: its own size where it has one, else the sum of its containers'.
void set_size(Task& task, const LaunchRequest& request) {
  std::int64_t cpu = 0, memory = 0;
  for (const auto& container : task.containers) {
    cpu += container.cpu_units;
    memory += container.memory_reservation_mib ? container.memory_reservation_mib : container.memory_mib;
  }
  const std::int64_t task_cpu =
      request.overrides.has_cpu() ? *parse_task_cpu(request.overrides.cpu()) : request.definition->cpu_units;
  const std::int64_t task_memory = request.overrides.has_memory()
                                       ? *parse_task_memory(request.overrides.memory())
                                       : request.definition->memory_mib;
  task.task_cpu_given = task_cpu != 0;
  task.task_memory_given = task_memory != 0;
  task.cpu_units = task_cpu ? task_cpu : cpu;
  task.memory_mib = task_memory ? task_memory : memory;
  // The API reference, EphemeralStorage: for Fargate alone.
  if (task.launch_type != "FARGATE") return;
  if (request.overrides.has_ephemeral_storage())
    task.ephemeral_storage_gib = request.overrides.ephemeral_storage().size_in_gi_b();
  else if (auto document = wire::parse_json(request.definition->document))
    task.ephemeral_storage_gib = document->get("ephemeralStorage").get("sizeInGiB").integer();
}

Result<> add_interface(Call& call, Task& task, const LaunchRequest& request) {
  const auto vpc = request.network.awsvpc_configuration();
  NetworkInterfaceRequest wanted;
  // Subnets take turns by chance, as they do at AWS; one that is full passes its turn on.
  const std::size_t first = call.turn.random.below(vpc.subnets().size());
  for (const auto group : vpc.security_groups()) wanted.security_group_ids.emplace_back(group);
  wanted.description = task.realm.arn("ecs", "attachment/" + task.attachment_id);
  wanted.task_key = task.key();
  wanted.assign_public_ip = vpc.assign_public_ip() == "ENABLED";
  Result<std::string> made;
  for (std::size_t i = 0; i < vpc.subnets().size(); ++i) {
    wanted.subnet_id = vpc.subnets()[(first + i) % vpc.subnets().size()];
    made = create_network_interface(call.turn, task.realm, wanted);
    if (made || made.error().code != "InsufficientFreeAddressesInSubnet") break;
  }
  if (!made) return invalid_parameter(made.error().message);
  const auto& interface =
      *call.turn.state.network_interfaces.find(core::ec2::NetworkInterface::key_of(task.realm, *made));
  task.network_interface_id = interface.id;
  task.subnet_id = interface.subnet_id;
  task.private_ip = interface.private_ip;
  task.mac_address = interface.mac;
  task.availability_zone = interface.availability_zone;
  task.attachment_status = "ATTACHING";
  return {};
}

}  // namespace

Result<Task> prepare_task(const Call& call, const LaunchRequest& request) {
  if (auto checked = check_definition(request); !checked) return pass(checked);
  if (auto checked = check_network(call, request); !checked) return pass(checked);
  if (auto checked = check_overrides(request); !checked) return pass(checked);
  if (auto checked = check_served(*request.definition); !checked) return pass(checked);

  Task task;
  task.realm = call.realm;
  task.cluster = request.cluster->name;
  task.family = request.definition->family;
  task.revision = request.definition->revision;
  task.network_mode = request.definition->network_mode;
  task.launch_type = request.launch_type;
  task.desired_status = "RUNNING";
  task.version = 1;
  task.group = request.group.empty() ? "family:" + task.family : request.group;
  task.started_by = request.started_by;
  task.overrides = wire::write_json(request.overrides.raw());
  task.enable_execute_command = request.enable_execute_command;
  task.tags = request.tags;
  task.created_at = call.now();
  task.task_role_arn =
      role_arn(call.realm, request.overrides.has_task_role_arn() ? request.overrides.task_role_arn()
                                                                 : request.definition->task_role_arn);
  task.execution_role_arn = role_arn(call.realm, request.overrides.has_execution_role_arn()
                                                     ? request.overrides.execution_role_arn()
                                                     : request.definition->execution_role_arn);
  for (const auto& role : {task.task_role_arn, task.execution_role_arn})
    if (auto checked = check_role(call, role, call.realm.arn("ecs", "task/" + task.cluster + "/*")); !checked)
      return pass(checked);
  if (request.launch_type == "FARGATE")
    task.platform_version = request.platform_version.empty() || request.platform_version == "LATEST"
                                ? "1.4.0"
                                : request.platform_version;
  add_containers(task, request);
  set_size(task, request);
  return task;
}

schedule::Needs needs_of(const Task& task) {
  return {.cpu_units = task.cpu_units,
          .memory_mib = task.memory_mib,
          .host_ports = task.host_ports,
          .slipway_agent = task.network_mode == "awsvpc" || task.launch_type == "FARGATE"};
}

Result<wire::ecs::Task> launch(Call& call, Task task, const LaunchRequest& request,
                               const schedule::Placement& placement) {
  task.id = random_hex(call.turn.random, 32);
  task.host_id = placement.host->id;
  if (placement.instance) task.container_instance_id = placement.instance->id;
  for (auto& container : task.containers) container.id = random_uuid(call.turn.random);
  if (!task.task_role_arn.empty() || !task.execution_role_arn.empty()) {
    task.credentials_id = random_uuid(call.turn.random);
    task.credentials_expire_at = call.now() + call.environment.task_credentials_life_ms;
  }
  task.last_status = "PENDING";
  if (task.network_mode == "awsvpc") {
    task.last_status = "PROVISIONING";
    task.attachment_id = random_uuid(call.turn.random);
    if (auto added = add_interface(call, task, request); !added) return pass(added);
  }
  auto view = task_view(call.turn.state, task, true);
  start(call.turn, call.environment, std::move(task));
  return view;
}

}  // namespace slipway::services::ecs
