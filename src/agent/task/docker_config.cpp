#include "agent/task/docker_config.hpp"

#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

std::string text(const wire::Value& object, std::string_view key) {
  return std::string(object.get(key).string());
}

std::vector<std::string> texts(const wire::Value& list) {
  std::vector<std::string> out;
  for (const wire::Value& item : list.items()) out.emplace_back(item.string());
  return out;
}

std::map<std::string, std::string> text_map(const wire::Value& object) {
  std::map<std::string, std::string> out;
  for (const wire::Value::Entry& entry : object.entries())
    out[std::string(entry.key.view())] = std::string(entry.value.string());
  return out;
}

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> out;
  while (!list.empty()) {
    std::size_t end = list.find(separator);
    if (end != 0) out.emplace_back(list.substr(0, end));
    if (end == list.npos) break;
    list.remove_prefix(end + 1);
  }
  return out;
}

void apply_config(const wire::Value& config, ContainerDefinition& into) {
  into.user = text(config, "User");
  into.working_dir = text(config, "WorkingDir");
  into.hostname = text(config, "Hostname");
  into.domain_name = text(config, "Domainname");
  into.labels = text_map(config.get("Labels"));
  into.interactive = config.get("OpenStdin").boolean();
  into.tty = config.get("Tty").boolean();
  into.health_check = parse_health_check(config.get("Healthcheck"));
}

// {"/run": "size=16m,noexec"}; sizes as mount(8) writes them.
runtime::Mount tmpfs_mount(std::string_view target, std::string_view options) {
  runtime::Mount mount{.kind = runtime::Mount::Kind::tmpfs, .target = std::string(target)};
  for (std::string& option : split(options, ',')) {
    if (option == "ro") mount.read_only = true;
    if (option != "ro" && option != "rw") mount.options.push_back(std::move(option));
  }
  return mount;
}

void apply_security(const std::vector<std::string>& options, ContainerDefinition& into) {
  for (const std::string& option : options) {
    if (option == "no-new-privileges" || option == "no-new-privileges:true" ||
        option == "no-new-privileges=true")
      into.no_new_privileges = true;
    if (option == "seccomp=unconfined" || option == "seccomp:unconfined") into.seccomp = false;
    for (std::string_view start : {"apparmor=", "apparmor:"})
      if (option.starts_with(start)) into.apparmor = option.substr(start.size());
  }
}

void apply_host_config(const wire::Value& host, ContainerDefinition& into) {
  into.privileged = host.get("Privileged").boolean();
  into.read_only_rootfs = host.get("ReadonlyRootfs").boolean();
  into.init_process = host.get("Init").boolean();
  into.extra_hosts = texts(host.get("ExtraHosts"));
  into.dns_servers = texts(host.get("Dns"));
  into.dns_search = texts(host.get("DnsSearch"));
  into.sysctls = text_map(host.get("Sysctls"));
  into.cap_add = texts(host.get("CapAdd"));
  into.cap_drop = texts(host.get("CapDrop"));
  into.memory_reservation_bytes = host.get("MemoryReservation").integer();
  into.shm_bytes = host.get("ShmSize").integer();
  if (host.get("MemorySwap").is(wire::Kind::integer))
    into.memory_swap_bytes = host.get("MemorySwap").integer();
  if (host.get("MemorySwappiness").is(wire::Kind::integer))
    into.memory_swappiness = host.get("MemorySwappiness").integer();
  for (const wire::Value& limit : host.get("Ulimits").items())
    into.ulimits.push_back({text(limit, "Name"), limit.get("Soft").integer(), limit.get("Hard").integer()});
  for (const wire::Value::Entry& entry : host.get("Tmpfs").entries())
    into.tmpfs.push_back(tmpfs_mount(entry.key.view(), entry.value.string()));
  for (const wire::Value& device : host.get("Devices").items()) {
    std::string permissions = text(device, "CgroupPermissions");
    into.devices.push_back({text(device, "PathOnHost"), text(device, "PathInContainer"),
                            permissions.empty() ? "rwm" : permissions});
  }
  apply_security(texts(host.get("SecurityOpt")), into);
  into.log.driver = text(host.get("LogConfig"), "Type");
  into.log.options = text_map(host.get("LogConfig").get("Config"));
}

Result<wire::Value> object_of(const wire::Value& docker_config, std::string_view key) {
  std::string_view json = docker_config.get(key).string();
  if (json.empty()) return wire::Value::object();
  Result<wire::Value> parsed = wire::parse_json(json);
  if (!parsed || !parsed->is(wire::Kind::object))
    return fail("TaskError", "dockerConfig." + std::string(key) + " is not a JSON object");
  return parsed;
}

}  // namespace

Result<> apply_docker_config(const wire::Value& docker_config, ContainerDefinition& into) {
  Result<wire::Value> config = object_of(docker_config, "config");
  if (!config) return pass(config);
  Result<wire::Value> host = object_of(docker_config, "hostConfig");
  if (!host) return pass(host);
  apply_config(*config, into);
  apply_host_config(*host, into);
  return {};
}

}  // namespace slipway::agent
