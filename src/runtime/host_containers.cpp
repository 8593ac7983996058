#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/limits.hpp"
#include "runtime/linux_host_impl.hpp"
#include "runtime/oci/apparmor.hpp"
#include "runtime/oci/capabilities.hpp"
#include "runtime/oci/errors.hpp"
#include "runtime/oci/seccomp_filter.hpp"
#include "runtime/output_reader.hpp"

namespace slipway::runtime {
namespace {

constexpr int start_tries = 5;  // of a start over which the supervisor died

// Static ones of Debian's packages, and Docker's.
constexpr std::array init_programs = {"/usr/bin/tini-static", "/usr/libexec/podman/catatonit",
                                      "/usr/libexec/catatonit/catatonit", "/usr/bin/docker-init"};

// proc_net_dev: "  eth0:  bytes packets errs drop fifo frame compressed multicast  bytes packets errs drop
// …".
std::vector<NetworkCounters> parse_net_dev(const std::string& text) {
  std::vector<NetworkCounters> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::size_t begin = line.find_first_not_of(' ');
    NetworkCounters counters{.interface = line.substr(begin, colon - begin)};
    unsigned long long in[8], out[8];
    if (std::sscanf(line.c_str() + colon + 1, "%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu",
                    &in[0], &in[1], &in[2], &in[3], &in[4], &in[5], &in[6], &in[7], &out[0], &out[1], &out[2],
                    &out[3]) != 12 ||
        counters.interface == "lo")
      continue;
    counters.rx_bytes = in[0], counters.rx_packets = in[1], counters.rx_errors = in[2],
    counters.rx_dropped = in[3];
    counters.tx_bytes = out[0], counters.tx_packets = out[1], counters.tx_errors = out[2],
    counters.tx_dropped = out[3];
    found.push_back(std::move(counters));
  }
  return found;
}

std::unexpected<Error> create_error(const Error& cause) {
  return fail("CannotCreateContainerError", "Error response from daemon: " + cause.message, 500);
}

}  // namespace

Result<> LinuxHost::create_task_cgroup(const TaskCgroupSpec& spec) {
  if (!is_name(spec.task_id)) return fail("InvalidParameterException", "Invalid task id: " + spec.task_id);
  const std::string group = paths_.task_cgroup(spec.task_id);
  auto made = cgroups_.create(group);
  if (made) made = cgroups_.limit(group, spec);
  if (made && spec.disk_bytes > 0) made = limit_disk(spec);
  if (made) {
    warm_up_.begin();  // not before: what it waits for would hold up the making of groups
    return {};
  }
  (void)cgroups_.remove(group);
  release_disk(spec.task_id);
  return fail("ResourceInitializationError", made.error().message, 500);
}

