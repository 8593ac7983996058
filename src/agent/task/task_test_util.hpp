#pragma once

#include <string>
#include <vector>

#include "agent/task/task_machine.hpp"
#include "base/check.hpp"
#include "wire/json_text.hpp"

// For tests: a payload's task from JSON, written with ' for ".
namespace slipway::agent::test {

inline wire::Value json(std::string text) {
  for (char& c : text)
    if (c == '\'') c = '"';
  Result<wire::Value> value = wire::parse_json(text);
  check(value.has_value(), "a test's JSON is broken");
  return *value;
}

inline const char* task_arn =
    "arn:aws:ecs:us-east-1:000000000000:task/default/aab05ecb00000000000000000000000f";

// `members` follow arn, family and version: "'containers':[…]".
inline wire::Value task_json(const std::string& members) {
  return json(
      std::string("{'arn':'") + task_arn +
      "','taskClusterArn':'arn:aws:ecs:us-east-1:000000000000:cluster/default','desiredStatus':'RUNNING',"
      "'family':'story','version':'1'," +
      members + "}");
}

inline TaskState fresh_state(std::size_t containers) {
  TaskState state;
  for (std::size_t i = 0; i < containers; ++i)
    state.containers.push_back(
        {.id = std::string(63, '0') + std::to_string(i), .endpoint_id = "endpoint" + std::to_string(i)});
  return state;
}

inline TaskMachine machine_of(const std::string& members) {
  Result<TaskSpec> spec = parse_task(task_json(members));
  check(spec.has_value(), "a test's task is refused");
  TaskState state = fresh_state(spec->containers.size());
  return TaskMachine(std::move(*spec), std::move(state));
}

inline constexpr Instant t0{1'000'000};

inline std::vector<Action> only(const std::vector<Action>& actions, Action::Kind kind) {
  std::vector<Action> out;
  for (const Action& action : actions)
    if (action.kind == kind) out.push_back(action);
  return out;
}

inline bool has(const std::vector<Action>& actions, Action::Kind kind, std::size_t container = 0) {
  for (const Action& action : actions)
    if (action.kind == kind && action.container == container) return true;
  return false;
}

// Acknowledges whatever is to be told, and says which statuses that were.
inline std::string drain_reports(TaskMachine& machine, Instant now) {
  std::string said;
  while (std::optional<StateChange> change = machine.next_change()) {
    said += std::string(status_name(change->status)) + " ";
    machine.reported(*change, now);
  }
  return said;
}

inline void bring_up(TaskMachine& machine, Instant now) {
  machine.accept(now);
  machine.set_up_done(now);
  for (std::size_t i = 0; i < machine.spec().containers.size(); ++i) {
    machine.image_ready(i, {.digest = "sha256:aa", .id = "sha256:bb"}, now);
    machine.started(i, now, now);
  }
  machine.take_actions();
}

inline runtime::ExitInfo exit_of(int code, Instant at) {
  return {.exit_code = code, .finished_at = at};
}

inline const char* one = "'containers':[{'name':'main','image':'busybox','essential':true}]";
inline const char* two =
    "'containers':[{'name':'main','image':'a','essential':true},{'name':'side','image':'b','essential':false}"
    "]";

}  // namespace slipway::agent::test
