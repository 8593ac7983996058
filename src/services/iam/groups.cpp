#include "auth/access_key.hpp"
#include "base/limits.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

// A group's life: CreateGroup, GetGroup with its members, DeleteGroup, ListGroups.
namespace slipway::services::iam {

wire::iam::Group group_view(const core::iam::Group& group) {
  wire::iam::Group view;
  view.set_path(group.path)
      .set_group_name(group.name)
      .set_group_id(group.id)
      .set_arn(group.arn())
      .set_create_date(whole_seconds(group.created_at));
  return view;
}

Result<wire::Value> create_group(Call& call) {
  const wire::iam::CreateGroupRequest request(call.input);
  if (auto good = check_name("groupName", request.group_name()); !good) return pass(good);
  if (auto good = check_path(request.path()); !good) return pass(good);
  if (auto good = check_group_is_new(call, request.group_name()); !good) return pass(good);
  std::size_t held = 0;
  call.turn.state.groups.scan(core::iam::global_prefix(call.realm.account), "",
                              [&](const auto&) { return ++held < limits::groups_per_account; });
  if (held >= limits::groups_per_account) return over_quota("GroupsPerAccount", limits::groups_per_account);
  core::iam::Group group;
  group.account = call.realm.account;
  group.name = request.group_name();
  group.id = auth::new_unique_id(call.turn.random, "AGPA");
  group.path = request.path().empty() ? "/" : request.path();
  group.created_at = call.now();
  wire::iam::CreateGroupResponse response;
  response.set_group(group_view(group));
  call.turn.put(call.turn.state.groups, std::move(group));
  return std::move(response).raw();
}

Result<wire::Value> get_group(Call& call) {
  const wire::iam::GetGroupRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto pager = Pager::open(call, request, request.group_name());
  if (!pager) return pass(pager);
  wire::ListOf<wire::iam::User> members;
  for (const std::string& key : call.turn.state.users.with("group", (*group)->key())) {
    if (pager->skips(key)) continue;
    if (!pager->admits(key)) break;
    members.push_back(user_view(*call.turn.state.users.find(key), Detail::listed));
  }
  wire::iam::GetGroupResponse response;
  response.set_group(group_view(**group)).set_users(std::move(members));
  pager->close(response);
  return std::move(response).raw();
}

Result<wire::Value> delete_group(Call& call) {
  const wire::iam::DeleteGroupRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  if (!call.turn.state.users.with("group", (*group)->key()).empty())
    return delete_conflict("Cannot delete entity, must remove users from group first.");
  if (!(*group)->attached_policy_arns.empty())
    return delete_conflict("Cannot delete entity, must detach all policies first.");
  if (!(*group)->policies.empty())
    return delete_conflict("Cannot delete entity, must delete policies first.");
  call.turn.erase(call.turn.state.groups, (*group)->key());
  return wire::Value::object();
}

Result<wire::Value> list_groups(Call& call) {
  const wire::iam::ListGroupsRequest request(call.input);
  auto pager = Pager::open(call, request, request.path_prefix());
  if (!pager) return pass(pager);
  wire::ListOf<wire::iam::Group> page;
  call.turn.state.groups.scan(core::iam::global_prefix(call.realm.account), pager->after(),
                              [&](const core::iam::Group& group) {
                                if (!group.path.starts_with(request.path_prefix())) return true;
                                if (!pager->admits(group.key())) return false;
                                page.push_back(group_view(group));
                                return true;
                              });
  wire::iam::ListGroupsResponse response;
  response.set_groups(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
