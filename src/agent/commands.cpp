#include "agent/commands.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

using wire::Value;

std::string text(const Value& object, std::string_view key) {
  return std::string(object.get(key).string());
}

}  // namespace

Commands::Commands(Tasks& tasks, std::string cluster, const std::string& container_instance_arn)
    : tasks_(tasks), cluster_(std::move(cluster)), instance_arn_(container_instance_arn) {}

http::Task<void> Commands::take(std::string frame) {
  Result<Value> parsed = wire::parse_json(frame, limits::websocket_message_bytes);
  if (!parsed || !parsed->get("message").is(wire::Kind::object)) {
    log::warn("a frame cannot be read", {{"session", "ACS"}, {"bytes", frame.size()}});
    co_return;
  }
  std::string type = text(*parsed, "type");
  Value message = parsed->get("message");
  if (text(message, "messageId").empty() && type != "ErrorMessage" && type != "CloseMessage") {
    log::warn("a command has no messageId", {{"type", type}});
    co_return;
  }
  if (type == "HeartbeatMessage")
    co_await send("HeartbeatAckRequest", Value::object({{"messageId", message.get("messageId")}}));
  else if (type == "PayloadMessage")
    co_await payload(std::move(message));
  else if (type == "IAMRoleCredentialsMessage")
    co_await credentials(std::move(message));
  else if (type == "TaskManifestMessage")
    co_await manifest(std::move(message));
  else if (type == "TaskStopVerificationAck")
    co_await stop_verified(std::move(message));
  else if (type == "SlipwaySecurityGroupMessage")
    co_await tasks_.change_security_groups(message);
  else if (type == "SlipwayWayOutMessage")
    co_await tasks_.change_ways_out(message);
  else if (type == "AttachTaskNetworkInterfacesMessage" || type == "AttachInstanceNetworkInterfacesMessage" ||
           type == "ConfirmAttachmentMessage")
    co_await acknowledge(message);  // our interfaces are made with the task
  else if (type == "PerformUpdateMessage" || type == "StageUpdateMessage")
    co_await send("NackRequest", Value::object({{"cluster", cluster_},
                                                {"containerInstance", instance_arn_},
                                                {"messageId", message.get("messageId")},
                                                {"reason", "Updates are disabled"}}));
  else
    log::info("a command is not known", {{"type", type}, {"message", text(message, "message")}});
}

http::Task<void> Commands::send(std::string_view type, Value message) {
  Value frame = Value::object({{"type", type}, {"message", std::move(message)}});
  // Without a connection there is nobody who waits for it.
  if (session_) (void)co_await session_->send(wire::write_json(frame));
}

http::Task<void> Commands::acknowledge(const Value& message) {
  return send(
      "AckRequest",
      Value::object({{"cluster", message.get("clusterArn") ? message.get("clusterArn") : Value(cluster_)},
                     {"containerInstance", instance_arn_},
                     {"messageId", message.get("messageId")}}));
}

http::Task<void> Commands::acknowledge_credentials(std::string message_id, std::string credentials_id,
                                                   std::string expiration) {
  return send("IAMRoleCredentialsAckRequest", Value::object({{"messageId", message_id},
                                                             {"credentialsId", credentials_id},
                                                             {"expiration", expiration}}));
}

void Commands::saw(std::int64_t sequence_number) {
  sequence_number_ = std::max(sequence_number_, sequence_number);
}

// STOPPED first: it may free what the others need.
http::Task<void> Commands::payload(Value message) {
  std::string id = text(message, "messageId");
  if (text(message, "clusterArn").empty() || text(message, "containerInstanceArn").empty()) {
    log::warn("a payload does not say whom it is for", {{"message_id", id}});
    co_return;
  }
  saw(message.get("seqNum").integer());
  for (bool stop : {true, false})
    for (const Value& task : message.get("tasks").items())
      if ((task.get("desiredStatus").string() == "STOPPED") == stop) co_await tasks_.take(task);
  co_await acknowledge(message);
  for (const Value& task : message.get("tasks").items())
    for (std::string_view role : {"roleCredentials", "executionRoleCredentials"})
      if (std::string set = text(task.get(role), "credentialsId"); !set.empty())
        co_await acknowledge_credentials(id, set, text(task.get(role), "expiration"));
}

http::Task<void> Commands::credentials(Value message) {
  std::string role_type = text(message, "roleType");
  if (role_type != "TaskApplication" && role_type != "TaskExecution") co_return;
  RoleCredentials role = parse_credentials(message.get("roleCredentials"));
  std::string id = role.credentials_id, expiration = role.expiration;
  if (id.empty()) co_return;
  bool known =
      tasks_.set_credentials(text(message, "taskArn"), std::move(role), role_type == "TaskExecution");
  if (known) co_await acknowledge_credentials(text(message, "messageId"), id, expiration);
}

http::Task<void> Commands::manifest(Value message) {
  std::int64_t timeline = message.get("timeline").integer();
  if (timeline <= sequence_number_) co_return;
  saw(timeline);
  manifest_id_ = text(message, "messageId");
  std::set<std::string> listed;
  for (const Value& task : message.get("tasks").items())
    if (task.get("desiredStatus").string() != "STOPPED") listed.insert(text(task, "taskArn"));
  co_await acknowledge(message);
  Value candidates = Value::list();
  for (const std::string& arn : tasks_.active())
    if (!listed.contains(arn))
      candidates.push_back(Value::object(
          {{"taskArn", arn}, {"desiredStatus", "STOPPED"}, {"taskClusterArn", message.get("clusterArn")}}));
  if (!candidates.empty())
    co_await send("TaskStopVerificationMessage",
                  Value::object({{"messageId", manifest_id_}, {"stopCandidates", std::move(candidates)}}));
}

http::Task<void> Commands::stop_verified(Value message) {
  if (text(message, "messageId") != manifest_id_) co_return;
  for (const Value& task : message.get("stopTasks").items()) tasks_.stop_task(text(task, "taskArn"));
}

}  // namespace slipway::agent
