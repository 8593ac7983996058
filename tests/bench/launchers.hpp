#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// The ways to start one container, each on the same terms: it runs `container_command`, in namespaces of its
// own, with its image at hand.
namespace slipway::bench {

// What every container runs; a process whose command line begins so is a container that runs.
inline constexpr const char* container_shell = "/bin/sh";
inline constexpr const char* container_script =
    "trap 'exit 0' TERM; sleep 86400 & wait; exit 1 # slipway-bench";
std::string container_command();

struct Launcher {
  std::string name;
  std::string version;
  // Returns when the launcher has answered, or gives up; the caller watches for the process meanwhile.
  std::function<void(const std::string& id)> start;
  // After that: checks that it went well, or gives up. Takes figures that only this launcher has.
  std::function<void()> check;
  // Stops and removes, and returns once nothing is left to do.
  std::function<void(const std::string& id)> stop;
};

// RunTask of `task_definition` (awsvpc, Fargate) on AWS_ENDPOINT_URL. `figures` outlives the launcher.
struct TaskFigures {
  std::vector<std::int64_t> answered_ns;  // RunTask's own answer
  std::vector<std::int64_t> reported_ns;  // until DescribeTasks says RUNNING
};
Launcher slipway_launcher(std::string task_definition, std::string subnet, TaskFigures& figures);
// `crun run --detach` of a bundle.
Launcher crun_launcher(std::string bundle);
// `podman run --detach --network none`, or docker, of an image.
Launcher engine_launcher(std::string program, std::string image);

}  // namespace slipway::bench
