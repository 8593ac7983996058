#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/task/health_check.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/container.hpp"
#include "runtime/network.hpp"
#include "wire/value.hpp"

// What became of a task so far: all that must survive the agent's own death.
namespace slipway::agent {

// How far the server has been told; ordered.
enum class Reported { nothing, pending, running, stopped };

struct ContainerState {
  enum class Phase {
    waiting,   // for its image, the task's network or another container
    starting,  // the host was asked to start it
    running,
    stopped  // has exited, or will never start
  };

  std::string id;  // on the host, 64 hexadecimal digits, as Docker's; chosen when the task is accepted
  std::string endpoint_id;  // names it at the metadata endpoint: unguessable
  Phase phase = Phase::waiting;
  std::string image_digest, image_id;
  int stop_signal = 15;          // the image's STOPSIGNAL, or SIGTERM
  std::optional<int> exit_code;  // none: it never ran, or nobody knows
  std::string reason;            // "OutOfMemoryError: …"; empty for ordinary exits
  Instant created_at, started_at, finished_at;
  std::string ip;                             // bridge mode: its own
  std::vector<runtime::PublishedPort> ports;  // bridge mode: on the host
  Health health;
  int restarts = 0;  // by its restart policy
  Reported reported = Reported::nothing;
};

struct TaskState {
  bool stop_wanted = false;  // by the server: desiredStatus STOPPED
  bool stopping = false;     // for whatever reason; never taken back
  std::string reason;        // of the task: "ResourceInitializationError: …"
  Instant pull_started_at, pull_stopped_at, execution_stopped_at;
  bool interface_up = false;  // awsvpc
  bool released = false;      // nothing of it is on the host any more, but what forget() removes
  Reported reported = Reported::nothing;
  bool interface_reported = false;
  std::vector<ContainerState> containers;  // in the definition's order
};

// The form on disk. Unknown members are ignored, absent ones take their defaults, so that a build one release
// back or ahead reads it. Error "InvalidState".
wire::Value to_value(const TaskState&);
Result<TaskState> parse_task_state(const wire::Value&);

}  // namespace slipway::agent
