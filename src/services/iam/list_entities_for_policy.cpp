#include "services/iam/entity.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/policy_view.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_entities_for_policy(Call& call) {
  const wire::iam::ListEntitiesForPolicyRequest request(call.input);
  if (!is_aws_policy_arn(request.policy_arn()))
    if (auto policy = find_policy(call, request.policy_arn()); !policy) return pass(policy);
  const std::string question =
      std::string(request.policy_arn()) + "\n" + std::string(request.entity_filter()) + "\n" +
      std::string(request.path_prefix()) + "\n" + std::string(request.policy_usage_filter());
  auto pager = Pager::open(call, request, question);
  if (!pager) return pass(pager);
  const std::string value = call.realm.account + "/" + std::string(request.policy_arn());
  const std::string_view index =
      request.policy_usage_filter() == "PermissionsBoundary" ? "boundary" : "policy";
  bool full = false;
  auto each = [&](const auto& table, std::string_view filter, std::string_view mark, auto&& take) {
    if (full || (!request.entity_filter().empty() && request.entity_filter() != filter)) return;
    for (const std::string& key : table.with(index, value)) {
      const auto* entity = table.find(key);
      const std::string place = std::string(mark) + entity->name;
      if (pager->skips(place) || !entity->path.starts_with(request.path_prefix())) continue;
      if (!pager->admits(place)) {
        full = true;
        return;
      }
      take(*entity);
    }
  };
  wire::ListOf<wire::iam::PolicyGroup> groups;
  wire::ListOf<wire::iam::PolicyUser> users;
  wire::ListOf<wire::iam::PolicyRole> roles;
  each(call.turn.state.groups, "Group", "1", [&](const core::iam::Group& group) {
    groups.push_back(wire::iam::PolicyGroup().set_group_name(group.name).set_group_id(group.id));
  });
  each(call.turn.state.roles, "Role", "2", [&](const core::iam::Role& role) {
    roles.push_back(wire::iam::PolicyRole().set_role_name(role.name).set_role_id(role.id));
  });
  each(call.turn.state.users, "User", "3", [&](const core::iam::User& user) {
    users.push_back(wire::iam::PolicyUser().set_user_name(user.name).set_user_id(user.id));
  });
  wire::iam::ListEntitiesForPolicyResponse response;
  response.set_policy_groups(std::move(groups))
      .set_policy_users(std::move(users))
      .set_policy_roles(std::move(roles));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
