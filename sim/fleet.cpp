#include "sim/fleet.hpp"

#include "services/ecs/acs.hpp"
#include "wire/json_text.hpp"

namespace slipway::sim {
namespace {

using core::ecs::Task;

constexpr std::uint64_t turns_between_dear_checks = 61;

std::string short_id(std::string_view arn) {
  return std::string(arn.substr(arn.rfind('/') + 1).substr(0, 8));
}

// "2 tasks", "ClientException": what a call came to, for the transcript.
std::string outcome_of(const Result<wire::Value>& output) {
  if (!output) return output.error().code;
  std::string text = "ok";
  for (const wire::Value& task : output->get("tasks").items())
    text += " " + short_id(task.get("taskArn").string());
  if (const auto failures = output->get("failures").size())
    text += ", " + std::to_string(failures) + " failures";
  return text;
}

}  // namespace

auth::Principal administrator() {
  // The account's own session: no key of it can be deleted by the clients of a run.
  return {.kind = auth::PrincipalKind::root,
          .account = account,
          .arn = std::string("arn:aws:iam::") + account + ":root",
          .user_id = account,
          .access_key_id = "",
          .issued = epoch,
          .expires = {INT64_MAX}};
}

Fleet::Fleet(std::uint64_t seed, bool print)
    : transcript(timeline, print),
      ids_(seed * 8 + 1),
      chance_(seed * 8 + 2),
      network_random_(seed * 8 + 3),
      node_random_(seed * 8 + 4),
      network_(timeline, network_random_) {
  network_.stepped = [this](const services::Prepared& call, const Result<wire::Value>& output) {
    call_stepped(call, output);
  };
  network_.left = [this](const std::string& operation, const Result<wire::Value>& answer) {
    answer_left(operation, answer);
  };
}

Node& Fleet::add_node(NodeOptions options, Fates fates) {
  nodes_.push_back(std::make_unique<Node>(timeline, network_, node_random_, transcript, std::move(options),
                                          std::move(fates)));
  return *nodes_.back();
}

void Fleet::fail(std::string what) {
  if (wrong_) return;
  transcript.line("WRONG: " + what);
  wrong_ = std::move(what);
}

// --- The server's lives ---

void Fleet::start_server() {
  if (server_) return;
  transcript.line("server starts");
  check(shadow_.reload(store));
  ServerHooks hooks;
  hooks.to_agent = [this](const core::SendToAgent& message) { network_.send(message); };
  hooks.turn_ended = [this](const core::Outcome& outcome) { turn_ended(outcome); };
  hooks.commit_began = [this](std::size_t written) { shadow_.commit_began(written); };
  hooks.durable = [this] { shadow_.durable(); };
  hooks.died = [this](const std::string& why) {
    timeline.after(0, [this, why] {
      crash_server("its commit failed: " + why);
      if (on_death) on_death();
    });
  };
  server_ = std::make_unique<Server>(timeline, store, ids_, chance_, machine, environment_, std::move(hooks));
  if (auto started = server_->start(account, region); !started)
    return fail("the server does not start: " + started.error().message);
  network_.server_up(server_.get(), &environment_);
  for (const auto& node : nodes_)
    for (const auto& arn : node->told()) progress_.handed_over(arn);
  check(progress_.reloaded(server_->state()));
  check(check_state(server_->state()));
  check(check_rebuild(server_->state()));
}

void Fleet::crash_server(const std::string& why) {
  if (!server_) return;
  transcript.line("server dies: " + why);
  ++crashes;
  check(shadow_.compare(server_->state()));
  network_.server_down();
  server_.reset();
  store.power_cut(chance_);
}

// --- Checks ---

void Fleet::turn_ended(const core::Outcome& outcome) {
  ++turns;
  const bool all_failed = failed_calls_ > 0 && failed_calls_ == outcome.events.size();
  failed_calls_ = 0;
  shadow_.turn_ended(outcome);
  if (outcome.changes.empty()) return;
  if (all_failed) fail("calls that failed have left changes: " + outcome.changes.front().row);
  check(progress_.turn_ended(server_->state(), outcome, server_->now()));
  check(check_state(server_->state()));
  if (turns % turns_between_dear_checks == 0) check_all();
}

void Fleet::check_all() {
  check(shadow_.compare(server_->state()));
  check(check_rebuild(server_->state()));
  check_networks();
}

void Fleet::call_stepped(const services::Prepared& call, const Result<wire::Value>& output) {
  ++calls;
  failed_calls_ += !output.has_value();
  const std::string name(call.route->operation->name);
  const std::string started_by(call.input.get("startedBy").string());
  transcript.line(name + " " + started_by + (started_by.empty() ? "" : " ") + outcome_of(output));
  const bool first_run = output && name == "RunTask" && !call.input.find("clientToken");
  if (first_run && std::int64_t(output->get("tasks").size()) < call.input.get("count").integer() &&
      output->get("failures").empty())
    fail("RunTask " + started_by + " ran fewer tasks than it was asked for and says not why");
  if (output && (name == "RunTask" || name == "StartTask") && !started_by.empty())
    progress_.placed(started_by, output->get("tasks").size());
}

void Fleet::answer_left(const std::string& operation, const Result<wire::Value>& answer) {
  if (!answer) return;
  for (const wire::Value& task : answer->get("tasks").items()) progress_.saw_task(task);
  if (const auto& task = answer->get("task")) progress_.saw_task(task);
  if (const auto& definition = answer->get("taskDefinition")) progress_.saw_definition(definition);
  // A repeated RunTask answers with the tasks of the first; startedBy names the token's call.
  if (operation != "RunTask" || answer->get("tasks").empty()) return;
  const std::string started_by(answer->get("tasks").at(0).get("startedBy").string());
  if (started_by.empty()) return;
  check(progress_.answered(started_by, answer->get("tasks")));
}

// No address is used by two machines at a time, as far as the server still knows the tasks.
void Fleet::check_networks() {
  std::map<std::string, std::string> users;
  for (const auto& node : nodes_) {
    for (const auto& [address, task_id] : node->host().networks()) {
      const Task* task = server_->state().tasks.find(Task::key_of({account, region}, task_id));
      if (!task || task->stopped()) continue;
      auto [other, alone] = users.emplace(address, task_id);
      if (!alone && other->second != task_id) fail("address " + address + " is used by two tasks");
    }
  }
}

// What its node thinks of a task, for people.
std::string Fleet::node_view(const std::string& task_id) const {
  for (const auto& node : nodes_)
    if (const TaskAgent* task = node->task(task_id))
      return "; " + node->name() + " has " + wire::write_json(agent::to_value(task->machine().state()));
  return "; no node has it";
}

void Fleet::check_settled() {
  if (!server_) return fail("the server is down after the quiet");
  check_all();
  for (const auto& [key, task] : server_->state().tasks.rows()) {
    if (task->stopped()) continue;
    if (task->desired_status == "STOPPED")
      fail("task " + key + " should be STOPPED and is " + task->last_status + node_view(task->id));
    else if (task->last_status != "RUNNING")
      fail("task " + key + " should run and is " + task->last_status + node_view(task->id));
  }
  for (const auto& node : nodes_)
    if (node->running()) check_settled(*node);
}

void Fleet::check_settled(Node& node) {
  const core::State& state = server_->state();
  if (!node.connected()) return fail(node.name() + " is not connected");
  std::set<std::string> wanted;
  for (const auto& key : state.tasks.with("host", node.name())) wanted.insert(state.tasks.find(key)->id);
  const std::set<std::string> there = node.task_ids();
  for (const auto& id : wanted)
    if (!there.contains(id)) fail(node.name() + " does not have task " + id);
  for (const auto& id : there)
    if (!wanted.contains(id)) fail(node.name() + " still has task " + id);
  for (const auto& container : node.host().containers()) {
    if (!there.contains(container.task_id))
      fail(node.name() + " still has a container of task " + container.task_id);
    if (node.host().starts(container.id) != 1) fail(node.name() + " made a container twice");
  }
  for (const auto& [address, task_id] : node.host().networks())
    if (!there.contains(task_id)) fail(node.name() + " still has a network of task " + task_id);
}

}  // namespace slipway::sim
