#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_role_tags(Call& call) {
  const wire::iam::ListRoleTagsRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  return list_tags<wire::iam::ListRoleTagsResponse>(call, request, request.role_name(), (*role)->tags);
}

}  // namespace slipway::services::iam
