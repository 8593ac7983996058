#include "auth/access_key.hpp"
#include "base/limits.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"
#include "services/iam/views.hpp"

// Instance profiles: kept, told and tied to a role, as infrastructure code expects. There are no EC2
// instances here to give them to; a node has its own credentials.
namespace slipway::services::iam {
namespace {

using core::iam::InstanceProfile;

wire::iam::InstanceProfile view_of(const Call& call, const InstanceProfile& profile) {
  wire::iam::InstanceProfile view;
  view.set_path(profile.path)
      .set_instance_profile_name(profile.name)
      .set_instance_profile_id(profile.id)
      .set_arn(profile.arn())
      .set_create_date(whole_seconds(profile.created_at));
  wire::ListOf<wire::iam::Role> roles;
  if (const auto* role =
          call.turn.state.roles.find(core::iam::Role::key_of(profile.account, profile.role_name)))
    roles.push_back(role_view(*role, Detail::listed));
  view.set_roles(std::move(roles));
  if (!profile.tags.empty()) view.set_tags(tags_view(profile.tags));
  return view;
}

void put_role(Call& call, const InstanceProfile& profile, std::string_view role_name) {
  call.turn.modify(call.turn.state.instance_profiles, profile.key(),
                   [&](InstanceProfile& changed) { changed.role_name = role_name; });
}

}  // namespace

Result<wire::Value> create_instance_profile(Call& call) {
  const wire::iam::CreateInstanceProfileRequest request(call.input);
  const std::string_view name = request.instance_profile_name();
  if (auto good = check_name("instanceProfileName", name); !good) return pass(good);
  if (auto good = check_path(request.path()); !good) return pass(good);
  if (auto good = check_instance_profile_is_new(call, name); !good) return pass(good);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);
  if (call.turn.state.instance_profiles.size() >= limits::instance_profiles)
    return over_quota("InstanceProfilesPerAccount", limits::instance_profiles);
  InstanceProfile profile;
  profile.account = call.realm.account;
  profile.name = name;
  profile.id = auth::new_unique_id(call.turn.random, "AIPA");
  profile.path = request.path().empty() ? "/" : request.path();
  profile.tags = std::move(*tags);
  profile.created_at = call.now();
  wire::iam::CreateInstanceProfileResponse response;
  response.set_instance_profile(view_of(call, profile));
  call.turn.put(call.turn.state.instance_profiles, std::move(profile));
  return std::move(response).raw();
}

Result<wire::Value> get_instance_profile(Call& call) {
  auto profile =
      find_instance_profile(call, wire::iam::GetInstanceProfileRequest(call.input).instance_profile_name());
  if (!profile) return pass(profile);
  wire::iam::GetInstanceProfileResponse response;
  response.set_instance_profile(view_of(call, **profile));
  return std::move(response).raw();
}

Result<wire::Value> delete_instance_profile(Call& call) {
  auto profile = find_instance_profile(
      call, wire::iam::DeleteInstanceProfileRequest(call.input).instance_profile_name());
  if (!profile) return pass(profile);
  if (!(*profile)->role_name.empty())
    return delete_conflict("Cannot delete entity, must remove roles from instance profile first.");
  call.turn.erase(call.turn.state.instance_profiles, (*profile)->key());
  return wire::Value::object();
}

Result<wire::Value> list_instance_profiles(Call& call) {
  const wire::iam::ListInstanceProfilesRequest request(call.input);
  auto pager = Pager::open(call, request, request.path_prefix());
  if (!pager) return pass(pager);
  wire::ListOf<wire::iam::InstanceProfile> page;
  call.turn.state.instance_profiles.scan(core::iam::global_prefix(call.realm.account), pager->after(),
                                         [&](const InstanceProfile& profile) {
                                           if (!profile.path.starts_with(request.path_prefix())) return true;
                                           if (!pager->admits(profile.key())) return false;
                                           page.push_back(view_of(call, profile));
                                           return true;
                                         });
  wire::iam::ListInstanceProfilesResponse response;
  response.set_instance_profiles(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

Result<wire::Value> add_role_to_instance_profile(Call& call) {
  const wire::iam::AddRoleToInstanceProfileRequest request(call.input);
  auto profile = find_instance_profile(call, request.instance_profile_name());
  if (!profile) return pass(profile);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if (!(*profile)->role_name.empty()) return over_quota("RolesPerInstanceProfile", 1);
  put_role(call, **profile, request.role_name());
  return wire::Value::object();
}

Result<wire::Value> remove_role_from_instance_profile(Call& call) {
  const wire::iam::RemoveRoleFromInstanceProfileRequest request(call.input);
  auto profile = find_instance_profile(call, request.instance_profile_name());
  if (!profile) return pass(profile);
  if ((*profile)->role_name != request.role_name())
    return no_such_entity("Role " + std::string(request.role_name()) + " in Instance Profile " +
                          (*profile)->name + " cannot be found.");
  put_role(call, **profile, "");
  return wire::Value::object();
}

Result<wire::Value> list_instance_profiles_for_role(Call& call) {
  const wire::iam::ListInstanceProfilesForRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto pager = Pager::open(call, request, request.role_name());
  if (!pager) return pass(pager);
  wire::ListOf<wire::iam::InstanceProfile> page;
  for (const std::string& key : call.turn.state.instance_profiles.with("role", (*role)->key())) {
    if (pager->skips(key)) continue;
    if (!pager->admits(key)) break;
    page.push_back(view_of(call, *call.turn.state.instance_profiles.find(key)));
  }
  wire::iam::ListInstanceProfilesForRoleResponse response;
  response.set_instance_profiles(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
