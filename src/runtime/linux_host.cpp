#include "runtime/linux_host.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/check.hpp"
#include "base/log.hpp"
#include "runtime/linux_host_impl.hpp"
#include "runtime/oci/apparmor.hpp"
#include "runtime/supervisor.hpp"

namespace slipway::runtime {
namespace {

std::vector<std::string> supervisor_command(const LinuxHostOptions& options, const NodePaths& paths) {
  std::vector<std::string> command = options.supervisor_command;
  for (std::string& argument : supervisor_arguments({.node_id = paths.node_id,
                                                     .node_dir = paths.node_dir,
                                                     .run_dir = paths.run_dir,
                                                     .cgroup_parent = paths.cgroup_parent}))
    command.push_back(std::move(argument));
  return command;
}

std::string machine_name() {
  utsname name;
  return ::uname(&name) == 0 ? name.machine : "";
}

std::unexpected<Error> not_prepared() {
  return fail("HostError", "The host is not prepared.", 500);
}

}  // namespace

NodePaths paths_of(const LinuxHostOptions& options) {
  return {options.node_id, options.node_dir,
          options.run_dir.empty() ? "/run/slipway-" + options.node_id : options.run_dir,
          options.cgroup_parent};
}

LinuxHost::LinuxHost(LinuxHostOptions options)
    : options_(std::move(options)),
      paths_(paths_of(options_)),
      cgroups_(Cgroups::detect()),
      machine_(machine_name()),
      event_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  check(is_node_id(paths_.node_id), "a node's id has eight hexadecimal digits");
  check(bool(event_fd_), "eventfd");
}

LinuxHost::~LinuxHost() = default;

Result<> LinuxHost::prepare() {
  if (::geteuid() != 0) return fail("HostError", "Running containers needs root.", 500);
  for (const std::string& directory : {paths_.node_dir, paths_.run_dir, paths_.containers()})
    if (auto made = make_directories(directory, 0700); !made) return made;
  if (auto made = cgroups_.create(paths_.cgroup()); !made) return made;
  // Before the supervisor: its mount namespace must be a copy of one where namespaces are handed on.
  network_ = std::make_unique<Network>(paths_, options_.nft, options_.bridge_cidr);
  if (auto recovered = network_->recover(); !recovered) return recovered;
  if (apparmor_enabled()) {
    if (auto loaded = load_apparmor_profile(options_.apparmor_parser); loaded)
      apparmor_profile_ = apparmor_profile_name;
    else
      log::warn("containers run without AppArmor", {{"error", loaded.error().message}});
  }
  link_ = std::make_unique<SupervisorLink>(paths_.socket(), supervisor_command(options_, paths_),
                                           options_.supervisor_timeout_ms, [this](ContainerEvent event) {
                                             if (event.kind == ContainerEvent::Kind::exited)
                                               release_output(event.status.id);
                                             push(std::move(event));
                                           });
  if (auto connected = link_->connect(); !connected) return connected;
  if (auto all = containers())
    for (const ContainerStatus& status : *all)
      if (status.state == ContainerStatus::State::running) hold_output(status.id);
  return {};
}

