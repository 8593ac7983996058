#include "agent/task/task_state.hpp"

namespace slipway::agent {

namespace {

using wire::Value;
using Phase = ContainerState::Phase;

std::string text(const Value& object, std::string_view key) {
  return std::string(object.get(key).string());
}

// Epoch milliseconds: JSON numbers keep them exactly.
Instant instant(const Value& object, std::string_view key) {
  return {object.get(key).integer()};
}

// Of a port, or how many.
std::uint16_t number(const Value& object, std::string_view key, std::uint16_t otherwise) {
  return object.find(key) ? static_cast<std::uint16_t>(object.get(key).integer()) : otherwise;
}

template <class Enum>
Result<Enum> level(const Value& object, std::string_view key, Enum last) {
  std::int64_t number = object.get(key).integer();
  if (number < 0 || number > static_cast<std::int64_t>(last))
    return fail("InvalidState", std::string(key) + " has the unknown value " + std::to_string(number));
  return static_cast<Enum>(number);
}

Value ports_value(const std::vector<runtime::PublishedPort>& ports) {
  Value list = Value::list();
  for (const runtime::PublishedPort& port : ports)
    list.push_back(Value::object({{"hostIp", port.host_ip},
                                  {"hostPort", port.host_port},
                                  {"containerPort", port.container_port},
                                  {"protocol", port.protocol},
                                  {"count", port.count}}));
  return list;
}

Value container_value(const ContainerState& container) {
  Value out = Value::object({{"id", container.id},
                             {"endpointId", container.endpoint_id},
                             {"phase", static_cast<int>(container.phase)},
                             {"imageDigest", container.image_digest},
                             {"imageId", container.image_id},
                             {"stopSignal", container.stop_signal},
                             {"reason", container.reason},
                             {"createdAt", container.created_at.ms},
                             {"startedAt", container.started_at.ms},
                             {"finishedAt", container.finished_at.ms},
                             {"ip", container.ip},
                             {"ports", ports_value(container.ports)},
                             {"reported", static_cast<int>(container.reported)}});
  if (container.exit_code) out.set("exitCode", *container.exit_code);
  if (container.restarts > 0) out.set("restarts", container.restarts);
  if (const Health& health = container.health; health.since || health.failures > 0)
    out.set("health", Value::object({{"status", static_cast<int>(health.status)},
                                     {"since", health.since.ms},
                                     {"failures", health.failures}}));
  return out;
}

Result<ContainerState> parse_container(const Value& value) {
  ContainerState out;
  out.id = text(value, "id");
  out.endpoint_id = text(value, "endpointId");
  Result<Phase> phase = level(value, "phase", Phase::stopped);
  if (!phase) return pass(phase);
  out.phase = *phase;
  Result<Reported> reported = level(value, "reported", Reported::stopped);
  if (!reported) return pass(reported);
  out.reported = *reported;
  out.image_digest = text(value, "imageDigest");
  out.image_id = text(value, "imageId");
  if (const Value& signal = value.get("stopSignal")) out.stop_signal = static_cast<int>(signal.integer());
  out.reason = text(value, "reason");
  out.created_at = instant(value, "createdAt");
  out.started_at = instant(value, "startedAt");
  out.finished_at = instant(value, "finishedAt");
  out.ip = text(value, "ip");
  for (const Value& port : value.get("ports").items())
    out.ports.push_back({text(port, "hostIp"), number(port, "hostPort", 0), number(port, "containerPort", 0),
                         text(port, "protocol"), number(port, "count", 1)});
  if (const Value& code = value.get("exitCode")) out.exit_code = static_cast<int>(code.integer());
  out.restarts = static_cast<int>(value.get("restarts").integer());
  if (const Value& health = value.get("health")) {
    Result<HealthStatus> status = level(health, "status", HealthStatus::unhealthy);
    if (!status) return pass(status);
    out.health.status = *status;
    out.health.since = instant(health, "since");
    out.health.failures = static_cast<int>(health.get("failures").integer());
  }
  if (out.id.empty() || out.endpoint_id.empty()) return fail("InvalidState", "a container has no id");
  return out;
}

}  // namespace

Value to_value(const TaskState& state) {
  Value containers = Value::list();
  for (const ContainerState& container : state.containers) containers.push_back(container_value(container));
  return Value::object({{"stopWanted", state.stop_wanted},
                        {"stopping", state.stopping},
                        {"reason", state.reason},
                        {"pullStartedAt", state.pull_started_at.ms},
                        {"pullStoppedAt", state.pull_stopped_at.ms},
                        {"executionStoppedAt", state.execution_stopped_at.ms},
                        {"interfaceUp", state.interface_up},
                        {"released", state.released},
                        {"reported", static_cast<int>(state.reported)},
                        {"interfaceReported", state.interface_reported},
                        {"containers", std::move(containers)}});
}

Result<TaskState> parse_task_state(const Value& value) {
  TaskState out;
  out.stop_wanted = value.get("stopWanted").boolean();
  out.stopping = value.get("stopping").boolean();
  out.reason = text(value, "reason");
  out.pull_started_at = instant(value, "pullStartedAt");
  out.pull_stopped_at = instant(value, "pullStoppedAt");
  out.execution_stopped_at = instant(value, "executionStoppedAt");
  out.interface_up = value.get("interfaceUp").boolean();
  out.released = value.get("released").boolean();
  out.interface_reported = value.get("interfaceReported").boolean();
  Result<Reported> reported = level(value, "reported", Reported::stopped);
  if (!reported) return pass(reported);
  out.reported = *reported;
  for (const Value& item : value.get("containers").items()) {
    Result<ContainerState> container = parse_container(item);
    if (!container) return pass(container);
    out.containers.push_back(std::move(*container));
  }
  return out;
}

}  // namespace slipway::agent
