#include "runtime/doctor_probes.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "base/limits.hpp"
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/cgroup/own_mounts.hpp"
#include "runtime/net/netlink.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/oci/capabilities.hpp"
#include "runtime/oci/config.hpp"
#include "runtime/oci/seccomp_filter.hpp"
#include "runtime/paths.hpp"
#include "runtime/supervisor/rootfs.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

// Namespaces that a thread enters end with it.
Result<> on_a_thread(const std::function<Result<>()>& work) {
  Result<> result;
  std::thread([&] { result = work(); }).join();
  return result;
}

NodePaths probe_paths(const LinuxHostOptions& options) {
  const std::string id = options.node_id.empty() ? "00000000" : options.node_id;
  return {id + "-doctor", options.node_dir, options.run_dir, options.cgroup_parent};
}

}  // namespace

Result<> probe_cgroups(const LinuxHostOptions& options) {
  const Cgroups cgroups = Cgroups::detect();
  const std::string group = probe_paths(options).cgroup() + "/probe";
  Result<> done = cgroups.create(group);
  if (done) done = cgroups.limit(group, {"probe", 128, 16 << 20});
  (void)cgroups.remove(probe_paths(options).cgroup());
  return done;
}

Result<> probe_network_namespace() {
  return on_a_thread([]() -> Result<> {
    if (::unshare(CLONE_NEWNET) != 0) return fail_errno("network namespace");
    auto netlink = Netlink::open();
    if (!netlink) return pass(netlink);
    NetlinkBatch batch;
    batch.add_veth({.name = "probe0", .index = 100}, {.name = "probe1", .index = 101}, 1500);
    batch.set_up(100);
    return netlink->execute(batch);
  });
}

std::string missing_namespaces() {
  std::string missing;
  const std::pair<const char*, int> kinds[] = {{"mnt", CLONE_NEWNS},
                                               {"uts", CLONE_NEWUTS},
                                               {"ipc", CLONE_NEWIPC},
                                               {"net", CLONE_NEWNET},
                                               {"cgroup", CLONE_NEWCGROUP}};
  for (auto [name, flag] : kinds) {
    auto made = on_a_thread(
        [kind = flag]() -> Result<> { return ::unshare(kind) == 0 ? Result<>() : fail_errno("unshare"); });
    if (!made)
      missing += (missing.empty() ? "" : ", ") + std::string(name) + " (" + made.error().message + ")";
  }
  return missing;
}

Result<> probe_user_namespace() {
  // Only a process of one thread may enter one.
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
  if (child < 0) return fail_errno("fork");
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail_errno("user namespace", WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

Result<> probe_nftables(const LinuxHostOptions& options) {
  const std::string rules = host_ruleset({.table = "slipway_doctor",
                                          .vpc_links = {"probe0"},
                                          .bridge_links = {"probe1"},
                                          .ports = {{"tcp", "0.0.0.0", 1, "192.0.2.1", 1}}});
  auto finished = run_helper({options.nft, "--check", "--file", "-"}, rules, limits::helper_timeout_ms);
  if (!finished) return pass(finished);
  if (finished->exit_code != 0)
    return fail("HostError", "nft: " + finished->err.substr(0, finished->err.find('\n')), 500);
  return {};
}

Result<> probe_overlay(const std::string& scratch) {
  return on_a_thread([&]() -> Result<> {
    if (auto entered = enter_own_mounts(Cgroups()); !entered) return entered;
    const std::string lower = scratch + "/lower", container = scratch + "/overlay";
    if (auto made = make_directories(lower, 0755); !made) return made;
    if (auto made = make_directories(container, 0755); !made) return made;
    if (auto written = write_file(lower + "/file", "x", 0644); !written) return written;
    if (auto mounted = mount_rootfs(container, {lower}); !mounted) return mounted;
    const bool hidden =
        ::unlink((container + "/merged/file").c_str()) == 0 && ::access((lower + "/file").c_str(), F_OK) == 0;
    unmount_rootfs(container);
    return hidden ? Result<>() : fail("HostError", "an overlay does not keep its lower layer", 500);
  });
}

Result<> probe_crun(const LinuxHostOptions& options, const std::string& scratch) {
  const Cgroups cgroups = Cgroups::detect();
  const std::string group = probe_paths(options).cgroup();
  ContainerSpec spec{.id = "probe", .task_id = "probe", .layers = {"/"}, .argv = {"/bin/true"}};
  spec.memory_bytes = 64 << 20;
  for (const char* part : {"/bin", "/lib", "/lib64", "/usr"})
    if (::access(part, F_OK) == 0) spec.mounts.push_back({.source = part, .target = part, .read_only = true});
  auto capabilities = choose_capabilities({}, {}, false, grantable_capabilities());
  if (!capabilities) return pass(capabilities);
  utsname name;
  ::uname(&name);
  auto program = compile_seccomp(capabilities->names, name.machine);
  if (!program) return pass(program);
  const OciPlace place{.rootfs = scratch + "/rootfs",
                       .cgroups_path = "/" + group + "/probe",
                       .capabilities = capabilities->names,
                       .cgroup_v2 = cgroups.v2(),
                       .machine = name.machine,
                       .seccomp_program = *program};
  if (auto made = make_directories(scratch + "/rootfs", 0755); !made) return made;
  if (auto written = write_file(scratch + "/config.json", oci_config(spec, place), 0600); !written)
    return written;
  auto ran = on_a_thread([&]() -> Result<> {
    if (auto entered = enter_own_mounts(cgroups); !entered) return entered;
    auto finished = run_helper({options.crun, "--root", scratch + "/crun", "--cgroup-manager", "cgroupfs",
                                "run", "--bundle", scratch, "slipway-doctor"},
                               "", limits::helper_timeout_ms);
    if (!finished) return pass(finished);
    if (finished->exit_code == 0) return {};
    return fail("HostError", "crun: " + finished->err.substr(0, finished->err.find('\n')), 500);
  });
  (void)cgroups.remove(group);
  return ran;
}

// One table for the whole machine: where it is full, new connections of everybody are dropped without a word.
Check connections_check(std::int64_t now, std::int64_t most) {
  constexpr std::int64_t few = 16'384;
  using Verdict = Check::Verdict;
  if (most == 0) return {"connection tracking", Verdict::ok, "begins with the first task", "", ""};
  const std::string found = std::to_string(now) + " of " + std::to_string(most) + " connections";
  if (most >= few && now < most / 10 * 9) return {"connection tracking", Verdict::ok, found, "", ""};
  return {"connection tracking", Verdict::warn, found,
          "new connections of tasks and of the host are dropped once the table is full",
          "sysctl net.netfilter.nf_conntrack_max=262144"};
}

}  // namespace slipway::runtime
