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

}  // namespace slipway::agent::test
