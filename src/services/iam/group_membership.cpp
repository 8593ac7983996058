#include <algorithm>

#include "base/limits.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

// Who is in which group. A user holds the names of its groups.
namespace slipway::services::iam {

Result<wire::Value> add_user_to_group(Call& call) {
  const wire::iam::AddUserToGroupRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  const auto& held = (*user)->groups;
  if (std::ranges::find(held, request.group_name()) != held.end()) return wire::Value::object();
  if (held.size() >= limits::groups_per_user) return over_quota("GroupsPerUser", limits::groups_per_user);
  call.turn.modify(call.turn.state.users, (*user)->key(), [&](core::iam::User& changed) {
    changed.groups.emplace_back(request.group_name());
    std::ranges::sort(changed.groups);
  });
  return wire::Value::object();
}

Result<wire::Value> remove_user_from_group(Call& call) {
  const wire::iam::RemoveUserFromGroupRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  const auto& held = (*user)->groups;
  if (std::ranges::find(held, request.group_name()) == held.end())
    return no_such_entity("User " + (*user)->name + " is not in group " + (*group)->name + ".");
  call.turn.modify(call.turn.state.users, (*user)->key(),
                   [&](core::iam::User& changed) { std::erase(changed.groups, request.group_name()); });
  return wire::Value::object();
}

Result<wire::Value> list_groups_for_user(Call& call) {
  const wire::iam::ListGroupsForUserRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  auto pager = Pager::open(call, request, request.user_name());
  if (!pager) return pass(pager);
  wire::ListOf<wire::iam::Group> page;
  for (const std::string& name : (*user)->groups) {
    auto group = find_group(call, name);
    if (!group || pager->skips(name)) continue;
    if (!pager->admits(name)) break;
    page.push_back(group_view(**group));
  }
  wire::iam::ListGroupsForUserResponse response;
  response.set_groups(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
