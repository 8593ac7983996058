#include "agent/tasks.hpp"

#include <utility>

#include "agent/api/backoff.hpp"
#include "agent/files.hpp"
#include "agent/security_groups.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

using wire::Value;

constexpr std::int64_t look_again_ms = 60'000;  // events are hints: this is how long a lost one may matter
constexpr std::size_t over_most = 4'096;
constexpr std::size_t container_id_digits = 64, endpoint_id_digits = 32;

struct Stored {
  Value payload;
  TaskSpec spec;
  TaskState state;
};

Result<Stored> parse_stored(const TaskFiles::StoredTask& file) {
  Result<Value> document = wire::parse_json(file.json);
  if (!document) return pass(document);
  Stored stored;
  stored.payload = document->get("task");
  Result<TaskSpec> spec = parse_task(stored.payload);
  if (!spec) return pass(spec);
  Result<TaskState> state = parse_task_state(document->get("state"));
  if (!state) return pass(state);
  if (spec->id != file.task_id || spec->containers.size() != state->containers.size())
    return fail("InvalidState", "the file is another task's");
  stored.spec = std::move(*spec);
  stored.state = std::move(*state);
  return stored;
}

}  // namespace

// The names stay: which role and which set it is decides what the container was told.
Value without_secrets(Value payload) {
  for (std::string_view role : {"roleCredentials", "executionRoleCredentials"})
    if (payload.find(role))
      for (std::string_view secret : {"accessKeyId", "secretAccessKey", "sessionToken"})
        payload.slot(role).erase(secret);
  if (!payload.find("containers")) return payload;
  Value& containers = payload.slot("containers");
  for (std::size_t i = 0; i < containers.size(); ++i)
    if (containers.at(i).get("registryAuthentication").find("asmAuthData"))
      for (std::string_view secret : {"username", "password"})
        containers.mutable_at(i).slot("registryAuthentication").slot("asmAuthData").erase(secret);
  return payload;
}

Tasks::Tasks(Node& node) : node_(node), background_(node.loop) {}

http::Task<Result<>> Tasks::recover() {
  TaskFiles& files = node_.files;
  runtime::Host& host = node_.host;
  auto stored = co_await http::run_blocking(node_.workers, [&files] { return files.tasks(); });
  if (!stored) co_return pass(stored);
  auto containers = co_await http::run_blocking(node_.workers, [&host] { return host.containers(); });
  if (!containers) co_return pass(containers);
  std::map<std::string, runtime::ContainerStatus> by_id;
  for (runtime::ContainerStatus& status : *containers) by_id[status.id] = std::move(status);
  std::map<std::string, Stored> tasks;
  std::vector<std::string> keep;
  for (const TaskFiles::StoredTask& file : *stored) {
    Result<Stored> task = parse_stored(file);
    if (!task) {
      log::warn("a task's file cannot be read, the task is given up",
                {{"task", file.task_id}, {"error", task.error().message}});
      Result<> aside = co_await http::run_blocking(
          node_.workers, [&files, id = file.task_id] { return files.set_aside(id); });
      if (!aside) log::warn("it stays", {{"task", file.task_id}, {"error", aside.error().message}});
      continue;
    }
    keep.push_back(file.task_id);
    tasks.emplace(file.task_id, std::move(*task));
  }
  // Before any task goes on: what it makes anew would be taken for something left over.
  Result<> swept = co_await http::run_blocking(node_.workers, [&host, keep] { return host.sweep(keep); });
  if (!swept) log::warn("cannot clear away what is left of old tasks", {{"error", swept.error().message}});
  co_await node_.images.keep(keep);
  std::set<std::string> task_ids(keep.begin(), keep.end()), container_ids;
  for (const auto& [id, task] : tasks)
    for (const ContainerState& container : task.state.containers) container_ids.insert(container.id);
  co_await http::run_blocking(node_.workers,
                              [&files, task_ids, container_ids] { files.sweep(task_ids, container_ids); });
  for (auto& [id, task] : tasks) {
    auto runner = std::make_unique<TaskRunner>(node_, std::move(task.payload), std::move(task.spec),
                                               std::move(task.state));
    std::vector<std::optional<runtime::ContainerStatus>> found;
    for (const ContainerState& container : runner->machine().state().containers) {
      auto at = by_id.find(container.id);
      found.push_back(at == by_id.end() ? std::nullopt : std::optional(at->second));
    }
    runner->recover(found);
    runners_[id] = std::move(runner);
    background_.start(retire(id));
  }
  if (!keep.empty()) log::info("recovered tasks", {{"count", keep.size()}});
  co_return Result<>{};
}

http::Task<void> Tasks::watch_host(http::Cancel stopping) {
  runtime::Host& host = node_.host;
  while (!stopping.requested()) {
    bool woken = co_await node_.loop.readable(host.event_fd(), look_again_ms, stopping);
    if (stopping.requested()) break;
    bool all = !woken;
    for (const runtime::ContainerEvent& event : host.take_events()) {
      if (event.kind == runtime::ContainerEvent::Kind::supervisor_restarted) all = true;
      auto runner = runners_.find(event.status.task_id);
      if (event.kind == runtime::ContainerEvent::Kind::exited && runner != runners_.end())
        runner->second->container_exited(event.status);
      if (event.kind == runtime::ContainerEvent::Kind::probed && runner != runners_.end())
        runner->second->container_probed(event.status.id, event.probe);
    }
    if (all) co_await look_again();
  }
}

http::Task<void> Tasks::look_again() {
  runtime::Host& host = node_.host;
  auto containers = co_await http::run_blocking(node_.workers, [&host] { return host.containers(); });
  if (!containers) co_return;
  for (const runtime::ContainerStatus& status : *containers)
    if (auto runner = runners_.find(status.task_id); runner != runners_.end())
      runner->second->container_exited(status);
}

