#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/doctor_probes.hpp"
#include "runtime/linux_host.hpp"
#include "runtime/net/foreign.hpp"
#include "runtime/oci/capabilities.hpp"
#include "runtime/system/erofs.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

using Verdict = Check::Verdict;

constexpr std::uint64_t little_disk_bytes = 2ull << 30;
constexpr rlim_t few_files = 65'536;
constexpr unsigned capability_sys_resource = 24;

// `found` when it is well; else the probe's error, what follows from it and what to do.
Check from_probe(const char* name, const Result<>& probe, std::string found, Verdict otherwise,
                 std::string consequence, std::string remedy) {
  if (probe) return {name, Verdict::ok, std::move(found), "", ""};
  return {name, otherwise, probe.error().message, std::move(consequence), std::move(remedy)};
}

Check root_check() {
  if (::geteuid() == 0) return {"root", Verdict::ok, "uid 0", "", ""};
  return {"root", Verdict::fail, "uid " + std::to_string(::geteuid()),
          "this node cannot run containers, and the checks below fail for the same reason",
          "run it with sudo"};
}

Check cgroup_check(const LinuxHostOptions& options) {
  const Cgroups cgroups = Cgroups::detect();
  constexpr std::array names = {"none", "version 1", "version 1 with a version 2 tree (hybrid)", "version 2"};
  std::string found = names[std::size_t(cgroups.mode())];
  for (const std::string& controller : cgroups.controllers()) found += " " + controller;
  std::string missing;
  for (const char* needed : {"cpu", "memory", "pids"})
    if (!cgroups.has(needed)) missing += (missing.empty() ? "" : ", ") + std::string(needed);
  if (!missing.empty())
    return {"control groups", Verdict::fail, found + "; missing: " + missing,
            "CPU and memory of tasks cannot be limited or measured",
            "boot with cgroup_enable=memory, or mount the missing hierarchies below /sys/fs/cgroup"};
  if (!cgroups.unified_controllers().empty() && cgroups.mode() == Cgroups::Mode::hybrid)
    found += "; crun refuses the controllers of the version 2 tree, so it is hidden from it";
  return from_probe(
      "control groups", probe_cgroups(options), found, Verdict::fail, "no task can be started",
      "give this process a writable cgroup file system (in a container: --privileged --cgroupns=host)");
}

Check namespace_check() {
  const std::string missing = missing_namespaces();
  if (missing.empty()) return {"namespaces", Verdict::ok, "mnt uts ipc net cgroup", "", ""};
  return {"namespaces", Verdict::fail, "missing: " + missing, "containers cannot be kept apart",
          "run as root with CAP_SYS_ADMIN on a kernel that has these namespaces"};
}

Check crun_check(const LinuxHostOptions& options, const std::string& scratch) {
  auto version = run_helper({options.crun, "--version"}, "", limits::helper_timeout_ms);
  if (!version || version->exit_code != 0)
    return {"crun", Verdict::fail, "not found", "no container can be started", "apt-get install crun"};
  return from_probe("crun", probe_crun(options, scratch),
                    version->out.substr(0, version->out.find('\n')) + ", ran a container", Verdict::fail,
                    "no container can be started",
                    "see what crun said; `make deps` installs the version we test with");
}

Check erofs_check(const std::string& scratch) {
  const auto probed = probe_erofs(scratch);
  if (probed) return {"erofs", Verdict::ok, *probed, "", ""};
  return {"erofs", Verdict::warn, probed.error().message,
          "layers of images are directories, whatever image-layers says",
          "apt-get install erofs-utils; modprobe erofs"};
}

Check disk_check(const std::string& directory) {
  struct statvfs disk;
  if (::statvfs(directory.c_str(), &disk) != 0)
    return {"disk", Verdict::warn, directory + " cannot be looked at", "", ""};
  const std::uint64_t free_bytes = std::uint64_t(disk.f_bavail) * disk.f_frsize;
  const std::string found = std::to_string(free_bytes >> 20) + " MiB free on " + directory;
  if (free_bytes >= little_disk_bytes) return {"disk", Verdict::ok, found, "", ""};
  return {"disk", Verdict::warn, found, "images may not be pulled and output may be lost",
          "free some space, or choose another --data-dir"};
}

Check seccomp_check() {
  const std::string actions = read_file_or_empty("/proc/sys/kernel/seccomp/actions_avail");
  if (actions.find("errno") != std::string::npos)
    return {"seccomp", Verdict::ok, actions.substr(0, actions.find('\n')), "", ""};
  return {"seccomp", Verdict::fail, "not in this kernel", "containers would have every system call",
          "use a kernel with CONFIG_SECCOMP_FILTER"};
}

