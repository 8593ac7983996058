#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

// What a container is asked to be, and what became of it. Plain values; the words are those of the OCI
// runtime specification 1.0 and of ECS's ContainerDefinition.
namespace slipway::runtime {

struct Mount {
  enum class Kind { bind, tmpfs };
  Kind kind = Kind::bind;
  std::string source;  // bind: an absolute host path, which must exist
  std::string target;  // an absolute path in the container; made where it is missing
  bool read_only = false;
  std::int64_t size_bytes = 0;       // tmpfs; 0: the kernel's default
  std::vector<std::string> options;  // further mount options, as mount(8) spells them ("noexec", "mode=1777")
};

// A small file that we write and bind over `target` (/etc/hosts, /etc/resolv.conf, /etc/hostname).
struct BoundFile {
  std::string target;
  std::string contents;
};

struct Ulimit {
  std::string name;  // as Docker spells it: "nofile", "nproc", "memlock" …
  std::int64_t soft = 0;
  std::int64_t hard = 0;
};

struct Device {
  std::string host_path;
  std::string container_path;  // empty: as on the host
  std::string permissions = "rwm";
};

// Where the container's network is. `path` is what create_task_network or create_bridge_network returned.
struct NetworkNamespace {
  enum class Kind { path, host, none };
  Kind kind = Kind::none;
  std::string path;
};

struct ContainerSpec {
  std::string id;       // [A-Za-z0-9][A-Za-z0-9_.-]{0,127}; unique on this node
  std::string task_id;  // likewise; names the task's cgroup
  // Of the image, topmost first: directories, or erofs files ("….erofs"); never written. At most
  // limits::container_layers.
  std::vector<std::string> layers;
  std::vector<std::string> argv;  // entryPoint followed by command
  std::vector<std::string> probe_argv;  // what probe() runs in it; empty: nothing
  std::vector<std::string> env;         // "NAME=value". PATH and HOME are added where they are missing
  std::string working_dir = "/";  // made where it is missing
  std::string user;  // "", "uid", "uid:gid", "name", "name:group": names as /etc/passwd of the image has them
  std::string hostname;
  bool read_only_rootfs = false;

  std::int64_t cpu_shares = 0;                // 1024 is one vCPU; 0: the kernel's least (2), as ECS
  std::int64_t memory_bytes = 0;              // hard limit; 0: none of its own
  std::int64_t memory_reservation_bytes = 0;  // soft limit
  std::int64_t memory_swap_bytes = -1;        // memory and swap together; -1: left to the kernel
  std::int64_t memory_swappiness = -1;        // 0…100, of version 1 alone; -1: the kernel's
  std::int64_t pids = 0;                      // 0: limits::container_pids

  bool privileged = false;
  std::vector<std::string> cap_add, cap_drop;  // "NET_ADMIN", "ALL"; on top of Docker's default set
  bool no_new_privileges = false;
  bool seccomp = true;  // the default profile (oci/seccomp.hpp); never for privileged containers
  // Empty: ours (oci/apparmor.hpp) where the host can have it, none for privileged containers; "unconfined";
  // or the name of a profile that the host has loaded.
  std::string apparmor;
  std::vector<Ulimit> ulimits;
  std::map<std::string, std::string> sysctls;
  std::vector<Mount> mounts;
  std::vector<BoundFile> files;
  std::vector<Device> devices;
  std::int64_t shm_bytes = 64 * 1024 * 1024;
  bool init_process = false;  // a reaper as PID 1 (Docker's --init)
  bool tty = false;           // output then arrives as one stream, as a terminal's does
  bool interactive = false;   // stdin stays open; else it is /dev/null
  std::string stop_signal;    // carried for the caller; not used here
  // It has run before and has exited: what it wrote, its output and its ports stay, and it runs once more.
  bool again = false;

  NetworkNamespace network;
  // Others will name this one in ipc_of: it must have a /dev/shm that can be shared.
  bool shareable_ipc = false;
  std::string ipc_of,
      pid_of;  // join the namespace of this running container ("host": the host's); empty: its own
  std::int64_t output_limit_bytes = 0;  // spool kept on disk; 0: limits::output_spool_bytes
};

struct ExitInfo {
  int exit_code = 0;        // 128 + signal where a signal ended it, as Docker says it
  bool code_known = true;   // false: the supervisor was not there to see it; exit_code is then 255
  bool oom_killed = false;  // the kernel's OOM killer hit a process of this container
  Instant finished_at;
  bool host_restarted = false;  // it ran when the machine went down; code_known is then false

  bool operator==(const ExitInfo&) const = default;
};

struct ContainerStatus {
  enum class State { running, exited };
  std::string id;
  std::string task_id;
  State state = State::running;
  std::int64_t pid = 0;  // in the host's PID namespace; 0 once it has exited
  Instant started_at;
  std::optional<ExitInfo> exit;  // set when exited

  bool operator==(const ContainerStatus&) const = default;
};

// How a command ended that probe() ran.
struct ProbeResult {
  int exit_code = 0;        // 128 + signal where a signal ended it
  bool timed_out = false;   // it was killed
  std::string output;       // stdout and stderr, at most limits::probe_output_bytes

  bool operator==(const ProbeResult&) const = default;
};

struct StartedContainer {
  std::int64_t pid = 0;
  Instant started_at;
  std::vector<std::string> notes;  // what was asked for and given differently ("nofile: hard limit 20000 …")
};

struct NetworkCounters {
  std::string interface;
  std::uint64_t rx_bytes = 0, rx_packets = 0, rx_errors = 0, rx_dropped = 0;
  std::uint64_t tx_bytes = 0, tx_packets = 0, tx_errors = 0, tx_dropped = 0;
};

// One reading of a running container's cgroup and network namespace: the counters of ECS task metadata v4
// /stats (Docker's stats API) and of telemetry.
struct ContainerStats {
  Instant read_at;
  std::uint64_t cpu_total_ns = 0, cpu_user_ns = 0, cpu_system_ns = 0;
  std::uint64_t host_cpu_ns = 0;  // all CPUs of the host since boot: Docker's system_cpu_usage
  unsigned online_cpus = 0;
  std::uint64_t cpu_periods = 0, cpu_throttled_periods = 0, cpu_throttled_ns = 0;
  std::uint64_t memory_bytes = 0;        // all that is charged, page cache too
  std::uint64_t memory_cache_bytes = 0;  // inactive page cache: take it off for "used"
  std::uint64_t memory_max_bytes = 0;    // the highest so far; 0 where the kernel does not say
  std::uint64_t memory_limit_bytes = 0;  // of the nearest cgroup that has one, else the host's memory
  std::uint64_t pids = 0;
  std::uint64_t block_read_bytes = 0, block_write_bytes = 0;
  std::vector<NetworkCounters> networks;  // every interface but lo
};

// Limits that the containers of one task share (ECS task size). 0: none.
struct TaskCgroupSpec {
  std::string task_id;
  std::int64_t cpu_units = 0;  // 1024 is one vCPU: a ceiling (CFS quota) and the weight among tasks
  std::int64_t memory_bytes = 0;
  std::int64_t disk_bytes = 0;  // what its containers write, and disk_directories (its volumes), together
  std::vector<std::string> disk_directories;
};

struct TaskDisk {
  std::uint64_t bytes = 0;
  bool enforced = false;  // the file system refuses more than the limit; else somebody must look
};

}  // namespace slipway::runtime
