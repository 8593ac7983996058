// What a ContainerSpec is held against before anything is made for it.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "base/limits.hpp"
#include "runtime/oci/capabilities.hpp"
#include "runtime/oci/config.hpp"
#include "runtime/paths.hpp"

namespace slipway::runtime {
namespace {

struct NamedLimit {
  std::string_view name;
  int resource;
};
// The names of ECS's Ulimit.
constexpr std::array<NamedLimit, 15> named_limits = {{{"core", RLIMIT_CORE},
                                                      {"cpu", RLIMIT_CPU},
                                                      {"data", RLIMIT_DATA},
                                                      {"fsize", RLIMIT_FSIZE},
                                                      {"locks", RLIMIT_LOCKS},
                                                      {"memlock", RLIMIT_MEMLOCK},
                                                      {"msgqueue", RLIMIT_MSGQUEUE},
                                                      {"nice", RLIMIT_NICE},
                                                      {"nofile", RLIMIT_NOFILE},
                                                      {"nproc", RLIMIT_NPROC},
                                                      {"rss", RLIMIT_RSS},
                                                      {"rtprio", RLIMIT_RTPRIO},
                                                      {"rttime", RLIMIT_RTTIME},
                                                      {"sigpending", RLIMIT_SIGPENDING},
                                                      {"stack", RLIMIT_STACK}}};

constexpr unsigned capability_sys_resource = 24;

std::unexpected<Error> invalid(const std::string& message) {
  return fail("InvalidParameterException", message);
}

bool is_absolute(const std::string& path) {
  return path.starts_with('/') && path.find('\0') == path.npos && path.size() < 4096;
}

}  // namespace

Result<> validate(const ContainerSpec& spec) {
  if (!is_name(spec.id)) return invalid("Invalid container id: " + spec.id);
  if (!is_name(spec.task_id)) return invalid("Invalid task id: " + spec.task_id);
  if (spec.argv.empty() || spec.argv[0].empty())
    return fail("CannotCreateContainerError", "Error response from daemon: no command specified");
  if (spec.layers.empty() || spec.layers.size() > limits::container_layers)
    return invalid("An image has 1 to " + std::to_string(limits::container_layers) + " layers, not " +
                   std::to_string(spec.layers.size()) + ".");
  std::size_t bytes = 0;
  for (const auto* list : {&spec.argv, &spec.probe_argv, &spec.env})
    for (const std::string& entry : *list) {
      if (entry.find('\0') != entry.npos) return invalid("A command or variable holds a NUL character.");
      bytes += entry.size() + 1;
    }
  if (bytes > limits::container_arguments_bytes)
    return fail("CannotStartContainerError", "Error response from daemon: argument list too long");
  for (const std::string& entry : spec.env)
    if (entry.find('=') == entry.npos || entry[0] == '=')
      return invalid("Invalid environment variable: " + entry);
  if (!spec.working_dir.empty() && !is_absolute(spec.working_dir))
    return fail("CannotCreateContainerError", "Error response from daemon: the working directory '" +
                                                  spec.working_dir +
                                                  "' is invalid, it needs to be an absolute path");
  for (const Mount& mount : spec.mounts) {
    if (!is_absolute(mount.target)) return invalid("Invalid mount path: " + mount.target);
    if (mount.kind == Mount::Kind::bind && !is_absolute(mount.source))
      return invalid("Invalid mount source: " + mount.source);
  }
  for (const BoundFile& file : spec.files)
    if (!is_absolute(file.target)) return invalid("Invalid path: " + file.target);
  for (const Ulimit& limit : spec.ulimits)
    if (std::ranges::none_of(named_limits, [&](const NamedLimit& known) { return known.name == limit.name; }))
      return invalid("Invalid ulimit: " + limit.name);
  return {};
}

std::vector<Ulimit> grantable_ulimits(const std::vector<Ulimit>& wanted, std::vector<std::string>& notes) {
  const bool may_raise = grantable_capabilities() >> capability_sys_resource & 1;
  std::vector<Ulimit> granted = wanted;
  for (Ulimit& limit : granted) {
    const auto* known =
        std::ranges::find_if(named_limits, [&](const NamedLimit& named) { return named.name == limit.name; });
    rlimit ours{};
    if (may_raise || known == named_limits.end() ||
        ::getrlimit(__rlimit_resource_t(known->resource), &ours) != 0 || ours.rlim_max == RLIM_INFINITY)
      continue;
    const auto highest = std::int64_t(ours.rlim_max);
    // -1 is "unlimited"; as an unsigned number it is above every limit.
    if (std::uint64_t(limit.hard) <= ours.rlim_max && std::uint64_t(limit.soft) <= ours.rlim_max) continue;
    notes.push_back(limit.name + ": held to " + std::to_string(highest) +
                    ", the most that this host lets us give (no CAP_SYS_RESOURCE)");
    if (std::uint64_t(limit.hard) > ours.rlim_max) limit.hard = highest;
    if (std::uint64_t(limit.soft) > ours.rlim_max) limit.soft = highest;
  }
  return granted;
}

std::vector<Device> host_devices() {
  std::vector<Device> devices;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator("/dev", error);
       entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (error) break;
    const std::string path = entry->path().string();
    if (path == "/dev/pts" || path == "/dev/shm" || path == "/dev/mqueue" || path == "/dev/fd") {
      entry.disable_recursion_pending();
      continue;
    }
    struct stat status;
    if (::lstat(path.c_str(), &status) != 0 || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)))
      continue;
    if (path == "/dev/ptmx" || path == "/dev/console") continue;
    devices.push_back({path, path, "rwm"});
  }
  return devices;
}

}  // namespace slipway::runtime
