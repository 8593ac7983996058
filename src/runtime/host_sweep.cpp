#include <dirent.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/log.hpp"
#include "runtime/linux_host_impl.hpp"
#include "runtime/net/netns.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

using std::chrono::milliseconds, std::chrono::steady_clock;

constexpr std::int64_t kill_timeout_ms = 10'000;
constexpr std::int64_t links_timeout_ms = 5'000;

std::vector<std::string> entries(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = ::opendir(path.c_str());
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory))
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  ::closedir(directory);
  return names;
}

std::size_t count_mounts(const std::string& mountinfo, const NodePaths& paths) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < mountinfo.size();) {
    const std::size_t end = std::min(mountinfo.find('\n', at), mountinfo.size());
    const std::string line = mountinfo.substr(at, end - at);
    at = end + 1;
    for (const std::string& root : {paths.run_dir, paths.node_dir})
      if (line.find(" " + root + "/") != line.npos) {
        ++count;
        break;
      }
  }
  return count;
}

bool is_kept(std::span<const std::string> keep, const std::string& task_id) {
  return std::ranges::find(keep, task_id) != keep.end();
}

}  // namespace

Result<> LinuxHost::kill_and_remove(const ContainerStatus& status) {
  const auto deadline = steady_clock::now() + milliseconds(kill_timeout_ms);
  for (;;) {
    auto now = container(status.id);
    if (!now || now->state == ContainerStatus::State::exited) break;
    (void)signal_container(status.id, SIGKILL);
    cgroups_.kill_all(cgroup_of(status.task_id, status.id), 100);
    if (steady_clock::now() > deadline)
      return fail("HostError", "Container " + status.id + " does not end.", 500);
    std::this_thread::sleep_for(milliseconds(5));
  }
  return remove_container(status.id);
}

Result<> LinuxHost::sweep(std::span<const std::string> keep) {
  auto all = containers();
  if (!all) return pass(all);
  Result<> result;
  const auto note = [&](Result<> done) {
    if (!done && result) result = std::move(done);
  };
  std::set<std::string> remaining;
  for (const ContainerStatus& status : *all) {
    if (is_kept(keep, status.task_id)) {
      remaining.insert(status.id);
      continue;
    }
    note(kill_and_remove(status));
  }
  // Directories that the supervisor knows nothing of: we were killed before asking for the container.
  for (const std::string& id : entries(paths_.containers()))
    if (is_name(id) && !remaining.contains(id) && !container(id)) note(discard(id));
  for (const std::string& task : network_->task_ids())
    if (!is_kept(keep, task)) note(network_->delete_task_network(task));
  for (const std::string& id : network_->bridge_container_ids())
    if (!remaining.contains(id)) note(network_->delete_bridge_network(id));
  for (const std::string& task : cgroups_.children(paths_.cgroup()))
    if (task != "supervisor" && !is_kept(keep, task)) note(delete_task_cgroup(task));
  for (const std::string& task : entries(paths_.task_disks()))  // after a reboot, of tasks without a cgroup
    if (!is_kept(keep, task)) release_disk(task);
  return result;
}

Result<> LinuxHost::destroy() {
  if (!network_ || !link_)
    if (auto prepared = prepare(); !prepared) return prepared;
  if (auto swept = sweep({}); !swept) return swept;
  const pid_t supervisor = link_->supervisor_pid();
  auto pidfd = open_pidfd(supervisor);
  link_->expect_end();
  auto down = link_->call({"shutdown"});
  if (!down && down.error().code != supervisor_lost) return pass(down);
  if (pidfd) {
    pollfd ended{pidfd->get(), POLLIN, 0};
    if (::poll(&ended, 1, int(kill_timeout_ms)) == 0)
      return fail("HostError", "The supervisor does not end.", 500);
  }
  link_.reset();
  auto gone = network_->destroy();
  network_.reset();
  if (!gone) return gone;
  // Links and routes go with their namespaces, a moment later.
  const auto deadline = steady_clock::now() + milliseconds(links_timeout_ms);
  while (inventory(options_).links > 0 && steady_clock::now() < deadline)
    std::this_thread::sleep_for(milliseconds(5));
  if (auto removed = cgroups_.remove(paths_.cgroup()); !removed) return removed;
  for (const std::string& tree : {paths_.containers(), paths_.task_disks()})
    if (auto removed = remove_tree(tree); !removed) return removed;
  return remove_tree(paths_.run_dir);
}

Inventory inventory(const LinuxHostOptions& options) {
  const NodePaths paths = paths_of(options);
  Inventory found;
  for (const std::string& name : entries(paths.namespaces()))
    found.namespaces += is_namespace(paths.namespaces() + "/" + name);
  found.mounts = count_mounts(read_file_or_empty("/proc/self/mountinfo"), paths);
  const Cgroups cgroups = Cgroups::detect();
  found.cgroups = cgroups.count(paths.cgroup());
  const std::vector<pid_t> processes = cgroups.processes(paths.cgroup());
  found.processes = processes.size();
  if (const auto supervisors = cgroups.processes(paths.supervisor_cgroup()); !supervisors.empty())
    for (pid_t pid : supervisors)
      if (read_file_or_empty("/proc/" + std::to_string(pid) + "/cmdline").find("--run-dir") !=
          std::string::npos)
        found.mounts +=
            count_mounts(read_file_or_empty("/proc/" + std::to_string(pid) + "/mountinfo"), paths);
  std::set<int> ours;
  if (auto netlink = Netlink::open()) {
    if (auto links = netlink->links())
      for (const LinkInfo& link : *links)
        if (link.name.starts_with(paths.link_prefix())) ours.insert(link.index);
    if (auto routes = netlink->routes())
      found.routes = std::size_t(
          std::ranges::count_if(*routes, [&](const RouteInfo& route) { return ours.contains(route.link); }));
  }
  found.links = ours.size();
  found.nft_tables = count_nft_tables(options.nft, paths.nft_table());
  found.containers = entries(paths.containers()).size();
  return found;
}

}  // namespace slipway::runtime
