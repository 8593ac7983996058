#include "daemon/agent_gateway.hpp"

#include <deque>

#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "daemon/function_event.hpp"
#include "http/completion.hpp"
#include "services/common/authorize.hpp"
#include "services/ecs/acs.hpp"
#include "services/ecs/health.hpp"
#include "wire/gen/ecs.hpp"
#include "wire/json_text.hpp"

namespace slipway::daemon {
namespace {

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=')
      return percent_decode(pair.substr(name.size() + 1), true).value_or("");
  }
  return {};
}

// The table key of a container instance's ARN; empty for anything else.
std::string instance_key(const std::string& text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "ecs" || !arn->resource.starts_with("container-instance/")) return {};
  return core::ecs::ContainerInstance::key_of({arn->account, arn->region},
                                              arn->resource.substr(arn->resource.rfind('/') + 1));
}

http::Response refusal(int status, const Error& error) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  // An agent decodes this form; InactiveInstanceException makes it wait for an hour (agent-wire.md §5.1).
  response.body =
      error.code == "InactiveInstanceException"
          ? wire::write_json(wire::Value::object({{"InactiveInstanceException", error.message}}))
          : wire::write_json(wire::Value::object(
                {{"type", error.code}, {"message", wire::Value::object({{"message", error.message}})}}));
  return response;
}

}  // namespace

struct AgentGateway::Connection {
  std::mutex mutex;
  std::deque<std::string> frames;
  bool replaced = false;
  bool overflowed = false;
  http::Signal filled;

  void push(std::string frame) {
    {
      std::lock_guard lock(mutex);
      if (frames.size() >= limits::agent_queued_frames)
        overflowed = true;  // a reader this slow is cut; it is told everything when it comes back
      else
        frames.push_back(std::move(frame));
    }
    filled.set();
  }
};

AgentGateway::AgentGateway(const auth::KeyRing& keys, const services::Environment& environment,
                           TurnLoop& turn, Clock& clock)
    : keys_(keys), environment_(environment), turn_(turn), clock_(clock) {}

AgentGateway::~AgentGateway() = default;

Result<auth::Principal> AgentGateway::authenticate(const http::Request& request) const {
  std::vector<auth::Header> headers;
  for (const auto field : request.headers) headers.push_back({field.name, field.value});
  auth::SignedRequest signed_request;
  signed_request.method = request.method;
  signed_request.path = request.path();
  signed_request.query = request.query();
  signed_request.headers = headers;
  auto caller = auth::authenticate(*keys_.current(), signed_request, clock_.now());
  if (!caller) return std::unexpected(auth::render(caller.error(), auth::ErrorStyle::json));
  return std::move(*caller);
}

void AgentGateway::send(const core::SendToAgent& message) {
  std::shared_ptr<Connection> connection;
  {
    std::lock_guard lock(mutex_);
    auto it = connections_.find(message.container_instance_key);
    if (it == connections_.end()) return;
    connection = it->second;
  }
  connection->push(message.frame);
}

void AgentGateway::disconnect(const std::string& key, const std::shared_ptr<Connection>& connection) {
  {
    std::lock_guard lock(mutex_);
    auto it = connections_.find(key);
    if (it == connections_.end() || it->second != connection) return;  // a newer one serves already
    connections_.erase(it);
  }
  turn_.post(std::make_unique<FunctionEvent>(
      [key](core::Turn& turn) -> Result<> {
        services::ecs::disconnected(turn, key);
        return {};
      },
      FunctionEvent::Reply()));
}

