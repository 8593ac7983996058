#include "runtime/cgroup/cgroups.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <set>
#include <thread>

#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr std::int64_t cpu_period_us = 100'000;
constexpr int remove_attempts = 200;  // 10 ms apart

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<std::string> subdirectories(const std::string& directory) {
  std::vector<std::string> names;
  DIR* open = ::opendir(directory.c_str());
  if (!open) return names;
  while (const dirent* entry = ::readdir(open))
    if (entry->d_type == DT_DIR && std::string_view(entry->d_name) != "." &&
        std::string_view(entry->d_name) != "..")
      names.emplace_back(entry->d_name);
  ::closedir(open);
  return names;
}

void append_direct_processes(const std::string& directory, std::set<pid_t>& pids) {
  for (std::string_view line : split(read_file_or_empty(directory + "/cgroup.procs"), '\n')) {
    pid_t pid = 0;
    std::from_chars(line.data(), line.data() + line.size(), pid);
    if (pid > 0) pids.insert(pid);  // 0: of a PID namespace that we do not see
  }
}

void append_processes(const std::string& directory, std::set<pid_t>& pids) {
  append_direct_processes(directory, pids);
  for (const std::string& name : subdirectories(directory)) append_processes(directory + "/" + name, pids);
}

bool remove_directory(const std::string& directory) {
  for (const std::string& name : subdirectories(directory)) remove_directory(directory + "/" + name);
  return ::rmdir(directory.c_str()) == 0 || errno == ENOENT;
}

std::size_t count_directories(const std::string& directory) {
  struct stat status;
  if (::stat(directory.c_str(), &status) != 0) return 0;
  std::size_t count = 1;
  for (const std::string& name : subdirectories(directory))
    count += count_directories(directory + "/" + name);
  return count;
}

}  // namespace

Cgroups Cgroups::parse(std::string_view mountinfo) {
  Cgroups found;
  for (std::string_view line : split(mountinfo, '\n')) {
    // proc_pid_mountinfo(5): … root mount-point options [tags] - type source super-options
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos) continue;
    const auto before = split(line.substr(0, dash), ' '), after = split(line.substr(dash + 3), ' ');
    if (before.size() < 5 || after.size() < 3) continue;
    const std::string mount_point(before[4]);
    if (after[0] == "cgroup2" && found.unified_.empty()) found.unified_ = mount_point;
    if (after[0] != "cgroup") continue;
    for (std::string_view option : split(after[2], ','))
      if (option != "rw" && option != "ro" && option != "xattr" && !option.starts_with("release_agent") &&
          option != "clone_children" && option != "noprefix")
        found.v1_.emplace(option, mount_point);
  }
  return found;
}

Cgroups Cgroups::detect() {
  return parse(read_file_or_empty("/proc/self/mountinfo"));
}

Cgroups::Mode Cgroups::mode() const {
  if (v1_.empty()) return unified_.empty() ? Mode::none : Mode::v2;
  return unified_.empty() ? Mode::v1 : Mode::hybrid;
}

std::vector<std::string> Cgroups::unified_controllers() const {
  std::vector<std::string> names;
  if (unified_.empty()) return names;
  std::string text = read_file_or_empty(unified_ + "/cgroup.controllers");
  std::ranges::replace(text, '\n', ' ');
  for (std::string_view name : split(text, ' ')) names.emplace_back(name);
  return names;
}

std::vector<std::string> Cgroups::controllers() const {
  if (v2()) return unified_controllers();
  std::vector<std::string> names;
  for (const auto& [name, mount_point] : v1_)
    if (!name.starts_with("name=")) names.push_back(name);
  return names;
}

bool Cgroups::has(std::string_view controller) const {
  const std::vector<std::string> all = controllers();
  return std::ranges::find(all, controller) != all.end();
}

// The root group of version 2 has no such files, so that says nothing there.
bool Cgroups::limits_swap() const {
  if (v2()) return ::access("/proc/swaps", F_OK) == 0;
  return ::access((directory("memory", "") + "memory.memsw.limit_in_bytes").c_str(), F_OK) == 0;
}

std::string Cgroups::directory(std::string_view controller, std::string_view group) const {
  if (v2()) return unified_ + "/" + std::string(group);
  auto at = v1_.find(controller);
  return at == v1_.end() ? std::string() : at->second + "/" + std::string(group);
}

std::vector<std::string> Cgroups::directories(std::string_view group) const {
  std::set<std::string> mounts;
  for (const auto& [name, mount_point] : v1_) mounts.insert(mount_point);
  if (!unified_.empty()) mounts.insert(unified_);
  std::vector<std::string> list;
  for (const std::string& mount_point : mounts) list.push_back(mount_point + "/" + std::string(group));
  return list;
}

