#include "runtime/oci/config.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "runtime/oci/seccomp.hpp"

namespace slipway::runtime {
namespace {

namespace json = boost::json;

constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* init_target = "/sbin/docker-init";  // where Docker puts its own

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}

json::array texts(const auto& values) {
  json::array list;
  for (const auto& value : values) list.push_back(text(value));
  return list;
}

bool sets(const std::vector<std::string>& env, std::string_view name) {
  return std::ranges::any_of(env, [&](const std::string& entry) {
    return entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=';
  });
}

json::array environment(const ContainerSpec& spec, const OciPlace& place) {
  json::array env;
  if (!sets(spec.env, "PATH")) env.push_back(text("PATH=" + std::string(default_path)));
  if (!sets(spec.env, "HOSTNAME") && !spec.hostname.empty()) env.push_back(text("HOSTNAME=" + spec.hostname));
  if (!sets(spec.env, "HOME")) env.push_back(text("HOME=" + place.user.home));
  if (spec.tty && !sets(spec.env, "TERM")) env.push_back("TERM=xterm");
  for (const std::string& entry : spec.env) env.push_back(text(entry));
  return env;
}

std::string rlimit_name(std::string_view ulimit) {
  std::string name = "RLIMIT_";
  for (char c : ulimit) name += c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return name;
}

json::object process(const ContainerSpec& spec, const OciPlace& place) {
  json::object user{{"uid", place.user.uid}, {"gid", place.user.gid}, {"umask", 022}};
  // The primary group among them, or a program could drop it to pass a "deny this group" permission
  // (CVE-2022-36109).
  json::array gids{place.user.gid};
  for (std::uint32_t gid : place.user.additional_gids)
    if (gid != place.user.gid) gids.push_back(gid);
  user["additionalGids"] = std::move(gids);
  json::array argv;
  if (!place.init_path.empty()) argv = {init_target, "--"};
  for (const std::string& argument : spec.argv) argv.push_back(text(argument));
  // No inheritable and ambient ones: a program run by another user than root gets none (CVE-2022-24769).
  json::object capabilities{{"bounding", texts(place.capabilities)},
                            {"effective", texts(place.capabilities)},
                            {"permitted", texts(place.capabilities)}};
  json::array rlimits;
  for (const Ulimit& limit : place.ulimits)
    rlimits.push_back({{"type", text(rlimit_name(limit.name))},
                       {"soft", std::uint64_t(limit.soft)},
                       {"hard", std::uint64_t(limit.hard)}});
  json::object object{{"terminal", spec.tty},
                      {"user", std::move(user)},
                      {"args", std::move(argv)},
                      {"env", environment(spec, place)},
                      {"cwd", text(spec.working_dir.empty() ? "/" : spec.working_dir)},
                      {"capabilities", std::move(capabilities)},
                      {"rlimits", std::move(rlimits)},
                      // The supervisor's own is lower, and crun 1.8 takes 0 for "leave it". A container that
                      // kept it would outlive everything else of the host when memory runs out.
                      {"oomScoreAdj", 1},
                      {"noNewPrivileges", spec.no_new_privileges}};
  if (!place.apparmor_profile.empty()) object["apparmorProfile"] = text(place.apparmor_profile);
  return object;
}

json::object mount(std::string_view target, std::string_view type, std::string_view source,
                   std::initializer_list<std::string_view> options) {
  return {{"destination", text(target)},
          {"type", text(type)},
          {"source", text(source)},
          {"options", texts(options)}};
}

json::object spec_mount(const Mount& wanted) {
  json::array options;
  if (wanted.kind == Mount::Kind::bind) {
    options.push_back("rbind");
    options.push_back("rprivate");
  } else {
    for (const char* option : {"nosuid", "nodev", "noexec"}) options.push_back(option);
    if (wanted.size_bytes > 0) options.push_back(text("size=" + std::to_string(wanted.size_bytes)));
  }
  options.push_back(wanted.read_only ? "ro" : "rw");
  for (const std::string& option : wanted.options) options.push_back(text(option));
  const bool bind = wanted.kind == Mount::Kind::bind;
  return {{"destination", text(wanted.target)},
          {"type", bind ? "bind" : "tmpfs"},
          {"source", text(bind ? wanted.source : "tmpfs")},
          {"options", std::move(options)}};
}

json::array mounts(const ContainerSpec& spec, const OciPlace& place) {
  json::array list;
  list.push_back(mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}));
  list.push_back(mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  list.push_back(mount("/dev/pts", "devpts", "devpts",
                       {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}));
  const std::string_view access = spec.privileged ? "rw" : "ro";
  list.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", access}));
  list.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", access}));
  if (place.ipc_path != "host")
    list.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  if (!place.shm_path.empty())
    list.push_back(mount("/dev/shm", "bind", place.shm_path, {"rbind", "rw"}));
  else
    list.push_back(
        mount("/dev/shm", "tmpfs", "shm",
              {"nosuid", "noexec", "nodev", "mode=1777", "size=" + std::to_string(spec.shm_bytes)}));
  if (!place.init_path.empty()) list.push_back(mount(init_target, "bind", place.init_path, {"bind", "ro"}));
  for (const auto& [target, source] : place.files)
    list.push_back(mount(target, "bind", source, {"rbind", "rprivate", "rw"}));
  for (const Mount& wanted : spec.mounts) list.push_back(spec_mount(wanted));
  return list;
}