// A chain of somebody else that drops what it does not know drops our packets too, whatever our table says.
// What is in table ip filter we open for ourselves with the first task; other tables are their owner's.
Check forwarding_check(const LinuxHostOptions& options) {
  const std::string on = read_file_or_empty("/proc/sys/net/ipv4/ip_forward");
  std::string found =
      on.starts_with('1') ? "ip_forward is on" : "ip_forward is off and is turned on with the first task";
  auto listed = run_helper({options.nft, "list", "table", "ip", "filter"}, "", limits::helper_timeout_ms);
  const ForeignFirewall foreign = parse_foreign_firewall(listed && listed->exit_code == 0 ? listed->out : "");
  if (foreign.drops)
    found += "; " + std::string(foreign.docker_user ? "Docker's" : "a") +
             " firewall drops what it forwards by default: two rules for our links go into " +
             (foreign.docker_user ? "DOCKER-USER" : foreign.chain) +
             " with the first task, and out at the end";
  auto chains = run_helper({options.nft, "list", "chains"}, "", limits::helper_timeout_ms);
  if (chains && another_table_drops(chains->out))
    return {"forwarding", Verdict::warn, found + "; another table drops what it forwards by default",
            "tasks may not reach the outside, nor the outside their host ports",
            "let links 's" + options.node_id + "*' pass there"};
  return {"forwarding", Verdict::ok, found, "", ""};
}

Check limits_check() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const bool may_raise = grantable_capabilities() >> capability_sys_resource & 1;
  const std::string found = "open files " + std::to_string(files.rlim_max);
  if (may_raise || files.rlim_max >= few_files) return {"limits", Verdict::ok, found, "", ""};
  return {"limits", Verdict::warn, found + ", and no CAP_SYS_RESOURCE to raise it",
          "ulimits of tasks above this are held to it",
          "raise LimitNOFILE of the service, or the container's own limit"};
}

std::int64_t conntrack(const char* name) {
  return std::atoll(read_file_or_empty(std::string("/proc/sys/net/netfilter/nf_conntrack_") + name).c_str());
}

// The nearest directory that exists: nothing is made to look at it.
std::string existing_parent(std::string path) {
  while (path.size() > 1 && ::access(path.c_str(), W_OK) != 0)
    path.erase(std::max<std::size_t>(path.rfind('/') == path.npos ? 0 : path.rfind('/'), 1));
  return path;
}

}  // namespace

std::vector<Check> doctor(const LinuxHostOptions& options) {
  const std::string place = existing_parent(options.node_dir.empty() ? "/tmp" : options.node_dir);
  std::string scratch = (place == "/" ? "/tmp" : place) + "/slipway-doctor-XXXXXX";
  const bool have_scratch = ::mkdtemp(scratch.data()) != nullptr;
  std::vector<Check> checks;
  checks.push_back(root_check());
  checks.push_back(cgroup_check(options));
  checks.push_back(namespace_check());
  checks.push_back(from_probe("user namespaces", probe_user_namespace(), "available", Verdict::warn,
                              "images are unpacked with fewer walls around it",
                              "sysctl user.max_user_namespaces=15000"));
  checks.push_back(from_probe("network links", probe_network_namespace(), "veth in a new namespace",
                              Verdict::fail, "tasks have no network but the host's",
                              "modprobe veth; run as root with CAP_NET_ADMIN"));
  checks.push_back(from_probe("nftables", probe_nftables(options), "our rules are accepted", Verdict::fail,
                              "no host ports, and no way out for tasks",
                              "apt-get install nftables; modprobe nf_tables nft_chain_nat nft_masq"));
  checks.push_back(forwarding_check(options));
  if (have_scratch) {
    checks.push_back(
        from_probe("overlayfs", probe_overlay(scratch), "works on " + place, Verdict::fail,
                   "containers have no file system of their own",
                   "modprobe overlay, and choose a --data-dir that is not itself on an overlay"));
    checks.push_back(crun_check(options, scratch));
    checks.push_back(erofs_check(scratch));
    (void)remove_tree(scratch);
  } else {
    checks.push_back({"overlayfs", Verdict::fail, place + " cannot be written", "nothing can be tried there",
                      "choose another --data-dir"});
  }
  checks.push_back(seccomp_check());
  checks.push_back(apparmor_check(options));
  checks.push_back(swap_check());
  checks.push_back(ephemeral_storage_check(place));
  checks.push_back(disk_check(place));
  checks.push_back(limits_check());
  checks.push_back(connections_check(conntrack("count"), conntrack("max")));
  return checks;
}

}  // namespace slipway::runtime
