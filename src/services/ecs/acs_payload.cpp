#include "services/ecs/acs_payload.hpp"

#include "base/limits.hpp"
#include "services/common/way_out.hpp"
#include "services/ecs/acs.hpp"
#include "services/ecs/docker_config.hpp"
#include "services/ecs/task_view.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::Task;
using wire::Value;

void copy(Value& to, const Value& from, const char* member) {
  if (const Value* value = from.find(member)) to.set(std::string_view(member), *value);
}

// The agent wants environment as a map; a later variable of the same name wins.
Value environment_map(const Value& pairs) {
  Value map = Value::object();
  for (const Value& pair : pairs.items()) map.set(pair.get("name").string(), pair.get("value").string());
  return map;
}

// A container definition with the task's overrides in it.
Value merged_definition(const Value& definition, const Value& override) {
  Value merged = definition;
  for (const char* member : {"command", "cpu", "memory", "memoryReservation", "environmentFiles"})
    copy(merged, override, member);
  if (const Value* more = override.find("environment")) {
    Value all = definition.get("environment");
    for (const Value& pair : more->items()) all.push_back(pair);
    merged.set("environment", std::move(all));
  }
  return merged;
}

const Value& override_of(const Value& overrides, std::string_view container) {
  static const Value none;
  for (const Value& each : overrides.get("containerOverrides").items())
    if (each.get("name").string() == container) return each;
  return none;
}

// ARNs of Secrets Manager, and names and ARNs of Parameter Store (ECS API reference, "Secret").
Value secrets_payload(const Task& task, const Value& given) {
  Value list = Value::list();
  for (const Value& secret : given.items()) {
    const auto arn = Arn::parse(secret.get("valueFrom").string());
    const bool manager = arn && arn->service == "secretsmanager";
    list.push_back(Value::object({{"name", secret.get("name")},
                                  {"valueFrom", secret.get("valueFrom")},
                                  {"region", arn ? arn->region : task.realm.region},
                                  {"provider", manager ? "asm" : "ssm"},
                                  {"type", "ENVIRONMENT_VARIABLE"},
                                  {"target", "CONTAINER"}}));
  }
  return list;
}

Value registry_payload(const Task& task, std::string_view parameter) {
  const auto arn = Arn::parse(parameter);
  return Value::object(
      {{"type", "asm"},
       {"asmAuthData", Value::object({{"credentialsParameter", parameter},
                                      {"region", arn ? arn->region : task.realm.region}})}});
}

Value container_payload(const Environment& environment, const Task& task,
                        const core::ecs::Container& container, const Value& definition,
                        std::string_view network_mode) {
  Value payload = Value::object();
  for (const char* member : {"name", "image", "essential", "command", "entryPoint", "cpu", "links",
                             "portMappings", "mountPoints", "volumesFrom", "dependsOn", "startTimeout",
                             "stopTimeout", "restartPolicy", "environmentFiles", "firelensConfiguration"})
    copy(payload, definition, member);
  // The agent's `memory` is a hard limit: without one it gets 0, and the reservation travels in hostConfig.
  payload.set("memory", definition.find("memory") ? definition.get("memory") : Value(0));
  payload.set("environment", environment_map(definition.get("environment")));
  payload.set("overrides", "{}");
  payload.set("containerArn", task.container_arn(container));
  if (definition.find("healthCheck")) payload.set("healthCheckType", "docker");
  if (const Value* secrets = definition.find("secrets"); secrets && !secrets->empty())
    payload.set("secrets", secrets_payload(task, *secrets));
  if (const auto parameter = definition.get("repositoryCredentials", "credentialsParameter").string();
      !parameter.empty())
    payload.set("registryAuthentication", registry_payload(task, parameter));
  if (!task.execution_role_arn.empty()) payload.set("logsAuthStrategy", "ExecutionRole");
  payload.set("dockerConfig",
              Value::object({{"version", "1.21"},
                             {"config", wire::write_json(docker_config(definition))},
                             {"hostConfig", wire::write_json(docker_host_config(environment, task, definition,
                                                                                network_mode))}}));
  return payload;
}