Result<> Cgroups::create(std::string_view group) const {
  if (mode() == Mode::none) return fail("HostError", "no cgroup file system is mounted", 500);
  for (const std::string& directory : directories(group)) {
    if (auto made = make_directories(directory, 0755); !made) return made;
    // cpuset of version 1: a new group is empty, and no process may enter it, until it is told its CPUs.
    auto cpuset = v1_.find("cpuset");
    if (cpuset == v1_.end() || !directory.starts_with(cpuset->second + "/")) continue;
    std::string at = cpuset->second;
    for (std::string_view part : split(group, '/')) {
      const std::string parent = at;
      at += "/" + std::string(part);
      for (const char* file : {"/cpuset.cpus", "/cpuset.mems"})
        if (read_file_or_empty(at + file).find_first_not_of('\n') == std::string::npos)
          (void)write_control(at + file, read_file_or_empty(parent + file));
    }
  }
  if (!v2()) return {};
  std::string at = unified_;
  for (std::string_view part : split(group, '/')) {
    for (const std::string& controller : unified_controllers())
      (void)write_control(at + "/cgroup.subtree_control",
                          "+" + controller);  // one that cannot must not stop the rest
    at += "/" + std::string(part);
  }
  return {};
}

Result<> Cgroups::enter(std::string_view group, pid_t pid) const {
  for (const std::string& directory : directories(group))
    if (auto entered = write_control(directory + "/cgroup.procs", std::to_string(pid)); !entered)
      return entered;
  return {};
}

Result<> Cgroups::limit(std::string_view group, const TaskCgroupSpec& spec) const {
  auto set = [&](std::string_view controller, const char* file, const std::string& value) -> Result<> {
    const std::string at = directory(controller, group);
    if (at.empty())
      return fail("HostError", "cgroup controller " + std::string(controller) + " is missing", 500);
    return write_control(at + "/" + file, value);
  };
  if (spec.memory_bytes > 0)
    if (auto done =
            set("memory", v2() ? "memory.max" : "memory.limit_in_bytes", std::to_string(spec.memory_bytes));
        !done)
      return done;
  if (spec.cpu_units <= 0) return {};
  const std::int64_t quota_us = std::max<std::int64_t>(spec.cpu_units * cpu_period_us / 1024, 1'000);
  if (v2()) {
    if (auto done = set("cpu", "cpu.max", std::to_string(quota_us) + " " + std::to_string(cpu_period_us));
        !done)
      return done;
    // Shares 2…262144 on weights 1…10000, as the OCI runtimes do it.
    const std::int64_t shares = std::clamp<std::int64_t>(spec.cpu_units, 2, 262'144);
    return set("cpu", "cpu.weight", std::to_string(1 + (shares - 2) * 9'999 / 262'142));
  }
  if (auto done = set("cpu", "cpu.cfs_period_us", std::to_string(cpu_period_us)); !done) return done;
  if (auto done = set("cpu", "cpu.cfs_quota_us", std::to_string(quota_us)); !done) return done;
  return set("cpu", "cpu.shares", std::to_string(std::max<std::int64_t>(spec.cpu_units, 2)));
}

std::vector<pid_t> Cgroups::direct_processes(std::string_view controller, std::string_view group) const {
  std::set<pid_t> pids;
  append_direct_processes(directory(controller, group), pids);
  return {pids.begin(), pids.end()};
}

std::vector<pid_t> Cgroups::processes(std::string_view group) const {
  std::set<pid_t> pids;
  for (const std::string& directory : directories(group)) append_processes(directory, pids);
  return {pids.begin(), pids.end()};
}

bool Cgroups::kill_all(std::string_view group, std::int64_t timeout_ms) const {
  using std::chrono::milliseconds, std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + milliseconds(timeout_ms);
  for (;;) {
    const std::vector<pid_t> pids = processes(group);
    if (pids.empty()) return true;
    if (v2()) (void)write_control(directory("", group) + "/cgroup.kill", "1");
    for (pid_t pid : pids) ::kill(pid, SIGKILL);
    if (steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
}

Result<> Cgroups::remove(std::string_view group) const {
  const std::vector<std::string> list = directories(group);
  for (int attempt = 0;; ++attempt) {
    // A dying process keeps its group busy for a moment after it was reaped.
    if (std::ranges::count_if(list, [](const std::string& d) { return !remove_directory(d); }) == 0)
      return {};
    if (attempt == remove_attempts)
      return fail("HostError", "cgroup " + std::string(group) + " stays busy", 500);
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt < 10 ? 1 : 10));
  }
}

std::vector<std::string> Cgroups::children(std::string_view group) const {
  std::set<std::string> names;
  for (const std::string& directory : directories(group))
    for (std::string& name : subdirectories(directory)) names.insert(std::move(name));
  return {names.begin(), names.end()};
}

std::size_t Cgroups::count(std::string_view group) const {
  std::size_t total = 0;
  for (const std::string& directory : directories(group)) total += count_directories(directory);
  return total;
}

}  // namespace slipway::runtime
