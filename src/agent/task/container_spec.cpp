#include "agent/task/container_spec.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/encoding.hpp"

namespace slipway::agent {

namespace {

constexpr std::int64_t output_limit_most_bytes = 1024ll * 1024 * 1024;

// Docker: an entry point of the definition's own drops the image's command too.
std::vector<std::string> argv_of(const ContainerDefinition& definition, const ImageConfig& image) {
  bool own_entry = definition.entry_point && !definition.entry_point->empty();
  bool own_command = definition.command && !definition.command->empty();
  std::vector<std::string> argv = own_entry ? *definition.entry_point : image.entrypoint;
  const std::vector<std::string> none;
  const std::vector<std::string>& command = own_command ? *definition.command : own_entry ? none : image.cmd;
  argv.insert(argv.end(), command.begin(), command.end());
  return argv;
}

void add_mounts(const TaskSpec& task, const ContainerDefinition& definition, bool read_only,
                std::string_view volumes_dir, std::vector<runtime::Mount>& into) {
  for (const MountPoint& mount : definition.mounts) {
    auto volume = std::ranges::find(task.volumes, mount.volume, &Volume::name);
    if (volume == task.volumes.end()) continue;
    into.push_back({.source = volume_path(task, *volume, volumes_dir),
                    .target = mount.path,
                    .read_only = read_only || mount.read_only});
  }
}

std::vector<runtime::Mount> mounts_of(const TaskSpec& task, const ContainerDefinition& definition,
                                      std::string_view volumes_dir) {
  std::vector<runtime::Mount> mounts;
  for (const VolumesFrom& from : definition.volumes_from)
    if (std::optional<std::size_t> other = task.index_of(from.container))
      add_mounts(task, task.containers[*other], from.read_only, volumes_dir, mounts);
  add_mounts(task, definition, false, volumes_dir, mounts);
  mounts.insert(mounts.end(), definition.tmpfs.begin(), definition.tmpfs.end());
  return mounts;
}

std::string hosts_file(const ContainerDefinition& definition, const StartFacts& facts,
                       std::string_view hostname) {
  std::string text =
      "127.0.0.1\tlocalhost\n"
      "::1\tlocalhost ip6-localhost ip6-loopback\n";
  for (const std::string& host : definition.extra_hosts)
    if (std::size_t colon = host.find(':'); colon != host.npos)
      text += host.substr(colon + 1) + "\t" + host.substr(0, colon) + "\n";
  for (const Link& link : definition.links)
    if (auto address = facts.addresses.find(link.container); address != facts.addresses.end())
      text += address->second + "\t" + link.alias +
              (link.alias == link.container ? "" : " " + link.container) + "\n";
  if (facts.ip.empty()) return text;
  std::string_view short_name = hostname.substr(0, hostname.find('.'));
  text += facts.ip + "\t" + std::string(hostname);
  if (short_name != hostname) text += " " + std::string(short_name);
  return text + "\n";
}

std::string resolv_file(const TaskSpec& task, const ContainerDefinition& definition,
                        const StartFacts& facts) {
  std::vector<std::string> servers = definition.dns_servers, search = definition.dns_search;
  if (task.network_interface) {
    if (servers.empty()) servers = task.network_interface->dns_servers;
    if (search.empty()) search = task.network_interface->dns_search;
  }
  if (servers.empty()) servers = facts.resolvers.servers;
  if (search.empty()) search = facts.resolvers.search;
  std::string text;
  if (!search.empty()) {
    text += "search";
    for (const std::string& domain : search) text += " " + domain;
    text += "\n";
  }
  for (const std::string& server : servers) text += "nameserver " + server + "\n";
  return text;
}

// awslogs' max-buffer-size ("25m") is how much output waits for a slow log service; the spool is that buffer.
std::int64_t output_limit(const LogConfiguration& log) {
  auto option = log.options.find("max-buffer-size");
  if (option == log.options.end()) return 0;
  char* unit = nullptr;
  std::int64_t size = std::strtoll(option->second.c_str(), &unit, 10);
  if (*unit == 'k' || *unit == 'K') size *= 1024;
  if (*unit == 'm' || *unit == 'M') size *= 1024 * 1024;
  if (*unit == 'g' || *unit == 'G') size *= 1024ll * 1024 * 1024;
  // Never less than the default: a smaller buffer would only lose lines sooner.
  constexpr std::int64_t default_bytes = 64ll * 1024 * 1024;
  return size <= default_bytes ? 0 : std::min(size, output_limit_most_bytes);
}

Result<> apply_namespaces(const TaskSpec& task, runtime::ContainerSpec& spec) {
  for (auto [mode, into] :
       {std::pair{&task.pid_mode, &spec.pid_of}, std::pair{&task.ipc_mode, &spec.ipc_of}}) {
    if (mode->empty() || *mode == "none") continue;
    if (*mode != "host")
      return fail("CannotCreateContainerError",
                  (mode == &task.pid_mode ? "pidMode " : "ipcMode ") + *mode + " is not served by this node");
    *into = "host";
  }
  return {};
}

void apply_resources(const ContainerDefinition& definition, runtime::ContainerSpec& spec) {
  spec.cpu_shares = definition.cpu_units;
  spec.memory_bytes = definition.memory_bytes;
  spec.memory_reservation_bytes = definition.memory_reservation_bytes;
  spec.memory_swap_bytes = definition.memory_swap_bytes;
  spec.memory_swappiness = definition.memory_swappiness;
  spec.ulimits = definition.ulimits;
  if (definition.shm_bytes > 0) spec.shm_bytes = definition.shm_bytes;
  spec.output_limit_bytes = output_limit(definition.log);
}

void apply_security(const ContainerDefinition& definition, runtime::ContainerSpec& spec) {
  spec.read_only_rootfs = definition.read_only_rootfs;
  spec.privileged = definition.privileged;
  spec.cap_add = definition.cap_add;
  spec.cap_drop = definition.cap_drop;
  spec.no_new_privileges = definition.no_new_privileges;
  spec.seccomp = definition.seccomp && !definition.privileged;
  spec.apparmor = definition.apparmor;
  spec.sysctls = definition.sysctls;
  spec.devices = definition.devices;
}

}  // namespace

std::string volume_path(const TaskSpec& task, const Volume& volume, std::string_view volumes_dir) {
  if (volume.kind == Volume::Kind::host_path) return volume.path;
  // The prefix keeps "." and ".." from being what they are.
  std::string name = "v-" + percent_encode(volume.name);
  std::string owner = volume.kind == Volume::Kind::shared ? "shared" : "task-" + task.id;
  return std::string(volumes_dir) + "/" + owner + "/" + name;
}

int signal_number(std::string_view name) {
  static constexpr std::pair<std::string_view, int> names[] = {
      {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
      {"USR2", SIGUSR2}, {"TERM", SIGTERM}, {"WINCH", SIGWINCH}, {"PWR", SIGPWR},   {"ABRT", SIGABRT}};
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (const auto& [known, number] : names)
    if (name == known) return number;
  if (name.starts_with("RTMIN+")) return SIGRTMIN + std::atoi(std::string(name.substr(6)).c_str());
  int number = std::atoi(std::string(name).c_str());
  return number > 0 && number <= SIGRTMAX ? number : SIGTERM;
}

std::string container_hostname(const TaskSpec& task, const TaskState& state, std::size_t i,
                               const StartFacts& facts) {
  if (task.network_mode == TaskSpec::NetworkMode::host) return facts.host_hostname;
  if (task.network_interface) {
    if (!task.network_interface->private_dns_name.empty()) return task.network_interface->private_dns_name;
    std::string name = "ip-" + task.network_interface->ip;
    std::ranges::replace(name, '.', '-');
    return name + (facts.region == "us-east-1" ? ".ec2" : "." + facts.region + ".compute") + ".internal";
  }
  const std::string& own = task.containers[i].hostname;
  return own.empty() ? state.containers[i].id.substr(0, 12) : own;
}

std::vector<std::string> container_environment(const TaskSpec& task, const TaskState& state, std::size_t i,
                                               const StartFacts& facts, std::string_view hostname) {
  std::vector<std::string> env;
  auto set = [&env](const std::string& name, const std::string& value) {
    std::string start = name + "=";
    auto at = std::ranges::find_if(env, [&](const std::string& line) { return line.starts_with(start); });
    if (at == env.end())
      env.push_back(start + value);
    else
      *at = start + value;
  };
  const ContainerDefinition& definition = task.containers[i];
  const std::string& endpoint = state.containers[i].endpoint_id;
  bool reachable = task.network_mode != TaskSpec::NetworkMode::none;
  set("HOSTNAME", std::string(hostname));
  for (const std::string& line : facts.image.config.env)
    if (std::size_t equals = line.find('='); equals != line.npos)
      set(line.substr(0, equals), line.substr(equals + 1));
  if (reachable && task.set_endpoint_url) set("AWS_ENDPOINT_URL", facts.container_endpoint_url);
  set("AWS_REGION", facts.region);
  set("AWS_DEFAULT_REGION", facts.region);
  set("AWS_EXECUTION_ENV", task.launch_type == "FARGATE" ? "AWS_ECS_FARGATE" : "AWS_ECS_EC2");
  for (const auto& [name, value] : definition.environment) set(name, value);
  for (const auto& [name, value] : facts.secrets) set(name, value);
  if (!reachable) return env;
  std::string base = std::string("http://") + runtime::metadata_address;
  set("ECS_CONTAINER_METADATA_URI", base + "/v3/" + endpoint);
  set("ECS_CONTAINER_METADATA_URI_V4", base + "/v4/" + endpoint);
  set("ECS_AGENT_URI", base + "/api/" + endpoint);
  if (!task.role.credentials_id.empty())
    set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/" + task.role.credentials_id);
  return env;
}

Result<runtime::ContainerSpec> container_spec(const TaskSpec& task, const TaskState& state, std::size_t i,
                                              const StartFacts& facts) {
  const ContainerDefinition& definition = task.containers[i];
  runtime::ContainerSpec spec;
  spec.id = state.containers[i].id;
  spec.task_id = task.id;
  spec.layers = facts.image.layers;
  spec.argv = argv_of(definition, facts.image.config);
  if (spec.argv.empty())
    return fail("CannotCreateContainerError", "Error response from daemon: No command specified");
  if (definition.health_check) spec.probe_argv = definition.health_check->argv;
  spec.hostname = container_hostname(task, state, i, facts);
  spec.env = container_environment(task, state, i, facts, spec.hostname);
  const ImageConfig& image = facts.image.config;
  spec.working_dir = !definition.working_dir.empty() ? definition.working_dir
                     : !image.working_dir.empty()    ? image.working_dir
                                                     : "/";
  spec.user = definition.user.empty() ? image.user : definition.user;
  spec.stop_signal = image.stop_signal;
  spec.tty = definition.tty;
  spec.interactive = definition.interactive;
  spec.init_process = definition.init_process;
  spec.network = facts.network;
  spec.again = state.containers[i].restarts > 0;
  spec.mounts = mounts_of(task, definition, facts.volumes_dir);
  spec.files = {{"/etc/hostname", spec.hostname + "\n"},
                {"/etc/hosts", hosts_file(definition, facts, spec.hostname)},
                {"/etc/resolv.conf", resolv_file(task, definition, facts)}};
  apply_resources(definition, spec);
  apply_security(definition, spec);
  if (Result<> namespaces = apply_namespaces(task, spec); !namespaces) return pass(namespaces);
  return spec;
}

}  // namespace slipway::agent
