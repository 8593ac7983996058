#include "services/ecs/dependency_check.hpp"

#include <map>
#include <set>
#include <string>

#include "services/ecs/errors.hpp"

namespace slipway::services::ecs {
namespace {

using wire::ecs::ContainerDefinition;
using Waiting = std::map<std::string, std::set<std::string>>;  // for whom each container waits

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

// AWS words the second; the other is ours.
Result<> check_condition(std::string_view dependant, const ContainerDefinition& on, std::string_view condition) {
  if (condition == "HEALTHY" && !on.has_health_check())
    return client_exception("Container " + quoted(dependant) + " depends on container " + quoted(on.name()) +
                            " with the HEALTHY condition, which needs a healthCheck.");
  const bool essential = !on.has_essential() || on.essential();
  if ((condition == "SUCCESS" || condition == "COMPLETE") && essential)
    return client_exception(
        "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
  return {};
}

Result<> add(Waiting& waiting, std::string_view dependant, std::string_view on) {
  if (!waiting.contains(std::string(on)))
    return client_exception("Dependency on unknown container " + quoted(on) + ".");
  if (dependant == on) return client_exception("Container " + quoted(dependant) + " depends on itself.");
  waiting[std::string(dependant)].insert(std::string(on));
  return {};
}

// Takes away who waits for nobody until nothing changes: whoever is left is on a circle, or waits for one.
Result<> check_circles(Waiting waiting) {
  for (auto at = waiting.begin(); at != waiting.end();) {
    if (!at->second.empty()) {
      ++at;
      continue;
    }
    for (auto& [name, others] : waiting) others.erase(at->first);
    waiting.erase(at);
    at = waiting.begin();
  }
  if (waiting.empty()) return {};
  std::string names;
  for (const auto& [name, others] : waiting) names += (names.empty() ? "" : ", ") + quoted(name);
  return client_exception("The containers " + names + " wait for one another: none of them could ever start.");
}

}  // namespace

Result<> check_dependencies(const wire::ecs::RegisterTaskDefinitionRequest& request) {
  Waiting waiting;
  for (const auto container : request.container_definitions()) waiting[std::string(container.name())];
  for (const auto container : request.container_definitions()) {
    for (const auto dependency : container.depends_on()) {
      const std::string_view on = dependency.container_name(), condition = dependency.condition();
      if (auto added = add(waiting, container.name(), on); !added) return added;
      if (condition != "START" && condition != "COMPLETE" && condition != "SUCCESS" && condition != "HEALTHY")
        return client_exception("Condition must be one of [START, COMPLETE, SUCCESS, HEALTHY].");
      for (const auto other : request.container_definitions())
        if (other.name() == on)
          if (auto checked = check_condition(container.name(), other, condition); !checked) return checked;
    }
    for (const auto link : container.links())
      if (auto added = add(waiting, container.name(), link.substr(0, link.find(':'))); !added) return added;
    for (const auto volumes : container.volumes_from())
      if (auto added = add(waiting, container.name(), volumes.source_container()); !added) return added;
  }
  return check_circles(std::move(waiting));
}

}  // namespace slipway::services::ecs
