#include "auth/access_key.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

Result<wire::Value> create_user(Call& call) {
  const wire::iam::CreateUserRequest request(call.input);
  if (auto good = check_name("userName", request.user_name()); !good) return pass(good);
  if (auto good = check_path(request.path()); !good) return pass(good);
  if (auto good = check_boundary(call, request.permissions_boundary()); !good) return pass(good);
  if (auto good = check_user_is_new(call, request.user_name()); !good) return pass(good);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);

  core::iam::User user;
  user.account = call.realm.account;
  user.name = request.user_name();
  user.id = auth::new_unique_id(call.turn.random, "AIDA");
  user.path = request.path().empty() ? "/" : request.path();
  user.permissions_boundary = request.permissions_boundary();
  user.tags = std::move(*tags);
  user.created_at = call.now();
  wire::iam::CreateUserResponse response;
  response.set_user(user_view(user, Detail::whole));
  call.turn.put(call.turn.state.users, std::move(user));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