Value volume_payload(const Value& volume) {
  Value payload = Value::object({{"name", volume.get("name")}});
  if (const Value* docker = volume.find("dockerVolumeConfiguration")) {
    payload.set("type", "docker");
    payload.set("dockerVolumeConfiguration", *docker);
  } else {
    payload.set("type", "host");
    payload.set("host", volume.find("host") ? volume.get("host") : Value::object());
  }
  return payload;
}

// The size of the subnet's mask and its first address, "172.31.0.1/20": where the stock agent looks for a
// router.
std::string gateway_of(const core::ec2::Subnet& subnet) {
  const auto slash = subnet.cidr.find('/'), dot = subnet.cidr.rfind('.');
  const int last = std::atoi(subnet.cidr.c_str() + dot + 1);
  return subnet.cidr.substr(0, dot + 1) + std::to_string(last + 1) + subnet.cidr.substr(slash);
}

void add_network(Value& payload, Value& extension, core::Turn& turn, const Task& task) {
  const core::State& state = turn.state;
  const auto* subnet = state.subnets.find(core::ec2::Subnet::key_of(task.realm, task.subnet_id));
  const auto* interface = state.network_interfaces.find(
      core::ec2::NetworkInterface::key_of(task.realm, task.network_interface_id));
  if (!subnet || !interface) return;
  const auto* vpc = state.vpcs.find(core::ec2::Vpc::key_of(task.realm, subnet->vpc_id));
  Value address = Value::object({{"primary", true}, {"privateAddress", task.private_ip}});
  payload.set("elasticNetworkInterfaces",
              Value::list({Value::object(
                  {{"attachmentArn", task.realm.arn("ecs", "attachment/" + task.attachment_id)},
                   {"ec2Id", task.network_interface_id},
                   {"macAddress", task.mac_address},
                   {"ipv4Addresses", Value::list({std::move(address)})},
                   {"subnetGatewayIpv4Address", gateway_of(*subnet)}})}));
  extension.set("internet", reaches_internet(state, *interface));
  extension.set("vpcId", subnet->vpc_id);
  extension.set("subnetId", subnet->id);
  if (vpc) {
    Value blocks = Value::list();
    for (const std::string& cidr : vpc->cidrs()) blocks.push_back(cidr);
    extension.set("vpcCidrs", std::move(blocks));
  }
  Value groups = untold_security_groups(turn, connection_of(state, task), *interface);
  if (groups.absent()) return;
  Value ids = Value::list();
  for (const std::string& id : interface->security_group_ids) ids.push_back(id);
  extension.set("securityGroupIds", std::move(ids));
  extension.set("securityGroups", std::move(groups));
}

// A cluster's tag that keeps AWS_ENDPOINT_URL out of its containers (docs/decisions/0012).
bool endpoint_url_is_off(const core::ecs::Cluster& cluster) {
  auto tag = cluster.tags.find("slipway:aws-endpoint-url");
  return tag != cluster.tags.end() && tag->second == "off";
}

Value tag_map(const std::map<std::string, std::string>& tags) {
  Value map = Value::object();
  for (const auto& [key, value] : tags) map.set(key, value);
  return map;
}

}  // namespace

