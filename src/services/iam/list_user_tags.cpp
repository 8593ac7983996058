#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_user_tags(Call& call) {
  const wire::iam::ListUserTagsRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  return list_tags<wire::iam::ListUserTagsResponse>(call, request, request.user_name(), (*user)->tags);
}

}  // namespace slipway::services::iam
