#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "runtime/host.hpp"

namespace slipway::runtime {

struct LinuxHostOptions {
  std::string node_id;   // 8 hexadecimal digits: part of every name on the host
  std::string node_dir;  // on disk, mode 0700: containers, their output and exit status
  std::string run_dir;   // default /run/slipway-<node>: sockets, namespaces
  std::string cgroup_parent = "/";
  // Where bridge-mode containers get addresses; empty: the first free /20 from 172.17.0.0 on.
  std::string bridge_cidr;
  std::string crun = "crun";  // found in PATH
  std::string nft = "nft";
  std::string apparmor_parser = "apparmor_parser";
  std::string init_path;  // a static init for ContainerSpec::init_process; empty: looked for
  std::int64_t supervisor_timeout_ms = limits::supervisor_call_timeout_ms;  // of one call
  // How to start the supervisor; supervisor_arguments() follow. The default re-executes this program.
  std::vector<std::string> supervisor_command = {"/proc/self/exe", "supervisor"};
};

// What a node has on the kernel at this moment. All zero after destroy().
struct Inventory {
  std::size_t namespaces = 0;
  std::size_t mounts = 0;
  std::size_t cgroups = 0;
  std::size_t links = 0;   // in the host's namespace
  std::size_t routes = 0;  // likewise, over our links
  std::size_t nft_tables = 0;
  std::size_t processes = 0;   // supervisor and containers
  std::size_t containers = 0;  // directories

  bool operator==(const Inventory&) const = default;
};
Inventory inventory(const LinuxHostOptions&);

// Needs root. The object may be destroyed, or its process killed, at any time: containers and the supervisor
// go on, and another LinuxHost with the same options finds them again.
std::unique_ptr<Host> make_linux_host(LinuxHostOptions);

// Replaces the supervisor's program by this one, keeping children, output and its socket.
Result<> upgrade_supervisor(const LinuxHostOptions&);

// What `slipway doctor` shows; needs no prepared host. Changes nothing that stays.
std::vector<Check> doctor(const LinuxHostOptions&);

}  // namespace slipway::runtime