wire::Value task_credentials(core::Turn& turn, const Environment& environment, const Task& task,
                             std::string_view role_type) {
  const bool application = role_type == "TaskApplication";
  const auto arn = Arn::parse(application ? task.task_role_arn : task.execution_role_arn);
  if (!arn) return {};
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  const auto* role = turn.state.roles.find(core::iam::Role::key_of(arn->account, name));
  if (!role || role->arn() != arn->text()) return {};
  auth::Principal session{.kind = auth::PrincipalKind::role_session, .account = arn->account};
  session.arn = "arn:aws:sts::" + arn->account + ":assumed-role/" + role->name + "/" + task.id;
  session.user_id = role->id + ":" + task.id;
  session.issued = turn.now();
  session.expires = turn.now() + environment.task_credentials_life_ms;
  session.role_arn = role->arn();
  session.role_id = role->id;
  session.session_name = task.id;
  session.task_arn = task.arn();
  auto minted = environment.sessions.mint(turn.random, std::move(session));
  check(minted.has_value(), "a task's session does not fit its token");
  return Value::object(
      {{"credentialsId", application ? task.credentials_id : task.credentials_id + "-execution"},
       {"roleArn", role->arn()},
       {"accessKeyId", minted->access_key_id},
       {"secretAccessKey", minted->secret_access_key},
       {"sessionToken", minted->session_token},
       {"expiration", iso8601(turn.now() + environment.task_credentials_life_ms)}});
}

wire::Value payload_task(core::Turn& turn, const Environment& environment, const Task& task) {
  const core::State& state = turn.state;
  const auto* definition =
      state.task_definitions.find(core::ecs::TaskDefinition::key_of(task.realm, task.family, task.revision));
  check(definition != nullptr, "a task without its definition");
  auto document = wire::parse_json(definition->document);
  auto overrides = wire::parse_json(task.overrides.empty() ? "{}" : task.overrides);
  check(document && overrides, "a stored document is no JSON");
  const std::string network_mode = task.network_mode.empty() ? "bridge" : task.network_mode;

  Value payload = Value::object({{"arn", task.arn()},
                                 {"taskClusterArn", task.realm.arn("ecs", "cluster/" + task.cluster)},
                                 {"desiredStatus", task.desired_status},
                                 {"family", task.family},
                                 {"version", std::to_string(task.revision)},
                                 {"overrides", "{}"},
                                 {"networkMode", network_mode},
                                 {"launchType", task.launch_type},
                                 {"group", task.group},
                                 {"taskDefinitionAccountId", task.realm.account}});
  if (task.task_cpu_given) payload.set("cpu", double(task.cpu_units) / 1024);
  if (task.task_memory_given) payload.set("memory", task.memory_mib);

  Value containers = Value::list();
  for (const Value& each : document->get("containerDefinitions").items()) {
    const std::string_view name = each.get("name").string();
    for (const auto& container : task.containers)
      if (container.name == name)
        containers.push_back(container_payload(environment, task, container,
                                               merged_definition(each, override_of(*overrides, name)),
                                               network_mode));
  }
  payload.set("containers", std::move(containers));
  Value volumes = Value::list();
  for (const Value& volume : document->get("volumes").items()) volumes.push_back(volume_payload(volume));
  payload.set("volumes", std::move(volumes));

  Value extension =
      Value::object({{"createdAt", task.created_at.ms}, {"availabilityZone", task.availability_zone}});
  copy(extension, *document, "pidMode");
  copy(extension, *document, "ipcMode");
  if (const std::int64_t gib = ephemeral_storage_gib(task); gib > 0)
    extension.set("ephemeralStorageGiB", gib);
  // A node that has lost its memory must not run a task for the second time.
  if (task.started_at) extension.set("started", true);
  if (const auto* cluster = state.clusters.find(core::ecs::Cluster::key_of(task.realm, task.cluster));
      cluster && endpoint_url_is_off(*cluster))
    extension.set("setEndpointUrl", false);
  extension.set("taskTags", tag_map(task.tags));
  if (const auto* instance = state.container_instances.find(connection_of(state, task)))
    extension.set("containerInstanceTags", tag_map(instance->tags));
  add_network(payload, extension, turn, task);
  payload.set("slipway", std::move(extension));

  if (Value role = task_credentials(turn, environment, task, "TaskApplication"); role)
    payload.set("roleCredentials", std::move(role));
  if (Value role = task_credentials(turn, environment, task, "TaskExecution"); role)
    payload.set("executionRoleCredentials", std::move(role));
  return payload;
}

}  // namespace slipway::services::ecs
