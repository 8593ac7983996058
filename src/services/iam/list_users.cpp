#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_users(Call& call) {
  const wire::iam::ListUsersRequest request(call.input);
  auto pager = Pager::open(call, request, request.path_prefix());
  if (!pager) return pass(pager);
  wire::iam::ListUsersResponse response;
  wire::ListOf<wire::iam::User> page;
  call.turn.state.users.scan(core::iam::global_prefix(call.realm.account), pager->after(),
                             [&](const core::iam::User& user) {
                               if (!user.path.starts_with(request.path_prefix())) return true;
                               if (!pager->admits(user.key())) return false;
                               page.push_back(user_view(user, Detail::listed));
                               return true;
                             });
  response.set_users(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
