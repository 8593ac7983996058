#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"

// The small JSON files of a container's directory. A reader passes over members that it does not know and
// gives absent ones their default: each release reads the files of the one before and the one after.
namespace slipway::runtime {

// launch.json: what the supervisor must know to start it. Written by the host before "run".
struct LaunchRecord {
  std::string id;
  std::string task_id;
  std::string cgroup;  // "slipway-<node>/<task>/<id>"
  std::string crun;
  std::vector<std::string> layers;
  std::string working_dir;
  std::string network_path;  // empty: the host's or a new one
  std::uint32_t uid = 0, gid = 0;
  bool tty = false;
  bool interactive = false;
  std::uint64_t output_limit_bytes = 0;

  bool operator==(const LaunchRecord&) const = default;
};

// started.json: which process it became. Means nothing after a reboot, which `boot_id` tells.
struct StartRecord {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // with pid: the process's identity
  std::string boot_id;
  std::int64_t started_ns = 0;

  bool operator==(const StartRecord&) const = default;
};

std::string launch_json(const LaunchRecord&);
std::string start_json(const StartRecord&);
// exit.json: how it ended; final.
std::string exit_json(const ExitInfo&);

std::optional<LaunchRecord> parse_launch(const std::string&);
std::optional<StartRecord> parse_start(const std::string&);
std::optional<ExitInfo> parse_exit(const std::string&);

inline const char* const launch_file = "/launch.json";
inline const char* const start_file = "/started.json";
inline const char* const exit_file = "/exit.json";
inline const char* const config_file = "/config.json";  // OCI
inline const char* const probe_file = "/probe.json";    // OCI's process object; absent: nothing to probe with
inline const char* const pid_file = "/pid";             // crun writes it
inline const char* const output_directory = "/output";

}  // namespace slipway::runtime
