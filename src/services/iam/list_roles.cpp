#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_roles(Call& call) {
  const wire::iam::ListRolesRequest request(call.input);
  auto pager = Pager::open(call, request, request.path_prefix());
  if (!pager) return pass(pager);
  wire::iam::ListRolesResponse response;
  wire::ListOf<wire::iam::Role> page;
  call.turn.state.roles.scan(core::iam::global_prefix(call.realm.account), pager->after(),
                             [&](const core::iam::Role& role) {
                               if (!role.path.starts_with(request.path_prefix())) return true;
                               if (!pager->admits(role.key())) return false;
                               page.push_back(role_view(role, Detail::listed));
                               return true;
                             });
  response.set_roles(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
