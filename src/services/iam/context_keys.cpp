#include "services/iam/simulation.hpp"
#include "services/iam/table.hpp"

// Which context keys a simulation should be given.
namespace slipway::services::iam {
namespace {

wire::Value answer(const Simulation& simulation) {
  wire::ListOf<std::string_view> names;
  for (const std::string& name : simulation.context_keys()) names.push_back(name);
  wire::iam::GetContextKeysForPolicyResponse response;
  response.set_context_key_names(std::move(names));
  return std::move(response).raw();
}

template <class Request>
Result<> add_documents(const Request& request, Simulation& simulation) {
  int number = 0;
  for (const auto document : request.policy_input_list())
    if (auto good = simulation.add("PolicyInputList." + std::to_string(++number), document); !good)
      return good;
  return {};
}

}  // namespace

Result<wire::Value> get_context_keys_for_custom_policy(Call& call) {
  Simulation simulation;
  if (auto good = add_documents(wire::iam::GetContextKeysForCustomPolicyRequest(call.input), simulation);
      !good)
    return pass(good);
  return answer(simulation);
}

Result<wire::Value> get_context_keys_for_principal_policy(Call& call) {
  const wire::iam::GetContextKeysForPrincipalPolicyRequest request(call.input);
  Simulation simulation;
  if (auto good = simulation.add_principal(call, request.policy_source_arn()); !good) return pass(good);
  if (auto good = add_documents(request, simulation); !good) return pass(good);
  return answer(simulation);
}

}  // namespace slipway::services::iam
