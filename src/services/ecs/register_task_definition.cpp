#include <algorithm>

#include "base/limits.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"
#include "services/ecs/task_definition_check.hpp"
#include "services/ecs/task_definition_view.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::TaskDefinition;

core::ecs::ContainerDefinition container_of(const wire::ecs::ContainerDefinition& given) {
  core::ecs::ContainerDefinition container;
  container.name = given.name();
  container.image = given.image();
  container.essential = given.essential();
  container.cpu_units = given.cpu();
  container.memory_mib = given.memory();
  container.memory_reservation_mib = given.memory_reservation();
  container.has_health_check = given.has_health_check();
  for (const auto port : given.port_mappings())
    if (port.has_container_port())
      container.ports.push_back({port.container_port(), port.host_port(), std::string(port.protocol()), {}});
  return container;
}

std::vector<std::string> compatibilities_of(const wire::ecs::RegisterTaskDefinitionRequest& request) {
  std::vector<std::string> compatibilities;
  if (request.network_mode() != "awsvpc") compatibilities.emplace_back("EXTERNAL");
  compatibilities.emplace_back("EC2");
  if (check_fargate(request)) compatibilities.emplace_back("FARGATE");
  return compatibilities;
}

}  // namespace

Result<wire::Value> register_task_definition(Call& call) {
  wire::ecs::RegisterTaskDefinitionRequest request(call.input);
  if (auto checked = check_task_definition(request); !checked) return pass(checked);
  const auto required = request.requires_compatibilities();
  if (std::ranges::find(required, std::string_view("FARGATE")) != required.end())
    if (auto checked = check_fargate(request); !checked) return pass(checked);

  TaskDefinition definition;
  const wire::Value document = definition_document(request);
  definition.document = wire::write_json(document);
  if (definition.document.size() > limits::ecs_definition_bytes)
    return client_exception("Actual length: '" + std::to_string(definition.document.size()) +
                            "'. Max allowed length is '65536' bytes.");
  if (auto merged = merge_tags(definition.tags, request.tags()); !merged) return pass(merged);

  core::State& state = call.turn.state;
  const std::string family(request.family());
  const auto* counter =
      state.task_definition_families.find(core::ecs::TaskDefinitionFamily::key_of(call.realm, family));
  const std::int64_t revision = (counter ? counter->last_revision : 0) + 1;
  call.turn.put(state.task_definition_families,
                core::ecs::TaskDefinitionFamily{call.realm, family, revision, {}});

  definition.realm = call.realm;
  definition.family = family;
  definition.revision = revision;
  definition.status = "ACTIVE";
  definition.network_mode = request.network_mode();
  for (const auto each : required) definition.requires_compatibilities.emplace_back(each);
  definition.compatibilities = compatibilities_of(request);
  definition.cpu_units = request.has_cpu() ? *parse_task_cpu(request.cpu()) : 0;
  definition.memory_mib = request.has_memory() ? *parse_task_memory(request.memory()) : 0;
  definition.task_role_arn = request.task_role_arn();
  definition.execution_role_arn = request.execution_role_arn();
  for (const auto container : wire::ecs::TaskDefinition(document).container_definitions())
    definition.containers.push_back(container_of(container));
  definition.registered_at = call.now();
  definition.registered_by = call.caller.arn;

  wire::ecs::RegisterTaskDefinitionResponse response;
  response.set_task_definition(definition_view(definition)).set_tags(tag_list(definition.tags));
  call.turn.put(state.task_definitions, std::move(definition));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
