#include "agent/registration.hpp"

#include <utility>

#include "agent/api/backoff.hpp"
#include "agent/files.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

using wire::Value;

// Names that a task definition's requirements are matched against; the stock agent's, less what we do not do.
constexpr std::string_view capabilities[] = {
    "com.amazonaws.ecs.capability.privileged-container",
    "com.amazonaws.ecs.capability.docker-remote-api.1.17",
    "com.amazonaws.ecs.capability.docker-remote-api.1.18",
    "com.amazonaws.ecs.capability.docker-remote-api.1.19",
    "com.amazonaws.ecs.capability.docker-remote-api.1.20",
    "com.amazonaws.ecs.capability.docker-remote-api.1.21",
    "com.amazonaws.ecs.capability.docker-remote-api.1.22",
    "com.amazonaws.ecs.capability.docker-remote-api.1.23",
    "com.amazonaws.ecs.capability.docker-remote-api.1.24",
    "com.amazonaws.ecs.capability.docker-remote-api.1.25",
    "com.amazonaws.ecs.capability.docker-remote-api.1.28",
    "com.amazonaws.ecs.capability.docker-remote-api.1.29",
    "com.amazonaws.ecs.capability.docker-remote-api.1.30",
    "com.amazonaws.ecs.capability.docker-remote-api.1.32",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.none",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "ecs.capability.execution-role-awslogs",
    "ecs.capability.container-ordering",
    "ecs.capability.full-sync",
    "ecs.capability.network.container-port-range",
    "ecs.capability.task-cpu-mem-limit",
    "ecs.capability.increased-task-cpu-limit",
    "ecs.capability.task-eni",
    "ecs.capability.docker-plugin.local",
};

Value resource(std::string_view name, std::int64_t value) {
  return Value::object({{"name", name}, {"type", "INTEGER"}, {"integerValue", value}});
}

Value port_resource(std::string_view name, const std::vector<std::uint16_t>& ports) {
  Value list = Value::list();
  for (std::uint16_t port : ports) list.push_back(std::to_string(port));
  return Value::object({{"name", name}, {"type", "STRINGSET"}, {"stringSetValue", std::move(list)}});
}

// What is kept of earlier lives.
struct Identity {
  std::string arn, client_token;
};

Identity parse_identity(const std::string& json, const AgentOptions& options) {
  Result<Value> stored = wire::parse_json(json);
  if (!stored || stored->get("cluster").string() != options.cluster) return {};
  return {std::string(stored->get("containerInstanceArn").string()),
          std::string(stored->get("clientToken").string())};
}

http::Task<Result<>> keep(Node& node, Identity identity) {
  std::string json = wire::write_json(Value::object({{"containerInstanceArn", identity.arn},
                                                     {"cluster", node.options.cluster},
                                                     {"clientToken", identity.client_token}}));
  TaskFiles& files = node.files;
  co_return co_await http::run_blocking(node.workers, [&files, json] { return files.write_instance(json); });
}

bool refused_for_good(const Error& error) {
  for (std::string_view code :
       {"InvalidParameterException", "ClientException", "AccessDeniedException", "ClusterNotFoundException"})
    if (error.code == code) return true;
  return false;
}

bool instance_unknown(const Error& error) {
  return error.code == "InvalidParameterException" || error.code == "ClientException";
}

}  // namespace

Value registration_input(const AgentOptions& options, const runtime::Capacity& capacity,
                         const std::string& client_token, const std::string& container_instance_arn) {
  Value attributes = Value::list();
  auto with_value = [&attributes](std::string_view name, std::string_view value) {
    attributes.push_back(Value::object({{"name", name}, {"value", value}}));
  };
  for (std::string_view name : capabilities) attributes.push_back(Value::object({{"name", name}}));
  with_value("ecs.os-type", "linux");
  with_value("ecs.os-family", "LINUX");
  with_value("ecs.os-type-detailed", "LINUX");
  with_value("ecs.cpu-architecture", capacity.architecture);
  with_value("slipway.host-id", options.host_id);
  with_value("slipway.agent", options.version);
  Value resources =
      Value::list({resource("CPU", std::int64_t{capacity.cpus} * 1024),
                   resource("MEMORY", capacity.memory_mib - options.reserved_memory_mib),
                   port_resource("PORTS", options.reserved_ports), port_resource("PORTS_UDP", {})});
  Value input = Value::object({{"clientToken", client_token},
                               {"cluster", options.cluster},
                               {"instanceIdentityDocument", ""},
                               {"instanceIdentityDocumentSignature", ""},
                               {"totalResources", std::move(resources)},
                               {"attributes", std::move(attributes)}});
  if (!container_instance_arn.empty()) input.set("containerInstanceArn", container_instance_arn);
  return input;
}

http::Task<Result<std::string>> register_instance(Node& node, runtime::Capacity capacity,
                                                  http::Cancel stopping) {
  TaskFiles& files = node.files;
  Result<std::optional<std::string>> stored =
      co_await http::run_blocking(node.workers, [&files] { return files.read_instance(); });
  if (!stored) co_return pass(stored);
  Identity identity;
  if (*stored) identity = parse_identity(**stored, node.options);
  Backoff backoff(500, 2, 30'000);
  while (true) {
    if (identity.client_token.empty()) {
      // On disk before the call: a life that dies within it registers the same instance once more.
      identity = {.client_token = random_uuid(node.random)};
      if (Result<> kept = co_await keep(node, identity); !kept) co_return pass(kept);
    }
    Value input = registration_input(node.options, capacity, identity.client_token, identity.arn);
    Result<Value> answer = co_await node.api.call(ecs_service, "RegisterContainerInstance", std::move(input),
                                                  {.cancel = stopping});
    if (answer) {
      // The ARN of ours is the one that counts: the server has adopted it.
      if (identity.arn.empty())
        identity.arn = answer->get("containerInstance", "containerInstanceArn").string();
      if (identity.arn.empty()) co_return fail("InvalidResponse", "RegisterContainerInstance gave no ARN");
      if (Result<> kept = co_await keep(node, identity); !kept) co_return pass(kept);
      co_return identity.arn;
    }
    if (stopping.requested()) co_return fail("Cancelled", "the agent is stopping", 0);
    if (!identity.arn.empty() && instance_unknown(answer.error())) {
      log::warn("the server does not know this instance any more, it registers anew",
                {{"instance", identity.arn}, {"message", answer.error().message}});
      identity = {};
      continue;
    }
    if (refused_for_good(answer.error())) co_return pass(answer);
    std::int64_t wait_ms = backoff.next_ms(node.random);
    log::warn(
        "cannot register",
        {{"error", answer.error().code}, {"message", answer.error().message}, {"retry_in_ms", wait_ms}});
    if (!co_await node.loop.sleep(wait_ms, stopping)) co_return fail("Cancelled", "the agent is stopping", 0);
  }
}

}  // namespace slipway::agent
