#include <algorithm>
#include <set>

#include "agent/task/docker_config.hpp"
#include "agent/task/task_spec.hpp"
#include "base/arn.hpp"
#include "base/port_range.hpp"
#include "runtime/paths.hpp"

namespace slipway::agent {

namespace {

using wire::Kind;
using wire::Value;

constexpr std::int64_t default_stop_timeout_s = 30;  // ECS_CONTAINER_STOP_TIMEOUT
constexpr std::int64_t mib = 1024 * 1024;

// Reads members and remembers the first one of a wrong type: callers stay straight-line code.
class Reader {
 public:
  std::string text(const Value& object, std::string_view key) {
    return std::string(member(object, key, Kind::string).string());
  }
  std::int64_t integer(const Value& object, std::string_view key) {
    return member(object, key, Kind::integer).integer();
  }
  bool boolean(const Value& object, std::string_view key) {
    return member(object, key, Kind::boolean).boolean();
  }
  std::vector<std::string> texts(const Value& object, std::string_view key) {
    std::vector<std::string> out;
    for (const Value& item : list(object, key).items()) {
      if (!item.is(Kind::string)) wrong(key);
      out.emplace_back(item.string());
    }
    return out;
  }
  const Value& list(const Value& object, std::string_view key) { return member(object, key, Kind::list); }
  const Value& object(const Value& of, std::string_view key) { return member(of, key, Kind::object); }

  void wrong(std::string_view what) {
    if (error_.empty()) error_ = std::string(what) + " has the wrong type";
  }
  void refuse(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }
  const std::string& error() const { return error_; }

 private:
  const Value& member(const Value& object, std::string_view key, Kind kind) {
    const Value& value = object.get(key);
    if (value.absent() || value.is(kind)) return value;
    wrong(key);
    return object.get("");
  }

