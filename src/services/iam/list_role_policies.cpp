#include "services/iam/entity.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_role_policies(Call& call) {
  const wire::iam::ListRolePoliciesRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto pager = Pager::open(call, request, request.role_name());
  if (!pager) return pass(pager);
  wire::iam::ListRolePoliciesResponse response;
  wire::ListOf<std::string_view> page;
  for (const auto& policy : (*role)->policies) {
    if (pager->skips(policy.name)) continue;
    if (!pager->admits(policy.name)) break;
    page.push_back(policy.name);
  }
  response.set_policy_names(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
