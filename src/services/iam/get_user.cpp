#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

namespace {

// The account's root is no IAM user: it has no name and no path.
wire::iam::User root_view(const Call& call) {
  const std::string& account = call.realm.account;
  wire::iam::User view;
  view.set_user_id(account).set_arn("arn:aws:iam::" + account + ":root");
  if (const auto* row = call.turn.state.accounts.find(core::Account{.id = account}.key()))
    view.set_create_date(whole_seconds(row->created_at));
  return view;
}

}  // namespace

// Without a name: who calls.
Result<wire::Value> get_user(Call& call) {
  const wire::iam::GetUserRequest request(call.input);
  auto name = find_key_holder(call, request.user_name());
  if (!name) return pass(name);
  wire::iam::GetUserResponse response;
  if (name->empty()) {
    response.set_user(root_view(call));
  } else {
    auto user = find_user(call, *name);
    if (!user) return pass(user);
    response.set_user(user_view(**user, Detail::whole));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