  std::string error_;
};

std::map<std::string, std::string> text_map(Reader& reader, const Value& object) {
  std::map<std::string, std::string> out;
  for (const Value::Entry& entry : object.entries()) {
    if (!entry.value.is(Kind::string)) reader.wrong(entry.key.view());
    out[std::string(entry.key.view())] = std::string(entry.value.string());
  }
  return out;
}

std::uint16_t port(Reader& reader, const Value& mapping, std::string_view key) {
  std::int64_t number = reader.integer(mapping, key);
  if (number < 0 || number > 65535) reader.refuse(std::string(key) + " is no port");
  return static_cast<std::uint16_t>(number);
}

// The node chooses the host's ports, as many in a row.
void add_port_range(Reader& reader, std::string_view range, const std::string& protocol,
                    ContainerDefinition& into) {
  const auto parsed = PortRange::parse(range);
  if (!parsed) return reader.refuse("containerPortRange is no range");
  into.ports.push_back({parsed->first, 0, protocol, static_cast<std::uint16_t>(parsed->size())});
}

void read_ports(Reader& reader, const Value& container, ContainerDefinition& into) {
  for (const Value& mapping : reader.list(container, "portMappings").items()) {
    std::string protocol = reader.text(mapping, "protocol");
    if (protocol.empty()) protocol = "tcp";
    std::string range = reader.text(mapping, "containerPortRange");
    if (range.empty())
      into.ports.push_back(
          {port(reader, mapping, "containerPort"), port(reader, mapping, "hostPort"), protocol, 1});
    else
      add_port_range(reader, range, protocol, into);
  }
}

std::optional<RestartPolicy> restart_policy(Reader& reader, const Value& given) {
  if (!reader.boolean(given, "enabled")) return std::nullopt;
  RestartPolicy policy;
  if (const std::int64_t period_s = reader.integer(given, "restartAttemptPeriod"); period_s > 0)
    policy.attempt_period_ms = period_s * 1'000;
  for (const Value& code : reader.list(given, "ignoredExitCodes").items())
    policy.ignored_exit_codes.push_back(static_cast<int>(code.integer()));
  return policy;
}

Dependency::Condition condition(Reader& reader, std::string_view name) {
  if (name == "START" || name == "CREATE") return Dependency::Condition::start;
  if (name == "COMPLETE") return Dependency::Condition::complete;
  if (name == "SUCCESS") return Dependency::Condition::success;
  if (name != "HEALTHY") reader.refuse("dependsOn has the unknown condition " + std::string(name));
  return Dependency::Condition::healthy;
}

// A link and a volumesFrom imply that the other container is started first.
void read_relations(Reader& reader, const Value& container, ContainerDefinition& into) {
  for (const Value& item : reader.list(container, "dependsOn").items())
    into.depends_on.push_back(
        {reader.text(item, "containerName"), condition(reader, reader.text(item, "condition"))});
  for (const std::string& link : reader.texts(container, "links")) {
    std::size_t colon = link.find(':');
    std::string name = link.substr(0, colon);
    into.links.push_back({name, colon == link.npos ? name : link.substr(colon + 1)});
    into.depends_on.push_back({name, Dependency::Condition::start});
  }
  for (const Value& item : reader.list(container, "volumesFrom").items()) {
    into.volumes_from.push_back({reader.text(item, "sourceContainer"), reader.boolean(item, "readOnly")});
    into.depends_on.push_back({into.volumes_from.back().container, Dependency::Condition::start});
  }
  for (const Value& item : reader.list(container, "mountPoints").items())
    into.mounts.push_back({reader.text(item, "sourceVolume"), reader.text(item, "containerPath"),
                           reader.boolean(item, "readOnly")});
}

void read_registry(Reader& reader, const Value& container, ContainerDefinition& into) {
  const Value& data = reader.object(reader.object(container, "registryAuthentication"), "asmAuthData");
  into.registry_username = reader.text(data, "username");
  into.registry_password = reader.text(data, "password");
  if (std::string from = reader.text(data, "credentialsParameter"); !from.empty())
    into.registry_secret = SecretReference{"", std::move(from), reader.text(data, "region"), "asm"};
}

void read_secrets(Reader& reader, const Value& container, ContainerDefinition& into) {
  for (const Value& given : reader.list(container, "secrets").items()) {
    SecretReference secret{reader.text(given, "name"), reader.text(given, "valueFrom"),
                           reader.text(given, "region"), reader.text(given, "provider")};
    const std::string target = reader.text(given, "target"), type = reader.text(given, "type");
    if (secret.provider != "ssm" && secret.provider != "asm")
      reader.refuse("secret " + secret.name + " has the unknown provider " + secret.provider);
    if (target == "LOG_DRIVER" || type == "MOUNT_POINT")
      reader.refuse("secret " + secret.name + " is not for the environment, which this node does not serve");
    into.secrets.push_back(std::move(secret));
  }
}

// What would change the container's meaning if it were left out is refused.
void refuse_unserved(Reader& reader, const Value& container) {
  for (std::string_view member : {"environmentFiles", "firelensConfiguration"})
    if (!container.get(member).empty())
      reader.refuse("container " + reader.text(container, "name") + " has " + std::string(member) +
                    ", which this node does not serve");
}

ContainerDefinition read_container(Reader& reader, const Value& container) {
  ContainerDefinition into;
  into.name = reader.text(container, "name");
  into.arn = reader.text(container, "containerArn");
  into.image = reader.text(container, "image");
  into.essential = reader.boolean(container, "essential");
  if (container.get("entryPoint")) into.entry_point = reader.texts(container, "entryPoint");
  if (container.get("command")) into.command = reader.texts(container, "command");
  for (auto& [name, value] : text_map(reader, reader.object(container, "environment")))
    into.environment.emplace_back(name, value);
  into.cpu_units = reader.integer(container, "cpu");
  into.memory_bytes = reader.integer(container, "memory") * mib;
  into.start_timeout_s = reader.integer(container, "startTimeout");
  into.restart_policy = restart_policy(reader, reader.object(container, "restartPolicy"));
  into.stop_timeout_s =
      container.get("stopTimeout") ? reader.integer(container, "stopTimeout") : default_stop_timeout_s;
  read_ports(reader, container, into);
  read_relations(reader, container, into);
  read_registry(reader, container, into);
  read_secrets(reader, container, into);
  refuse_unserved(reader, container);
  if (Result<> applied = apply_docker_config(reader.object(container, "dockerConfig"), into); !applied)
    reader.refuse(applied.error().message);
  if (into.name.empty()) reader.refuse("a container has no name");
  if (into.image.empty()) reader.refuse("container " + into.name + " has no image");
  if (into.stop_timeout_s < 0 || into.start_timeout_s < 0) reader.refuse("a timeout is negative");
  return into;
}

Volume read_volume(Reader& reader, const Value& volume) {
  Volume into{.name = reader.text(volume, "name")};
  const Value& docker = reader.object(volume, "dockerVolumeConfiguration");
  std::string type = reader.text(volume, "type");
  if (type == "docker" || docker) {
    std::string driver = reader.text(docker, "driver");
    if (!driver.empty() && driver != "local")
      reader.refuse("volume " + into.name + " wants the driver " + driver + ", only local is served");
    if (reader.text(docker, "scope") == "shared") into.kind = Volume::Kind::shared;
    return into;
  }
  if (!type.empty() && type != "host")
    reader.refuse("volume " + into.name + " has the type " + type + ", which is not served");
  into.path = reader.text(reader.object(volume, "host"), "sourcePath");
  if (!into.path.empty()) into.kind = Volume::Kind::host_path;
  return into;
}

NetworkInterface read_network_interface(Reader& reader, const Value& eni) {
  NetworkInterface into;
  into.attachment_arn = reader.text(eni, "attachmentArn");
  into.id = reader.text(eni, "ec2Id");
  into.mac = reader.text(eni, "macAddress");
  into.gateway = reader.text(eni, "subnetGatewayIpv4Address");
  into.private_dns_name = reader.text(eni, "privateDnsName");
  into.dns_servers = reader.texts(eni, "domainNameServers");
  into.dns_search = reader.texts(eni, "domainName");
  for (const Value& address : reader.list(eni, "ipv4Addresses").items())
    if (into.ip.empty() || reader.boolean(address, "primary"))
      into.ip = reader.text(address, "privateAddress");
  if (into.ip.empty()) reader.refuse("elasticNetworkInterfaces has no IPv4 address");
  return into;
}

TaskSpec::NetworkMode network_mode(Reader& reader, std::string_view name) {
  using enum TaskSpec::NetworkMode;
  if (name == "awsvpc") return awsvpc;
  if (name == "host") return host;
  if (name == "none") return none;
  if (!name.empty() && name != "bridge" && name != "default")
    reader.refuse("networkMode " + std::string(name) + " is unknown");
  return bridge;
}

void read_extension(Reader& reader, const Value& task, TaskSpec& into) {
  const Value& ours = reader.object(task, "slipway");
  into.vpc_id = reader.text(ours, "vpcId");
  into.vpc_cidrs = reader.texts(ours, "vpcCidrs");
  into.subnet_id = reader.text(ours, "subnetId");
  if (ours.find("securityGroupIds")) into.security_group_ids = reader.texts(ours, "securityGroupIds");
  into.availability_zone = reader.text(ours, "availabilityZone");
  into.pid_mode = reader.text(ours, "pidMode");
  into.ipc_mode = reader.text(ours, "ipcMode");
  into.created_at = {reader.integer(ours, "createdAt")};
  if (ours.find("setEndpointUrl")) into.set_endpoint_url = reader.boolean(ours, "setEndpointUrl");
  if (ours.find("internet")) into.reaches_outside = reader.boolean(ours, "internet");
  into.ephemeral_storage_gib = reader.integer(ours, "ephemeralStorageGiB");
  into.task_tags = text_map(reader, reader.object(ours, "taskTags"));
  into.container_instance_tags = text_map(reader, reader.object(ours, "containerInstanceTags"));
}

// Depth first, white-grey-black: a grey container met again closes a circle.
bool in_circle(const TaskSpec& task, std::size_t at, std::vector<int>& colour) {
  if (colour[at] != 0) return colour[at] == 1;
  colour[at] = 1;
  for (const Dependency& dependency : task.containers[at].depends_on)
    if (std::optional<std::size_t> on = task.index_of(dependency.container))
      if (in_circle(task, *on, colour)) return true;
  colour[at] = 2;
  return false;
}

void judge(Reader& reader, const TaskSpec& task) {
  if (task.containers.empty()) return reader.refuse("it has no containers");
  std::set<std::string_view> names, volumes;
  for (const Volume& volume : task.volumes) volumes.insert(volume.name);
  for (const ContainerDefinition& container : task.containers) {
    if (!names.insert(container.name).second) reader.refuse("two containers are called " + container.name);
    for (const Dependency& dependency : container.depends_on)
      if (!task.index_of(dependency.container))
        reader.refuse("container " + container.name + " depends on the unknown " + dependency.container);
    for (const MountPoint& mount : container.mounts)
      if (!volumes.contains(mount.volume))
        reader.refuse("container " + container.name + " mounts the unknown volume " + mount.volume);
  }
  std::vector<int> colour(task.containers.size(), 0);
  for (std::size_t i = 0; i < task.containers.size(); ++i)
    if (in_circle(task, i, colour)) return reader.refuse("its dependencies form a circle");
  if (task.network_mode == TaskSpec::NetworkMode::awsvpc && !task.network_interface)
    reader.refuse("networkMode awsvpc needs a network interface");
}

}  // namespace

std::optional<std::size_t> TaskSpec::index_of(std::string_view container_name) const {
  auto at = std::ranges::find(containers, container_name, &ContainerDefinition::name);
  if (at == containers.end()) return std::nullopt;
  return static_cast<std::size_t>(at - containers.begin());
}

std::string_view network_mode_name(TaskSpec::NetworkMode mode) {
  switch (mode) {
    case TaskSpec::NetworkMode::awsvpc:
      return "awsvpc";
    case TaskSpec::NetworkMode::bridge:
      return "bridge";
    case TaskSpec::NetworkMode::host:
      return "host";
    case TaskSpec::NetworkMode::none:
      return "none";
  }
  return "";
}

std::optional<std::string> task_id_of(std::string_view text) {
  std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "ecs" || !arn->resource.starts_with("task/")) return std::nullopt;
  std::string id = arn->resource.substr(arn->resource.rfind('/') + 1);
  if (!runtime::is_name(id)) return std::nullopt;
  return id;
}

