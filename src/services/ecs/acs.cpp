#include "services/ecs/acs.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "services/ecs/acs_payload.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::ContainerInstance;
using core::ecs::Task;
using wire::Value;

std::string frame(std::string_view type, Value message) {
  return wire::write_json(Value::object({{"type", type}, {"message", std::move(message)}}));
}

Value addressed(core::Turn& turn, const ContainerInstance& instance) {
  return Value::object({{"messageId", random_uuid(turn.random)},
                        {"clusterArn", instance.realm.arn("ecs", "cluster/" + instance.cluster)},
                        {"containerInstanceArn", instance.arn()}});
}

// seqNum and a manifest's timeline are one counter, of which the agent remembers the highest; it ignores a
// manifest that is not above it.
Value payload(core::Turn& turn, const ContainerInstance& instance, Value tasks) {
  Value message = addressed(turn, instance);
  message.set("generatedAt", turn.now().ms);
  message.set("seqNum", turn.next_sequence());
  message.set("tasks", std::move(tasks));
  return message;
}

void send(core::Turn& turn, const std::string& instance_key, std::string text) {
  turn.emit(core::SendToAgent{instance_key, std::move(text)});
}

// Tasks that this connection carries: the instance's own, and Fargate tasks of its host.
std::vector<const Task*> tasks_of(const core::State& state, const ContainerInstance& instance) {
  std::vector<const Task*> tasks;
  for (const auto& key : state.tasks.with("host", instance.host_id)) {
    const Task* task = state.tasks.find(key);
    if (connection_of(state, *task) == instance.key()) tasks.push_back(task);
  }
  return tasks;
}

Value stop_of(const Task& task) {
  return Value::object({{"arn", task.arn()}, {"desiredStatus", "STOPPED"}});
}

}  // namespace

void send_task(core::Turn& turn, const Environment& environment, const Task& task) {
  const std::string key = connection_of(turn.state, task);
  const auto* instance = turn.state.container_instances.find(key);
  if (!instance || !turn.state.connected_instances.contains(key)) return;
  Value tasks = Value::list();
  tasks.push_back(payload_task(turn, environment, task));
  send(turn, key, frame("PayloadMessage", payload(turn, *instance, std::move(tasks))));
}

void send_stop(core::Turn& turn, const Task& task) {
  const std::string key = connection_of(turn.state, task);
  const auto* instance = turn.state.container_instances.find(key);
  if (!instance || !turn.state.connected_instances.contains(key)) return;
  Value tasks = Value::list();
  tasks.push_back(stop_of(task));
  send(turn, key, frame("PayloadMessage", payload(turn, *instance, std::move(tasks))));
}

Result<> connected(core::Turn& turn, const Environment& environment, const std::string& instance_key,
                   const AgentHello& hello) {
  core::State& state = turn.state;
  const auto* found = state.container_instances.find(instance_key);
  if (!found || found->status == "INACTIVE")
    return fail("InactiveInstanceException", "The container instance is not registered.");
  state.connected_instances.insert(instance_key);
  state.groups_told.erase(instance_key);
  if (hello.takes_security_groups) state.groups_told[instance_key];
  if (found->agent_version != hello.agent_version || found->docker_version != hello.docker_version)
    turn.modify(state.container_instances, instance_key, [&](ContainerInstance& each) {
      each.agent_version = hello.agent_version;
      each.agent_hash = hello.agent_hash;
      each.docker_version = hello.docker_version;
      ++each.version;
    });
  const ContainerInstance& instance = *state.container_instances.find(instance_key);

  Value manifest = addressed(turn, instance);
  manifest.set("timeline", turn.next_sequence());
  manifest.set("generatedAt", turn.now().ms);
  Value listed = Value::list();
  const auto tasks = tasks_of(state, instance);
  for (const Task* task : tasks)
    listed.push_back(Value::object({{"taskArn", task->arn()},
                                    {"desiredStatus", task->desired_status},
                                    {"taskClusterArn", task->realm.arn("ecs", "cluster/" + task->cluster)}}));
  manifest.set("tasks", std::move(listed));
  send(turn, instance_key, frame("TaskManifestMessage", std::move(manifest)));
  for (const Task* task : tasks) {
    Value one = Value::list();
    one.push_back(task->desired_status == "STOPPED" ? stop_of(*task)
                                                    : payload_task(turn, environment, *task));
    send(turn, instance_key, frame("PayloadMessage", payload(turn, instance, std::move(one))));
  }
  return {};
}

void disconnected(core::Turn& turn, const std::string& instance_key) {
  turn.state.connected_instances.erase(instance_key);
  turn.state.groups_told.erase(instance_key);
}

Result<> received(core::Turn& turn, const std::string& instance_key, std::string_view text) {
  auto parsed = wire::parse_json(text);
  if (!parsed) return pass(parsed);
  if (parsed->get("type").string() != "TaskStopVerificationMessage") return {};
  const Value& message = parsed->get("message");
  Value stop = Value::list();
  for (const Value& candidate : message.get("stopCandidates").items()) {
    const auto arn = Arn::parse(candidate.get("taskArn").string());
    if (!arn) continue;
    const std::string id = arn->resource.substr(arn->resource.rfind('/') + 1);
    const Task* task = turn.state.tasks.find(Task::key_of({arn->account, arn->region}, id));
    const bool ours = task && !task->stopped() && task->desired_status == "RUNNING" &&
                      connection_of(turn.state, *task) == instance_key;
    if (!ours) stop.push_back(candidate);
  }
  if (stop.empty()) return {};
  Value answer = Value::object({{"messageId", message.get("messageId")}, {"stopTasks", std::move(stop)}});
  answer.set("generatedAt", turn.now().ms);
  send(turn, instance_key, frame("TaskStopVerificationAck", std::move(answer)));
  return {};
}

std::string heartbeat(Random& random) {
  return frame("HeartbeatMessage", Value::object({{"messageId", random_uuid(random)}, {"healthy", true}}));
}

void renew_credentials(core::Turn& turn, const Environment& environment) {
  std::vector<std::string> due;
  for (const auto& [key, task] : turn.state.tasks.rows())
    if (task->credentials_expire_at && !task->stopped() &&
        task->credentials_expire_at - turn.now() <
            environment.task_credentials_life_ms / limits::task_credentials_renewed_at)
      due.push_back(key);
  for (const auto& key : due) {
    const Task& task = *turn.state.tasks.find(key);
    const std::string connection = connection_of(turn.state, task);
    if (!turn.state.connected_instances.contains(connection)) continue;
    for (const char* type : {"TaskApplication", "TaskExecution"}) {
      Value credentials = task_credentials(turn, environment, task, type);
      if (credentials.absent()) continue;
      send(turn, connection,
           frame("IAMRoleCredentialsMessage", Value::object({{"messageId", random_uuid(turn.random)},
                                                             {"taskArn", task.arn()},
                                                             {"roleType", type},
                                                             {"roleCredentials", std::move(credentials)}})));
    }
    turn.modify(turn.state.tasks, key, [&](Task& each) {
      each.credentials_expire_at = turn.now() + environment.task_credentials_life_ms;
    });
  }
}

}  // namespace slipway::services::ecs
