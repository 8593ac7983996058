#include "auth/access_key.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"
#include "services/iam/trust_policy.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

namespace {

constexpr std::int64_t default_max_session_s = 3'600;

}  // namespace

Result<wire::Value> create_role(Call& call) {
  const wire::iam::CreateRoleRequest request(call.input);
  if (auto good = check_name("roleName", request.role_name()); !good) return pass(good);
  if (auto good = check_path(request.path()); !good) return pass(good);
  if (auto good = check_boundary(call, request.permissions_boundary()); !good) return pass(good);
  if (auto good = check_trust_policy(request.assume_role_policy_document()); !good) return pass(good);
  if (auto good = check_role_is_new(call, request.role_name()); !good) return pass(good);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);

  core::iam::Role role;
  role.account = call.realm.account;
  role.name = request.role_name();
  role.id = auth::new_unique_id(call.turn.random, "AROA");
  role.path = request.path().empty() ? "/" : request.path();
  role.description = request.description();
  role.trust_policy = request.assume_role_policy_document();
  role.max_session_s =
      request.has_max_session_duration() ? request.max_session_duration() : default_max_session_s;
  role.permissions_boundary = request.permissions_boundary();
  role.tags = std::move(*tags);
  role.created_at = call.now();
  wire::iam::CreateRoleResponse response;
  response.set_role(role_view(role, Detail::whole));
  call.turn.put(call.turn.state.roles, std::move(role));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