RoleCredentials parse_credentials(const Value& value) {
  auto text = [&value](std::string_view key) { return std::string(value.get(key).string()); };
  return {text("credentialsId"),   text("roleArn"),      text("accessKeyId"),
          text("secretAccessKey"), text("sessionToken"), text("expiration")};
}

Result<TaskSpec> parse_task(const Value& task) {
  Reader reader;
  TaskSpec into;
  into.arn = reader.text(task, "arn");
  into.id = task_id_of(into.arn).value_or("");
  if (into.id.empty()) reader.refuse("arn is no task's ARN");
  into.cluster_arn = reader.text(task, "taskClusterArn");
  into.family = reader.text(task, "family");
  into.revision = reader.text(task, "version");
  into.launch_type = reader.text(task, "launchType");
  into.group = reader.text(task, "group");
  into.service_name = reader.text(task, "serviceName");
  into.network_mode = network_mode(reader, reader.text(task, "networkMode"));
  const Value& cpu = task.get("cpu");
  if (cpu && !cpu.is(Kind::number) && !cpu.is(Kind::integer)) reader.wrong("cpu");
  into.cpu_vcpus = cpu.number();
  into.memory_mib = reader.integer(task, "memory");
  for (const Value& container : reader.list(task, "containers").items())
    into.containers.push_back(read_container(reader, container));
  for (const Value& volume : reader.list(task, "volumes").items())
    into.volumes.push_back(read_volume(reader, volume));
  for (const Value& eni : reader.list(task, "elasticNetworkInterfaces").items())
    if (!into.network_interface) into.network_interface = read_network_interface(reader, eni);
  into.role = parse_credentials(reader.object(task, "roleCredentials"));
  into.execution_role = parse_credentials(reader.object(task, "executionRoleCredentials"));
  read_extension(reader, task, into);
  judge(reader, into);
  if (!reader.error().empty())
    return fail("TaskError", "UnrecognizedTaskError: Error loading task - " + reader.error());
  return into;
}

}  // namespace slipway::agent
