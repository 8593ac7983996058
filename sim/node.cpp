#include "sim/node.hpp"

#include "base/arn.hpp"
#include "wire/json_text.hpp"

namespace slipway::sim {
namespace {

using wire::Value;

constexpr std::int64_t inactive_wait_ms = 3'600'000;

std::string text(const Value& object, std::string_view key) {
  return std::string(object.get(key).string());
}

}  // namespace

Node::Node(Timeline& timeline, Network& network, Random& random, Transcript& transcript, NodeOptions options,
           Fates fates)
    : timeline_(timeline),
      network_(network),
      random_(random),
      transcript_(transcript),
      options_(std::move(options)),
      host_(timeline, std::move(fates)),
      principal_{.kind = auth::PrincipalKind::node, .account = "000000000000"} {
  principal_.arn = "arn:aws:sts::000000000000:assumed-role/SlipwayNode/" + options_.name;
  principal_.expires = {INT64_MAX};
}

Node::~Node() = default;

const TaskAgent* Node::task(const std::string& id) const {
  auto found = tasks_.find(id);
  return found == tasks_.end() ? nullptr : found->second.get();
}

std::set<std::string> Node::task_ids() const {
  std::set<std::string> ids;
  for (const auto& [id, task] : tasks_) ids.insert(id);
  return ids;
}

// --- The agent's process ---

void Node::start_agent() {
  if (life_) return;
  life_.begin();
  context_ = std::make_unique<TaskAgentContext>(TaskAgentContext{
      .timeline = timeline_,
      .host = host_,
      .random = random_,
      .save = [this](const std::string& id, TaskFile file) { files_[id] = std::move(file); },
      .submit = [this](Value input,
                       std::function<void(Result<>)> done) { submit(std::move(input), std::move(done)); },
      .forgotten =
          [this](const std::string& id) {
            files_.erase(id);
            over_.insert(id);
            tasks_.erase(id);
          },
  });
  host_.on_exit = [this](const runtime::ContainerStatus& status) {
    if (auto task = tasks_.find(status.task_id); task != tasks_.end()) task->second->exited(status);
  };
  say("agent starts, " + std::to_string(files_.size()) + " tasks on disk");
  recover();
  register_instance();
}

void Node::kill_agent() {
  if (!life_) return;
  say("agent killed");
  life_.end();
  host_.on_exit = nullptr;
  tasks_.clear();
  over_.clear();
  arn_.clear();
  manifest_id_.clear();
  sequence_number_ = 1;
  connected_ = inactive_ = false;
  if (link_) network_.break_link(link_);
  link_ = 0;
  host_.agent_died(random_);
}

void Node::reboot() {
  kill_agent();
  say("reboots");
  host_.reboot();
}

void Node::break_link() {
  if (link_) network_.break_link(link_);
}

void Node::recover() {
  std::set<std::string> keep;
  for (const auto& [id, file] : files_) {
    auto spec = agent::parse_task(file.payload);
    auto state = agent::parse_task_state(file.state);
    check(spec && state, "an agent cannot read its own file");
    tasks_[id] = std::make_unique<TaskAgent>(*context_, file.payload, std::move(*spec), std::move(*state));
    keep.insert(id);
  }
  host_.sweep(keep);
  for (const auto& id : keep)
    if (auto task = tasks_.find(id); task != tasks_.end()) task->second->recover();
}

// --- Registration and connection ---

void Node::call(std::string_view operation, const Value& input, Network::Done done) {
  network_.call(options_.name, life_.token(), make_call(principal_, "us-east-1", "ecs", operation, input),
                std::move(done));
}

void Node::register_instance() {
  if (client_token_.empty()) client_token_ = random_uuid(random_);  // on disk before the call
  auto resource = [](const char* name, std::int64_t value) {
    return Value::object({{"name", name}, {"type", "INTEGER"}, {"integerValue", value}});
  };
  Value input = Value::object(
      {{"clientToken", client_token_},
       {"cluster", options_.cluster},
       {"totalResources",
        Value::list(
            {resource("CPU", options_.cpu_units), resource("MEMORY", options_.memory_mib),
             Value::object(
                 {{"name", "PORTS"}, {"type", "STRINGSET"}, {"stringSetValue", Value::list({"22"})}})})},
       {"attributes", Value::list({Value::object({{"name", "slipway.host-id"}, {"value", options_.name}}),
                                   Value::object({{"name", "slipway.agent"}, {"value", "0.1.0"}})})}});
  if (!stored_arn_.empty()) input.set("containerInstanceArn", stored_arn_);
  call("RegisterContainerInstance", input, [this](Result<Value> answer) {
    if (answer) {
      stored_arn_ = answer->get("containerInstance", "containerInstanceArn").string();
      check(!stored_arn_.empty(), "RegisterContainerInstance gave no ARN");
      arn_ = stored_arn_;
      say("registered as " + arn_.substr(arn_.rfind('/') + 1));
      return connect();
    }
    say("cannot register: " + answer.error().code);
    const bool unknown =
        answer.error().code == "InvalidParameterException" || answer.error().code == "ClientException";
    if (unknown && !stored_arn_.empty()) stored_arn_.clear(), client_token_.clear();
    timeline_.after(500 + std::int64_t(random_.below(5'000)), life_.token(), [this] { register_instance(); });
  });
}

void Node::connect() {
  LinkEnd end;
  end.opened = [this](Result<> opened) {
    connected_ = opened.has_value();
    inactive_ = !opened && opened.error().code == "InactiveInstanceException";
    say(opened ? "connected" : "cannot connect: " + opened.error().code);
    if (opened) return;
    link_ = 0;
    timeline_.after(inactive_ ? inactive_wait_ms : 250 + std::int64_t(random_.below(5'000)), life_.token(),
                    [this] { connect(); });
  };
  end.frame = [this](const std::string& frame) { take(frame); };
  end.closed = [this] {
    connected_ = false;
    link_ = 0;
    say("disconnected");
    timeline_.after(1 + std::int64_t(random_.below(2'000)), life_.token(), [this] { connect(); });
  };
  link_ = network_.open_link(options_.name, life_.token(),
                             {arn_, "0.1.0", "sim", "DockerVersion: slipway 0.1.0"}, std::move(end));
}

void Node::send(std::string_view type, Value message) {
  if (link_)
    network_.send_frame(link_,
                        wire::write_json(Value::object({{"type", type}, {"message", std::move(message)}})));
}

// --- Commands (agent/commands.cpp) ---

void Node::take(const std::string& frame) {
  auto parsed = wire::parse_json(frame);
  check(parsed.has_value(), "the server sent a frame that is no JSON");
  const std::string type = text(*parsed, "type");
  const Value& message = parsed->get("message");
  if (type == "PayloadMessage") {
    take_payload(message);
  } else if (type == "TaskManifestMessage") {
    take_manifest(message);
  } else if (type == "TaskStopVerificationAck") {
    if (text(message, "messageId") != manifest_id_) return;
    for (const Value& each : message.get("stopTasks").items())
      if (auto task = tasks_.find(agent::task_id_of(text(each, "taskArn")).value_or(""));
          task != tasks_.end())
        task->second->want_stopped();
  }
}

void Node::take_payload(const Value& message) {
  sequence_number_ = std::max(sequence_number_, message.get("seqNum").integer());
  for (const bool stop : {true, false})
    for (const Value& task : message.get("tasks").items())
      if ((task.get("desiredStatus").string() == "STOPPED") == stop) take_task(task);
  send("AckRequest", Value::object({{"cluster", message.get("clusterArn")},
                                    {"containerInstance", arn_},
                                    {"messageId", message.get("messageId")}}));
}

void Node::take_manifest(const Value& message) {
  const std::int64_t timeline = message.get("timeline").integer();
  check(timeline > sequence_number_, "a manifest would be ignored, because it is not above what came before");
  sequence_number_ = timeline;
  manifest_id_ = text(message, "messageId");
  std::set<std::string> listed;
  for (const Value& task : message.get("tasks").items())
    if (task.get("desiredStatus").string() != "STOPPED") listed.insert(text(task, "taskArn"));
  Value candidates = Value::list();
  for (const auto& [id, task] : tasks_)
    if (!task->machine().state().stopping && !listed.contains(task->machine().spec().arn))
      candidates.push_back(Value::object({{"taskArn", task->machine().spec().arn},
                                          {"desiredStatus", "STOPPED"},
                                          {"taskClusterArn", message.get("clusterArn")}}));
  if (random_.below(1000) < options_.lies_per_mille)
    candidates.push_back(
        Value::object({{"taskArn", "arn:aws:ecs:us-east-1:000000000000:task/default/nobody"}}));
  if (!candidates.empty())
    send("TaskStopVerificationMessage",
         Value::object({{"messageId", manifest_id_}, {"stopCandidates", std::move(candidates)}}));
}

// --- Tasks (agent/tasks.cpp) ---

void Node::take_task(const Value& payload) {
  const std::string arn = text(payload, "arn");
  const bool stop = payload.get("desiredStatus").string() == "STOPPED";
  const std::string id = agent::task_id_of(arn).value_or("");
  told_.insert(arn);
  if (auto task = tasks_.find(id); task != tasks_.end()) {
    if (stop) task->second->want_stopped();
    return;
  }
  if (stop || over_.contains(id)) return refuse(arn, "");
  begin(payload);
}

void Node::begin(const Value& payload) {
  auto spec = agent::parse_task(payload);
  if (!spec) return refuse(text(payload, "arn"), spec.error().message);
  if (payload.get("slipway", "started").boolean())
    return refuse(text(payload, "arn"),
                  "ContainerRuntimeError: the node has lost its memory of a task that ran here");
  say("takes task " + spec->id.substr(0, 8));
  agent::TaskState state;
  for (std::size_t i = 0; i < spec->containers.size(); ++i)
    state.containers.push_back({.id = random_hex(random_, 64), .endpoint_id = random_hex(random_, 32)});
  const std::string id = spec->id;
  auto task = std::make_unique<TaskAgent>(*context_, payload, std::move(*spec), std::move(state));
  TaskAgent& runner = *task;
  tasks_[id] = std::move(task);
  runner.accept();
}

void Node::refuse(std::string arn, std::string reason) {
  Value input = Value::object(
      {{"cluster", options_.cluster}, {"task", arn}, {"status", "STOPPED"}, {"reason", reason}});
  submit(std::move(input), [this, arn, reason](Result<> answer) {
    if (answer || answer.error().code == "InvalidParameterException") return;
    timeline_.after(1'000 + std::int64_t(random_.below(10'000)), life_.token(),
                    [this, arn, reason] { refuse(arn, reason); });
  });
}

void Node::submit(Value input, std::function<void(Result<>)> done) {
  say("reports " + text(input, "task").substr(text(input, "task").rfind('/') + 1).substr(0, 8) + " " +
      text(input, "status"));
  if (random_.below(1000) < options_.lies_per_mille) lie(input);
  call("SubmitTaskStateChange", input, [done = std::move(done)](Result<Value> answer) {
    if (answer)
      done({});
    else
      done(std::unexpected(std::move(answer.error())));
  });
}

// The same again, later; or rubbish about the same task, of the kind that ends nothing.
void Node::lie(const Value& input) {
  Value said = input;
  if (random_.below(2) == 0) {
    said = Value::object({{"cluster", "default"}, {"task", input.get("task")}, {"status", "BOGUS"}});
    const std::int64_t port = std::int64_t(random_.below(100'000)) - 10;
    Value bindings = Value::list({Value::object(
        {{"bindIP", "0.0.0.0"}, {"containerPort", 80}, {"hostPort", port}, {"protocol", "tcp"}})});
    const char* names[] = {"web", "side", "nobody"};
    said.set("containers", Value::list({Value::object({{"containerName", names[random_.below(3)]},
                                                       {"status", random_.below(2) ? "PENDING" : "ASLEEP"},
                                                       {"networkBindings", std::move(bindings)}})}));
  }
  timeline_.after(std::int64_t(random_.below(20'000)), life_.token(),
                  [this, said] { call("SubmitTaskStateChange", said, [](Result<Value>) {}); });
}

}  // namespace slipway::sim