http::Task<void> Tasks::change_security_groups(Value message) {
  return node_.groups.take(std::string(message.get("vpcId").string()), message.get("securityGroups"));
}

http::Task<void> Tasks::change_ways_out(Value message) {
  for (const Value& each : message.get("tasks").items()) {
    std::optional<std::string> id = task_id_of(std::string(each.get("arn").string()));
    auto runner = runners_.find(id.value_or(""));
    if (runner != runners_.end() && each.find("internet"))
      co_await runner->second->set_way_out(each.get("internet").boolean());
  }
}

http::Task<void> Tasks::take(Value payload) {
  std::string arn(payload.get("arn").string());
  if (const Value& ours = payload.get("slipway"); ours.get("securityGroups").size() > 0)
    co_await change_security_groups(ours);
  bool stop = payload.get("desiredStatus").string() == "STOPPED";
  std::optional<std::string> id = task_id_of(arn);
  if (id && runners_.contains(*id)) {
    TaskRunner& runner = *runners_[*id];
    if (stop) runner.want_stopped();
    for (bool execution : {false, true}) {
      RoleCredentials role =
          parse_credentials(payload.get(execution ? "executionRoleCredentials" : "roleCredentials"));
      if (!stop && role.delivered()) runner.set_credentials(std::move(role), execution);
    }
    // It may have changed while we were away. Last: the task may be over when this is done.
    if (const Value* internet = payload.get("slipway").find("internet"); internet && !stop)
      co_await runner.set_way_out(internet->boolean());
    co_return;
  }
  if (stop || (id && over_.contains(*id)))
    // As the stock agent: the server should not wait for what is not here.
    background_.start(refuse(arn, ""));
  else
    co_await begin(std::move(payload));
}

http::Task<void> Tasks::begin(Value payload) {
  Result<TaskSpec> spec = parse_task(payload);
  std::string arn(payload.get("arn").string());
  if (!spec) {
    background_.start(refuse(arn, spec.error().message));
    co_return;
  }
  if (payload.get("slipway", "started").boolean()) {
    background_.start(
        refuse(arn, "ContainerRuntimeError: the node has lost its memory of a task that ran here"));
    co_return;
  }
  if (runners_.size() >= limits::agent_tasks) {
    background_.start(refuse(arn, "ResourceInitializationError: this node runs as many tasks as it can"));
    co_return;
  }
  std::string id = spec->id;
  TaskState state = new_state(*spec);
  auto owned = std::make_unique<TaskRunner>(node_, without_secrets(std::move(payload)), std::move(*spec),
                                            std::move(state));
  TaskRunner& runner = *owned;
  runners_[id] = std::move(owned);
  Result<> accepted = co_await runner.accept();
  if (!accepted) {
    log::error("cannot keep a task", {{"task", id}, {"error", accepted.error().message}});
    runners_.erase(id);
    background_.start(refuse(arn, "ResourceInitializationError: " + accepted.error().message));
    co_return;
  }
  background_.start(retire(id));
}

// A report for a task that has no runner. Not on disk: the server sends the payload again.
http::Task<void> Tasks::refuse(std::string arn, std::string reason) {
  if (!reason.empty()) log::warn("a task is refused", {{"task", arn}, {"reason", reason}});
  Backoff backoff(1'000, 1.3, 30'000);
  while (!stopping_.requested()) {
    Value input = Value::object({{"cluster", node_.options.cluster},
                                 {"task", arn},
                                 {"status", "STOPPED"},
                                 {"reason", reason.substr(0, 1024)}});
    Result<Value> answer = co_await node_.api.call(ecs_service, "SubmitTaskStateChange", std::move(input),
                                                   {.cancel = stopping_});
    if (answer || answer.error().code == "InvalidParameterException") co_return;
    co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
  }
}

http::Task<void> Tasks::retire(std::string task_id) {
  bool gone = co_await runners_.at(task_id)->finished();
  runners_.erase(task_id);
  if (!gone) {
    ++left_;
    co_return;
  }
  over_.insert(task_id);
  over_order_.push_back(std::move(task_id));
  if (over_order_.size() <= over_most) co_return;
  over_.erase(over_order_.front());
  over_order_.pop_front();
}

TaskState Tasks::new_state(const TaskSpec& spec) {
  TaskState state;
  for (std::size_t i = 0; i < spec.containers.size(); ++i)
    state.containers.push_back({.id = random_hex(node_.random, container_id_digits),
                                .endpoint_id = random_hex(node_.random, endpoint_id_digits)});
  return state;
}

void Tasks::stop_task(const std::string& arn) {
  std::optional<std::string> id = task_id_of(arn);
  if (auto runner = runners_.find(id.value_or("")); runner != runners_.end()) runner->second->want_stopped();
}

bool Tasks::set_credentials(const std::string& task_arn, RoleCredentials role, bool execution) {
  std::optional<std::string> id = task_id_of(task_arn);
  auto runner = runners_.find(id.value_or(""));
  if (runner == runners_.end()) return false;
  runner->second->set_credentials(std::move(role), execution);
  return true;
}

std::vector<std::string> Tasks::active() const {
  std::vector<std::string> arns;
  for (const auto& [id, runner] : runners_)
    if (!runner->machine().state().stopping) arns.push_back(runner->machine().spec().arn);
  return arns;
}

http::Task<void> Tasks::stop() {
  stopping_.request();
  for (auto& [id, runner] : runners_) runner->stop();
  co_await background_.join();
}

}  // namespace slipway::agent