json::object name_space(std::string_view type, std::string_view path = {}) {
  json::object object{{"type", text(type)}};
  if (!path.empty()) object["path"] = text(path);
  return object;
}

json::array namespaces(const ContainerSpec& spec, const OciPlace& place) {
  json::array list{name_space("mount")};
  if (spec.network.kind != NetworkNamespace::Kind::host || !spec.hostname.empty())
    list.push_back(name_space("uts"));
  if (place.pid_path != "host") list.push_back(name_space("pid", place.pid_path));
  if (place.ipc_path != "host") list.push_back(name_space("ipc", place.ipc_path));
  if (spec.network.kind == NetworkNamespace::Kind::path)
    list.push_back(name_space("network", spec.network.path));
  else if (spec.network.kind == NetworkNamespace::Kind::none)
    list.push_back(name_space("network"));
  if (place.cgroup_v2) list.push_back(name_space("cgroup"));
  return list;
}

json::object resources(const ContainerSpec& spec, const OciPlace& place) {
  json::array rules;
  if (spec.privileged) {
    rules.push_back({{"allow", true}, {"access", "rwm"}});
  } else {
    rules.push_back({{"allow", false}, {"access", "rwm"}});
    // mknod of anything, use of none but the runtime's defaults: as Docker.
    for (const char* kind : {"c", "b"}) rules.push_back({{"allow", true}, {"type", kind}, {"access", "m"}});
    for (const Device& device : place.devices) {
      struct stat status;
      if (::stat(device.host_path.c_str(), &status) != 0) continue;
      rules.push_back({{"allow", true},
                       {"type", S_ISBLK(status.st_mode) ? "b" : "c"},
                       {"major", major(status.st_rdev)},
                       {"minor", minor(status.st_rdev)},
                       {"access", text(device.permissions)}});
    }
  }
  json::object memory;
  if (spec.memory_bytes > 0) memory["limit"] = spec.memory_bytes;
  if (spec.memory_reservation_bytes > 0) memory["reservation"] = spec.memory_reservation_bytes;
  if (spec.memory_swap_bytes >= 0) memory["swap"] = spec.memory_swap_bytes;
  if (spec.memory_swappiness >= 0) memory["swappiness"] = spec.memory_swappiness;
  json::object object{
      {"devices", std::move(rules)},
      {"cpu", {{"shares", std::max<std::int64_t>(spec.cpu_shares, 2)}}},
      {"pids", {{"limit", spec.pids > 0 ? spec.pids : limits::container_pids}}},
  };
  if (!memory.empty()) object["memory"] = std::move(memory);
  return object;
}

