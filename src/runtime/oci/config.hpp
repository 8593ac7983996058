#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/oci/users.hpp"

// config.json of an OCI bundle (opencontainers/runtime-spec 1.0, config.md and config-linux.md), with
// Docker's defaults where a ContainerSpec says nothing.
namespace slipway::runtime {

// What the spec leaves to the host.
struct OciPlace {
  std::string rootfs;        // where the supervisor mounts the overlay
  std::string cgroups_path;  // "/slipway-<node>/<task>/<container>"
  ExecUser user;
  std::vector<std::string> capabilities;
  std::map<std::string, std::string> files;  // BoundFile::target to the host's file
  std::string ipc_path, pid_path;            // namespaces to join; "host": none of its own
  std::string shm_path;                      // what is bound as /dev/shm; empty: a file system of its own
  std::string init_path;                     // the host's static init; empty: not used
  std::vector<Ulimit> ulimits;               // as grantable_ulimits made them
  std::vector<Device> devices;               // the spec's, and the host's for a privileged container
  bool cgroup_v2 = false;
  std::string machine = "x86_64";
  std::string seccomp_program;   // compile_seccomp(); empty: crun compiles the rules itself
  std::string apparmor_profile;  // empty: none
};

std::string oci_config(const ContainerSpec&, const OciPlace&);
// The process object that probe_argv is run with (`crun exec --process`): the container's own but for the
// command.
std::string oci_probe(const ContainerSpec&, const OciPlace&);

// Every device node below the host's /dev but terminals.
std::vector<Device> host_devices();

// The spec's ulimits, held to what this process may grant (it may lack CAP_SYS_RESOURCE); says so in `notes`.
std::vector<Ulimit> grantable_ulimits(const std::vector<Ulimit>&, std::vector<std::string>& notes);

// Error "InvalidParameterException" for a spec that names nothing runnable or breaks a limit.
Result<> validate(const ContainerSpec&);

}  // namespace slipway::runtime