http::Task<void> AgentGateway::serve_commands(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  auto caller = authenticate(request);
  if (!caller) {
    auto sent = co_await exchange.respond(refusal(403, caller.error()));
    co_return;
  }
  services::ecs::AgentHello hello;
  hello.container_instance_arn = query_value(request.query(), "containerInstanceArn");
  hello.agent_version = query_value(request.query(), "agentVersion");
  hello.agent_hash = query_value(request.query(), "agentHash");
  hello.docker_version = query_value(request.query(), "dockerVersion");
  hello.takes_security_groups = query_value(request.query(), "slipwaySecurityGroups") == "1";
  const std::string key = instance_key(hello.container_instance_arn);

  auto connection = std::make_shared<Connection>();
  {
    std::lock_guard lock(mutex_);
    auto& slot = connections_[key];
    if (slot) {
      slot->replaced = true;
      slot->filled.set();
    }
    slot = connection;
  }
  FunctionEvent::Reply reply;
  const auth::Principal who = *caller;
  auto connect = [this, key, hello, who](core::Turn& turn) -> Result<> {
    const services::Asker asker{.state = turn.state, .who = who, .region = {}, .now = turn.now()};
    if (auto allowed = services::authorize(asker, environment_, wire::ecs::service, "ecs:Poll",
                                           hello.container_instance_arn);
        !allowed)
      return pass(allowed);
    return services::ecs::connected(turn, environment_, key, hello);
  };
  turn_.post(std::make_unique<FunctionEvent>(connect, reply));
  if (Result<> connected = co_await reply.wait(); !connected) {
    disconnect(key, connection);
    auto sent = co_await exchange.respond(refusal(400, connected.error()));
    co_return;
  }
  auto socket = co_await exchange.upgrade();
  if (!socket) {
    disconnect(key, connection);
    auto sent = co_await exchange.respond(refusal(400, socket.error()));
    co_return;
  }
  log::info("agent connected", {{"containerInstance", hello.container_instance_arn}});
  const http::Cancel ended = http::Cancel::make();
  http::Completion<> pumped;
  auto run_pump = [](AgentGateway& self, std::shared_ptr<Connection> to, http::WebSocket& over,
                     http::Cancel until, http::Completion<> done) -> http::Task<void> {
    co_await self.pump(std::move(to), over, std::move(until));
    done.complete({});
  };
  http::spawn(http::Loop::current(), run_pump(*this, connection, *socket, ended, pumped));
  for (;;) {
    auto message = co_await socket->receive();
    if (!message || !*message) break;
    FunctionEvent::Reply taken;
    std::string text = std::move(**message);
    auto receive = [key, text](core::Turn& turn) { return services::ecs::received(turn, key, text); };
    turn_.post(std::make_unique<FunctionEvent>(receive, taken));
    if (Result<> result = co_await taken.wait(); !result)
      log::warn("an agent's frame was not understood", {{"reason", result.error().message}});
  }
  ended.request();
  co_await pumped.wait();
  disconnect(key, connection);
  log::info("agent disconnected", {{"containerInstance", hello.container_instance_arn}});
}

// Frames as they come, and a heartbeat when none has come for a while.
http::Task<void> AgentGateway::pump(std::shared_ptr<Connection> connection, http::WebSocket& socket,
                                    http::Cancel ended) {
  SystemRandom random;
  for (;;) {
    std::deque<std::string> frames;
    {
      std::lock_guard lock(connection->mutex);
      frames.swap(connection->frames);
      if (connection->replaced || connection->overflowed) break;
    }
    for (auto& frame : frames)
      if (auto sent = co_await socket.send_text(std::move(frame)); !sent) co_return;
    if (co_await connection->filled.wait(limits::agent_heartbeat_ms, ended)) continue;
    if (ended.requested()) co_return;
    if (auto sent = co_await socket.send_text(services::ecs::heartbeat(random)); !sent) co_return;
  }
  co_await socket.close(1001, "ConnectionReplaced");
}

http::Task<void> AgentGateway::serve_telemetry(http::Exchange& exchange) {
  auto caller = authenticate(exchange.request());
  if (!caller) {
    auto sent = co_await exchange.respond(refusal(403, caller.error()));
    co_return;
  }
  const std::string instance_arn = query_value(exchange.request().query(), "containerInstance");
  auto socket = co_await exchange.upgrade();
  if (!socket) {
    auto sent = co_await exchange.respond(refusal(400, socket.error()));
    co_return;
  }
  for (;;) {
    auto message = co_await socket->receive();
    if (!message || !*message) co_return;
    // Signed headers, an empty line, JSON. The figures go nowhere yet: metrics are a service of their own.
    const std::string_view frame = **message;
    const auto body = frame.find("\r\n\r\n");
    auto parsed = wire::parse_json(body == frame.npos ? frame : frame.substr(body + 4));
    if (!parsed) continue;
    const std::string_view type = parsed->get("type").string();
    if (type == "PublishHealthRequest") co_await take_health(*caller, instance_arn, parsed->get("message"));
    const char* ack = type == "PublishMetricsRequest"          ? "AckPublishMetric"
                      : type == "PublishHealthRequest"         ? "AckPublishHealth"
                      : type == "PublishInstanceStatusRequest" ? "AckPublishInstanceStatus"
                                                               : nullptr;
    if (!ack) continue;
    const auto answer = wire::write_json(
        wire::Value::object({{"type", ack}, {"message", wire::Value::object({{"message", "OK"}})}}));
    if (auto sent = co_await socket->send_text(answer); !sent) co_return;
  }
}

http::Task<void> AgentGateway::take_health(auth::Principal from, std::string instance_arn,
                                           wire::Value message) {
  FunctionEvent::Reply taken;
  auto take = [&](core::Turn& turn) -> Result<> {
    const services::Asker asker{.state = turn.state, .who = from, .region = {}, .now = turn.now()};
    if (auto allowed = services::authorize(asker, environment_, wire::ecs::service, "ecs:StartTelemetrySession",
                                           instance_arn);
        !allowed)
      return pass(allowed);
    services::ecs::take_health(turn, instance_key(instance_arn), message);
    return {};
  };
  turn_.post(std::make_unique<FunctionEvent>(take, taken));
  if (Result<> result = co_await taken.wait(); !result)
    log::warn("an agent's health message is refused", {{"reason", result.error().message}});
}

}  // namespace slipway::daemon