void LinuxHost::hold_output(const std::string& container_id) {
  std::array<Fd, 2> ends;
  const char* const names[] = {"/stdout", "/stderr"};
  for (std::size_t at = 0; at < ends.size(); ++at)  // absent for a terminal
    ends[at].reset(::open((paths_.container(container_id) + names[at]).c_str(),
                          O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  std::lock_guard lock(output_mutex_);
  held_output_[container_id] = std::move(ends);
}

void LinuxHost::release_output(const std::string& container_id) {
  std::lock_guard lock(output_mutex_);
  held_output_.erase(container_id);
}

void LinuxHost::push(ContainerEvent event) {
  std::lock_guard lock(events_mutex_);
  events_.push_back(std::move(event));
  const std::uint64_t one = 1;
  (void)!::write(event_fd_.get(), &one, sizeof one);
}

std::vector<ContainerEvent> LinuxHost::take_events() {
  std::lock_guard lock(events_mutex_);
  std::uint64_t count;
  (void)!::read(event_fd_.get(), &count, sizeof count);
  return std::exchange(events_, {});
}

Capacity LinuxHost::capacity() {
  Capacity capacity{
      .cpus = unsigned(::sysconf(_SC_NPROCESSORS_ONLN)),
      .memory_mib = std::int64_t(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE) / (1 << 20),
      .architecture = machine_ == "aarch64" ? "arm64" : machine_,
      .os = "linux"};
  struct statvfs disk;
  if (::statvfs(paths_.node_dir.c_str(), &disk) == 0) {
    capacity.disk_mib = std::int64_t(disk.f_blocks * disk.f_frsize >> 20);
    capacity.disk_free_mib = std::int64_t(disk.f_bavail * disk.f_frsize >> 20);
  }
  utsname name;
  if (::uname(&name) == 0) capacity.kernel = name.release;
  return capacity;
}

Result<VpcNetwork> LinuxHost::ensure_vpc(const VpcSpec& spec) {
  if (!network_) return not_prepared();
  return network_->ensure_vpc(spec);
}

Result<> LinuxHost::delete_vpc(const std::string& vpc_id) {
  if (!network_) return not_prepared();
  return network_->delete_vpc(vpc_id);
}

Result<TaskNetwork> LinuxHost::create_task_network(const TaskNetworkSpec& spec) {
  if (!network_) return not_prepared();
  return network_->create_task_network(spec);
}

Result<> LinuxHost::change_security_groups(const std::string& vpc_id,
                                           std::span<const SecurityGroupChange> changes) {
  if (!network_) return not_prepared();
  return network_->change_security_groups(vpc_id, changes);
}

Result<> LinuxHost::change_way_out(const std::string& vpc_id, const std::string& task_id,
                                   bool reaches_outside) {
  if (!network_) return not_prepared();
  return network_->change_way_out(vpc_id, task_id, reaches_outside);
}

Result<> LinuxHost::delete_task_network(const std::string& task_id) {
  if (!network_) return not_prepared();
  return network_->delete_task_network(task_id);
}

Result<BridgeNetwork> LinuxHost::create_bridge_network(const std::string& container_id) {
  if (!network_) return not_prepared();
  return network_->create_bridge_network(container_id);
}

Result<> LinuxHost::delete_bridge_network(const std::string& container_id) {
  if (!network_) return not_prepared();
  return network_->delete_bridge_network(container_id);
}

Result<std::vector<PublishedPort>> LinuxHost::publish_ports(const std::string& container_id,
                                                            std::span<const PortSpec> ports) {
  if (!network_) return not_prepared();
  return network_->publish_ports(container_id, ports);
}

Result<> LinuxHost::unpublish_ports(const std::string& container_id) {
  if (!network_) return not_prepared();
  return network_->unpublish_ports(container_id);
}

Result<int> LinuxHost::open_listener(const std::string& vpc_id, const std::string& address,
                                     std::uint16_t port) {
  if (!network_) return not_prepared();
  return network_->open_listener(vpc_id, address, port);
}

std::unique_ptr<Host> make_linux_host(LinuxHostOptions options) {
  return std::make_unique<LinuxHost>(std::move(options));
}

Result<> upgrade_supervisor(const LinuxHostOptions& options) {
  // Our own /proc/self/exe, as the supervisor can name it: right even where the file was replaced meanwhile.
  const std::vector<std::string>& command = options.supervisor_command;
  const std::string path =
      command.at(0) == "/proc/self/exe" ? "/proc/" + std::to_string(::getpid()) + "/exe" : command.at(0);
  auto answer =
      ask_supervisor(paths_of(options).socket(), {"upgrade", path, command.size() > 1 ? command[1] : ""});
  if (!answer) return pass(answer);
  return {};
}

}  // namespace slipway::runtime
