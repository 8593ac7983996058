#include "services/iam/simulation.hpp"
#include "services/iam/table.hpp"

// SimulatePrincipalPolicy and SimulateCustomPolicy: what would be said to a call, without the call.
namespace slipway::services::iam {
namespace {

template <class Request>
Result<> add_documents(const Request& request, Simulation& simulation) {
  int number = 0;
  for (const auto document : request.policy_input_list())
    if (auto good = simulation.add("PolicyInputList." + std::to_string(++number), document); !good)
      return good;
  if (request.permissions_boundary_policy_input_list().size() > 1)
    return fail("InvalidInput", "At most one permissions boundary can be simulated.");
  for (const auto document : request.permissions_boundary_policy_input_list())
    if (auto good = simulation.set_boundary("PermissionsBoundaryPolicyInputList.1", document); !good)
      return good;
  for (const auto entry : request.context_entries())
    for (const auto value : entry.context_key_values())
      simulation.context.add(entry.context_key_name(), value);
  if (request.has_resource_policy())
    if (auto good = simulation.set_resource_policy(request.resource_policy()); !good) return good;
  return {};
}

template <class Request>
std::vector<std::string_view> resources_of(const Request& request) {
  std::vector<std::string_view> resources;
  for (const auto resource : request.resource_arns()) resources.push_back(resource);
  if (resources.empty()) resources.push_back("*");
  return resources;
}

}  // namespace

Result<wire::Value> simulate_custom_policy(Call& call) {
  const wire::iam::SimulateCustomPolicyRequest request(call.input);
  Simulation simulation;
  if (auto good = add_documents(request, simulation); !good) return pass(good);
  if (auto good = simulation.set_caller(call, request.caller_arn()); !good) return pass(good);
  std::vector<std::string_view> actions;
  for (const auto action : request.action_names()) actions.push_back(action);
  return simulation.answer<wire::iam::SimulatePolicyResponse>(call, request, actions, resources_of(request));
}

// The policies of a user (with those of its groups), a group or a role, and what is given besides. A boundary
// that is given stands in the place of the entity's own.
Result<wire::Value> simulate_principal_policy(Call& call) {
  const wire::iam::SimulatePrincipalPolicyRequest request(call.input);
  Simulation simulation;
  if (auto good = simulation.add_principal(call, request.policy_source_arn()); !good) return pass(good);
  if (auto good = add_documents(request, simulation); !good) return pass(good);
  const std::string_view caller =
      request.has_caller_arn() ? request.caller_arn() : request.policy_source_arn();
  if (auto good = simulation.set_caller(call, caller); !good) return pass(good);
  std::vector<std::string_view> actions;
  for (const auto action : request.action_names()) actions.push_back(action);
  return simulation.answer<wire::iam::SimulatePolicyResponse>(call, request, actions, resources_of(request));
}

}  // namespace slipway::services::iam