Result<> LinuxHost::delete_task_cgroup(const std::string& task_id) {
  if (!is_name(task_id) || task_id == "supervisor") return {};
  const std::string group = paths_.task_cgroup(task_id);
  cgroups_.kill_all(group, 5'000);
  release_disk(task_id);
  return cgroups_.remove(group);
}

Result<std::string> LinuxHost::joined_namespace(const std::string& of, const char* kind) {
  if (of.empty() || of == "host") return of;
  auto other = container(of);
  if (!other) return pass(other);
  if (other->state != ContainerStatus::State::running)
    return fail("CannotStartContainerError",
                "Error response from daemon: cannot join namespace of a non running container: " + of);
  return "/proc/" + std::to_string(other->pid) + "/" + kind;
}

Result<std::string> LinuxHost::init_program() const {
  if (!options_.init_path.empty()) return options_.init_path;
  for (const char* path : init_programs)
    if (::access(path, X_OK) == 0) return path;
  return fail(
      "CannotStartContainerError",
      "Error response from daemon: initProcessEnabled needs a static init on this host (package tini or "
      "catatonit)");
}

Result<std::string> LinuxHost::apparmor_of(const ContainerSpec& spec) const {
  if (spec.apparmor == "unconfined") return std::string();
  if (spec.apparmor.empty()) return spec.privileged ? std::string() : apparmor_profile_;
  if (!apparmor_enabled())
    return fail(
        "CannotStartContainerError",
        "Error response from daemon: AppArmor is not enabled on this host: no profile " + spec.apparmor);
  if (!apparmor_loaded(spec.apparmor))
    return fail("CannotStartContainerError",
                "Error response from daemon: AppArmor profile " + spec.apparmor + " is not loaded");
  return spec.apparmor;
}

Result<> LinuxHost::check_swap(const ContainerSpec& spec, StartedContainer& started) const {
  if (spec.memory_swappiness >= 0 && !cgroups_.has_swappiness())
    return fail(
        "CannotCreateContainerError",
        "Error response from daemon: swappiness " + std::to_string(spec.memory_swappiness) +
            " cannot be given to one container: this host's control groups are of version 2, which has it "
            "for the whole host only (vm.swappiness)");
  if (spec.memory_swap_bytes < 0 || cgroups_.limits_swap()) return {};
  // Without swap there is nothing to limit.
  if (read_file_or_empty("/proc/swaps").find("\n/") != std::string::npos)
    return fail("CannotCreateContainerError",
                "Error response from daemon: maxSwap cannot be held: this kernel does not account for swap "
                "(boot it with swapaccount=1)");
  started.notes.push_back("maxSwap: this host has no swap");
  return {};
}

Result<std::string> LinuxHost::seccomp_program(const std::vector<std::string>& capabilities) {
  std::lock_guard lock(seccomp_mutex_);
  auto found = seccomp_programs_.find(capabilities);
  if (found != seccomp_programs_.end()) return found->second;
  auto program = compile_seccomp(capabilities, machine_);
  if (!program) return program;
  if (seccomp_programs_.size() >= limits::seccomp_programs) seccomp_programs_.clear();
  return seccomp_programs_[capabilities] = std::move(*program);
}

Result<OciPlace> LinuxHost::place(const ContainerSpec& spec, const std::string& directory,
                                  StartedContainer& started) {
  auto user = resolve_user(spec.user, read_from_layers(spec.layers, "/etc/passwd"),
                           read_from_layers(spec.layers, "/etc/group"));
  if (!user) return pass(user);
  auto capabilities =
      choose_capabilities(spec.cap_add, spec.cap_drop, spec.privileged, grantable_capabilities());
  if (!capabilities) return pass(capabilities);
  for (const std::string& name : capabilities->missing)
    started.notes.push_back(name + ": this host cannot give it (it is not in our own bounding set)");
  auto apparmor = apparmor_of(spec);
  if (!apparmor) return pass(apparmor);
  auto ipc = joined_namespace(spec.ipc_of, "ns/ipc"), pid = joined_namespace(spec.pid_of, "ns/pid");
  if (!ipc) return pass(ipc);
  if (!pid) return pass(pid);

  OciPlace place{.rootfs = directory + "/merged",
                 .cgroups_path = "/" + cgroup_of(spec.task_id, spec.id),
                 .user = std::move(*user),
                 .capabilities = std::move(capabilities->names),
                 .ipc_path = *ipc,
                 .pid_path = *pid,
                 .ulimits = grantable_ulimits(spec.ulimits, started.notes),
                 .devices = spec.devices,
                 .cgroup_v2 = cgroups_.v2(),
                 .machine = machine_,
                 .apparmor_profile = std::move(*apparmor)};
  if (spec.seccomp && !spec.privileged) {
    auto program = seccomp_program(place.capabilities);
    if (!program) return pass(program);
    place.seccomp_program = std::move(*program);
  }
  if (*ipc == "host")
    place.shm_path = "/dev/shm";
  else if (!ipc->empty() || spec.shareable_ipc)
    place.shm_path = paths_.shared_memory(ipc->empty() ? spec.id : spec.ipc_of);
  if (ipc->starts_with('/') && ::access(place.shm_path.c_str(), F_OK) != 0)
    return fail("CannotStartContainerError", "Error response from daemon: can't join IPC of container " +
                                                 spec.ipc_of + ": non-shareable IPC");
  for (const Device& device : spec.devices)
    if (::access(device.host_path.c_str(), F_OK) != 0)
      return fail("CannotStartContainerError",
                  "Error response from daemon: error gathering device information while adding custom device \"" +
                      device.host_path + "\": no such file or directory");
  if (spec.privileged)
    for (Device& device : host_devices()) place.devices.push_back(std::move(device));
  if (spec.init_process) {
    auto init = init_program();
    if (!init) return pass(init);
    place.init_path = std::move(*init);
  }
  return place;
}

Result<> LinuxHost::write_bundle(const ContainerSpec& spec, const std::string& directory,
                                 StartedContainer& started) {
  if (auto checked = check_swap(spec, started); !checked) return checked;
  if (auto made = make_writable(spec, directory); !made) return create_error(made.error());
  auto oci = place(spec, directory, started);
  if (!oci) return pass(oci);
  if (spec.shareable_ipc)
    if (auto mounted = mount_shared_memory(spec); !mounted) return create_error(mounted.error());
  for (std::size_t at = 0; at < spec.files.size(); ++at) {
    const std::string path = directory + "/file." + std::to_string(at);
    if (auto written = write_file(path, spec.files[at].contents, 0644); !written)
      return create_error(written.error());
    oci->files[spec.files[at].target] = path;
  }
  const LaunchRecord launch{
      .id = spec.id,
      .task_id = spec.task_id,
      .cgroup = cgroup_of(spec.task_id, spec.id),
      .crun = options_.crun,
      .layers = spec.layers,
      .working_dir = spec.working_dir,
      .network_path = spec.network.path,
      .uid = oci->user.uid,
      .gid = oci->user.gid,
      .tty = spec.tty,
      .interactive = spec.interactive,
      .output_limit_bytes = std::uint64_t(std::max<std::int64_t>(spec.output_limit_bytes, 0))};
  // 0600: the environment may hold secrets.
  auto written = write_file(directory + config_file, oci_config(spec, *oci), 0600);
  if (written) written = write_file(directory + launch_file, launch_json(launch), 0600);
  if (written && !spec.probe_argv.empty())
    written = write_file(directory + probe_file, oci_probe(spec, *oci), 0600);
  if (!written) return create_error(written.error());
  return {};
}

// So that neither this supervisor nor the next takes an end that is past for that of the run to come.
Result<> LinuxHost::forget_run(const std::string& container_id) {
  if (auto removed = link_->call({"remove", container_id}); !removed) return pass(removed);
  unmount_shared_memory(container_id);
  // The kernel's mark that a volatile overlay was not synced (overlayfs.rst, "Volatile mount"): the machine has
  // not gone down since, so that all is there.
  (void)remove_tree(paths_.container(container_id) + "/work/work/incompat");
  for (const char* file : {start_file, pid_file, exit_file})
    ::unlink((paths_.container(container_id) + file).c_str());
  return {};
}

Result<StartedContainer> LinuxHost::start_container(const ContainerSpec& spec) {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  if (auto checked = validate(spec); !checked) return pass(checked);
  const std::string directory = paths_.container(spec.id);
  if (::mkdir(directory.c_str(), 0711) != 0) {
    if (errno != EEXIST) return create_error(fail_errno(directory).error());
    if (!spec.again) return fail("Conflict", "Container " + spec.id + " exists already.");
    if (auto forgotten = forget_run(spec.id); !forgotten) return pass(forgotten);
  }
  StartedContainer started;
  auto written = write_bundle(spec, directory, started);
  for (const char* fifo : {"/stdout", "/stderr"})
    if (written && !spec.tty && ::mkfifo((directory + fifo).c_str(), 0600) != 0 && errno != EEXIST)
      written = create_error(fail_errno(directory + fifo).error());
  if (!written) {
    (void)discard(spec.id);
    return pass(written);
  }
  // Held from before the start: a supervisor that dies over it must not be the only one to hold what a short
  // container has said.
  if (!spec.tty) hold_output(spec.id);
  for (int tries = 1;; ++tries) {
    auto answer = link_->call({"run", spec.id});
    if (answer && answer->size() >= 2) {
      started.pid = parse_number((*answer)[0]).value_or(0);
      started.started_at = {parse_number((*answer)[1]).value_or(0) / 1'000'000};
      return started;
    }
    Error error = answer ? Error{"HostError", "The supervisor's answer is malformed.", 500} : answer.error();
    if (error.code == supervisor_lost) {
      // The next one knows how far it came: it runs, or has run, or was never begun.
      auto found = container(spec.id);
      if (found) {
        started.pid = found->pid;
        started.started_at = found->started_at;
        return started;
      }
      if (found.error().code == "ResourceNotFoundException" && tries < start_tries) continue;
    }
    return give_up_start(spec, std::move(error));
  }
}

std::unexpected<Error> LinuxHost::give_up_start(const ContainerSpec& spec, Error error) {
  if (error.code != "RuntimeError" || !discard(spec.id)) (void)remove_container(spec.id);
  if (error.code == "RuntimeError") return std::unexpected(translate_runtime_error(error.message, spec));
  if (error.code == "HostError" || error.code == supervisor_lost) return create_error(error);
  return std::unexpected(std::move(error));
}

Result<> LinuxHost::signal_container(const std::string& container_id, int signal) {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  auto answer = link_->call({"signal", container_id, std::to_string(signal)});
  if (!answer) return pass(answer);
  return {};
}

Result<> LinuxHost::probe(const std::string& container_id, std::int64_t timeout_ms) {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  auto answer = link_->call({"probe", container_id, std::to_string(timeout_ms)});
  if (!answer) return pass(answer);
  return {};
}

Result<ContainerStatus> LinuxHost::container(const std::string& container_id) {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  auto answer = link_->call({"get", container_id});
  if (!answer) return pass(answer);
  auto status = status_from(*answer, 0);
  if (!status) return fail("HostError", "The supervisor's answer is malformed.", 500);
  return *status;
}

Result<std::vector<ContainerStatus>> LinuxHost::containers() {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  std::vector<ContainerStatus> all;
  for (;;) {
    auto answer = link_->call({"list", all.empty() ? "" : all.back().id});
    if (!answer) return pass(answer);
    for (std::size_t at = 0; at < answer->size(); at += status_fields) {
      auto status = status_from(*answer, at);
      if (!status) return fail("HostError", "The supervisor's answer is malformed.", 500);
      all.push_back(std::move(*status));
    }
    if (answer->size() < list_page * status_fields) return all;
  }
}

Result<> LinuxHost::remove_container(const std::string& container_id) {
  if (!link_) return fail("HostError", "The host is not prepared.", 500);
  if (!is_name(container_id)) return {};
  auto answer = link_->call({"remove", container_id});
  if (!answer) return pass(answer);
  return discard(container_id);
}

Result<> LinuxHost::discard(const std::string& container_id) {
  release_output(container_id);
  unmount_shared_memory(container_id);
  return remove_tree(paths_.container(container_id));
}

// A mount of the host's, since one of the container's own could not be bound into another.
Result<> LinuxHost::mount_shared_memory(const ContainerSpec& spec) {
  const std::string path = paths_.shared_memory(spec.id);
  if (auto made = make_directories(path, 0755); !made) return made;
  const std::string options = "mode=1777,size=" + std::to_string(spec.shm_bytes);
  if (::mount("shm", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.c_str()) != 0)
    return fail_errno(path);
  return {};
}

void LinuxHost::unmount_shared_memory(const std::string& container_id) {
  const std::string path = paths_.shared_memory(container_id);
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) ::rmdir(path.c_str());
}

Result<ContainerStats> LinuxHost::stats(const std::string& container_id) {
  auto status = container(container_id);
  if (!status) return pass(status);
  if (status->state != ContainerStatus::State::running)
    return fail("ResourceNotFoundException", "Container " + container_id + " is not running.");
  ContainerStats stats;
  cgroups_.read(cgroup_of(status->task_id, container_id), stats);
  stats.networks = parse_net_dev(read_file_or_empty("/proc/" + std::to_string(status->pid) + "/net/dev"));
  return stats;
}

Result<std::unique_ptr<OutputReader>> LinuxHost::output(const std::string& container_id,
                                                        std::uint64_t offset) {
  if (!is_name(container_id))
    return fail("InvalidParameterException", "Invalid container id: " + container_id);
  std::shared_ptr<SpoolWatch> watch;
  {
    std::lock_guard lock(output_mutex_);
    if (!spool_watch_) {
      auto made = SpoolWatch::make();
      if (!made) return pass(made);
      spool_watch_ = std::move(*made);
    }
    watch = spool_watch_;
  }
  return open_output(*watch, paths_.container(container_id) + output_directory, offset);
}

}  // namespace slipway::runtime