json::array devices(const OciPlace& place) {
  json::array list;
  for (const Device& device : place.devices) {
    struct stat status;
    if (::stat(device.host_path.c_str(), &status) != 0) continue;
    list.push_back({{"path", text(device.container_path.empty() ? device.host_path : device.container_path)},
                    {"type", S_ISBLK(status.st_mode) ? "b" : "c"},
                    {"major", major(status.st_rdev)},
                    {"minor", minor(status.st_rdev)},
                    {"fileMode", status.st_mode & 0777},
                    {"uid", status.st_uid},
                    {"gid", status.st_gid}});
  }
  return list;
}

json::object seccomp(const OciPlace& place) {
  json::array rules;
  for (const SeccompRule& rule : seccomp_rules(place.capabilities)) {
    json::object object{{"names", texts(rule.names)}, {"action", text(rule.action)}};
    if (rule.error_number != 0) object["errnoRet"] = rule.error_number;
    json::array arguments;
    for (const SeccompArgument& argument : rule.arguments)
      arguments.push_back({{"index", argument.index},
                           {"value", argument.value},
                           {"valueTwo", argument.value_two},
                           {"op", text(argument.op)}});
    if (!arguments.empty()) object["args"] = std::move(arguments);
    rules.push_back(std::move(object));
  }
  return {{"defaultAction", "SCMP_ACT_ERRNO"},
          {"defaultErrnoRet", 38},  // ENOSYS; seccomp.hpp says why
          {"architectures", texts(seccomp_architectures(place.machine))},
          {"syscalls", std::move(rules)}};
}

json::object linux_part(const ContainerSpec& spec, const OciPlace& place) {
  json::object object{{"namespaces", namespaces(spec, place)},
                      {"cgroupsPath", text(place.cgroups_path)},
                      {"resources", resources(spec, place)},
                      {"devices", devices(place)}};
  json::object sysctl;
  for (const auto& [name, value] : spec.sysctls) sysctl[name] = text(value);
  if (!sysctl.empty()) object["sysctl"] = std::move(sysctl);
  if (spec.privileged) return object;
  // docs.docker.com, "Docker security"; what tells of the host, and what steers it.
  object["maskedPaths"] = {"/proc/asound",     "/proc/acpi",        "/proc/interrupts",
                           "/proc/kcore",      "/proc/keys",        "/proc/latency_stats",
                           "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                           "/proc/scsi",       "/sys/firmware",     "/sys/devices/virtual/powercap"};
  // Not /sys/fs/cgroup: crun 1.8 binds it once more for that, with version 1's hierarchies writable below it.
  object["readonlyPaths"] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  if (spec.seccomp && !seccomp_architectures(place.machine).empty()) object["seccomp"] = seccomp(place);
  return object;
}

}  // namespace

std::string oci_probe(const ContainerSpec& spec, const OciPlace& place) {
  json::object object = process(spec, place);
  object["terminal"] = false;
  object["args"] = texts(spec.probe_argv);
  return json::serialize(object);
}

std::string oci_config(const ContainerSpec& spec, const OciPlace& place) {
  json::object config{{"ociVersion", "1.0.2"},
                      {"process", process(spec, place)},
                      {"root", {{"path", text(place.rootfs)}, {"readonly", spec.read_only_rootfs}}},
                      {"mounts", mounts(spec, place)},
                      {"linux", linux_part(spec, place)}};
  // Saves crun three quarters of its time; the rules stay for a runtime that does not know the annotation.
  if (config["linux"].as_object().contains("seccomp") && !place.seccomp_program.empty())
    config["annotations"] = {{"run.oci.seccomp_bpf_data", text(base64(place.seccomp_program))}};
  if (!spec.hostname.empty()) config["hostname"] = text(spec.hostname);
  return json::serialize(config);
}

}  // namespace slipway::runtime
