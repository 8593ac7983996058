#include "services/ecs/task_definition_view.hpp"

#include <set>

#include "base/check.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using wire::ecs::ContainerDefinition;
using wire::ecs::PortMapping;

void fill(wire::Value& structure, const char* member) {
  if (!structure.find(member)) structure.set(std::string_view(member), wire::Value::list());
}

wire::Value container_document(const ContainerDefinition& given, std::string_view network_mode) {
  wire::Value document = given.raw();
  if (!given.has_cpu()) document.set("cpu", 0);
  if (!given.has_essential()) document.set("essential", true);
  for (const char* member : {"portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"})
    fill(document, member);
  wire::Value ports = wire::Value::list();
  for (auto port : given.port_mappings()) {
    if (!port.has_protocol()) port.set_protocol("tcp");
    if (!port.has_host_port() && port.has_container_port())
      port.set_host_port(network_mode == "awsvpc" || network_mode == "host" ? port.container_port() : 0);
    ports.push_back(port.raw());
  }
  document.set("portMappings", std::move(ports));
  return document;
}

// What an agent must be able to do to run this (the names: ECS developer guide, "Container instance
// attributes").
std::set<std::string> required_attributes(const wire::ecs::RegisterTaskDefinitionRequest& request) {
  std::set<std::string> names;
  if (request.network_mode() == "awsvpc") names.emplace("ecs.capability.task-eni");
  if (request.has_task_role_arn()) names.emplace("com.amazonaws.ecs.capability.task-iam-role");
  if (request.has_task_role_arn() && request.network_mode() == "host")
    names.emplace("com.amazonaws.ecs.capability.task-iam-role-network-host");
  for (const auto container : request.container_definitions()) {
    names.emplace("com.amazonaws.ecs.capability.docker-remote-api.1.18");
    if (container.has_log_configuration()) {
      const std::string driver(container.log_configuration().log_driver());
      names.emplace("com.amazonaws.ecs.capability.logging-driver." + driver);
      if (driver == "awslogs" && request.has_execution_role_arn())
        names.emplace("ecs.capability.execution-role-awslogs");
    }
    if (container.has_health_check()) names.emplace("ecs.capability.container-health-check");
    if (!container.depends_on().empty()) names.emplace("ecs.capability.container-ordering");
    if (container.privileged()) names.emplace("com.amazonaws.ecs.capability.privileged-container");
  }
  return names;
}

}  // namespace

wire::Value definition_document(const wire::ecs::RegisterTaskDefinitionRequest& request) {
  wire::Value document = request.raw();
  document.erase("tags");
  wire::Value containers = wire::Value::list();
  for (const auto container : request.container_definitions())
    containers.push_back(container_document(container, request.network_mode()));
  document.set("containerDefinitions", std::move(containers));
  fill(document, "volumes");
  fill(document, "placementConstraints");
  wire::Value attributes = wire::Value::list();
  for (const auto& name : required_attributes(request)) {
    wire::ecs::Attribute attribute;
    attribute.set_name(name);
    attributes.push_back(std::move(attribute).raw());
  }
  document.set("requiresAttributes", std::move(attributes));
  return document;
}

wire::ecs::TaskDefinition definition_view(const core::ecs::TaskDefinition& definition) {
  auto stored = wire::parse_json(definition.document);
  check(stored.has_value(), "a task definition's document is no JSON");
  wire::ecs::TaskDefinition view(std::move(*stored));
  wire::ListOf<std::string_view> compatibilities;
  for (const auto& each : definition.compatibilities) compatibilities.push_back(each);
  view.set_task_definition_arn(definition.arn())
      .set_revision(definition.revision)
      .set_status(definition.status)
      .set_compatibilities(compatibilities)
      .set_registered_at(definition.registered_at)
      .set_registered_by(definition.registered_by);
  if (definition.deregistered_at) view.set_deregistered_at(definition.deregistered_at);
  return view;
}

}  // namespace slipway::services::ecs
