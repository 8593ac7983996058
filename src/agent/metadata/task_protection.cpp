#include "agent/metadata/task_protection.hpp"

#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

using wire::Kind;
using wire::Value;

// Go's names of the API's members, which is how the stock agent writes them; its nulls too.
Value renamed(const Value& from, std::initializer_list<std::pair<const char*, const char*>> names) {
  Value out = Value::object();
  for (const auto& [name, as] : names) out.set(std::string_view(as), from.get(name));
  return out;
}

}  // namespace

Result<ProtectionRequest> parse_protection(std::string_view body) {
  auto undecodable = [] {
    return fail("InvalidParameterException", "UpdateTaskProtection: failed to decode request");
  };
  Result<Value> parsed = wire::parse_json(body);
  if (!parsed || !parsed->is(Kind::object)) return undecodable();
  ProtectionRequest request;
  for (const auto& [key, value] : parsed->entries()) {
    std::string_view name = key.view();
    if (name == "ProtectionEnabled" && (value.absent() || value.is(Kind::boolean))) {
      if (!value.absent()) request.enabled = value.boolean();
    } else if (name == "ExpiresInMinutes" && (value.absent() || value.is(Kind::integer))) {
      if (!value.absent()) request.expires_in_minutes = value.integer();
    } else {
      return undecodable();
    }
  }
  return request;
}

Result<Value> protection_input(const TaskSpec& task, const ProtectionRequest* request) {
  if (request && !request->enabled)
    return fail("InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field");
  if (!task.role.delivered())
    return fail("AccessDeniedException", "Invalid Request: no task IAM role credentials available for task",
                403);
  Value input = Value::object({{"cluster", task.cluster_arn}, {"tasks", Value::list({task.arn})}});
  if (!request) return input;
  input.set("protectionEnabled", *request->enabled);
  if (request->expires_in_minutes) input.set("expiresInMinutes", *request->expires_in_minutes);
  return input;
}

Value protection_document(const Value& output) {
  if (const Value& failure = output.get("failures").at(0))
    return Value::object(
        {{"failure", renamed(failure, {{"arn", "Arn"}, {"detail", "Detail"}, {"reason", "Reason"}})}});
  const Value& task = output.get("protectedTasks").at(0);
  Value protection = renamed(task, {{"protectionEnabled", "ProtectionEnabled"}, {"taskArn", "TaskArn"}});
  const Value& expires = task.get("expirationDate");  // epoch seconds
  if (expires)
    protection.set("ExpirationDate", iso8601_ms(Instant{static_cast<std::int64_t>(expires.number() * 1000)}));
  else
    protection.set("ExpirationDate", Value());
  return Value::object({{"protection", std::move(protection)}});
}

Value protection_error(const std::string& task_arn, const Error& error) {
  Value document = Value::object();
  if (!task_arn.empty()) document.set("Arn", task_arn);
  document.set("Code", error.code);
  document.set("Message", error.message);
  return Value::object({{"error", std::move(document)}});
}

}  // namespace slipway::agent
