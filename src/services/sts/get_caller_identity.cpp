#include "services/sts/table.hpp"
#include "wire/gen/sts.hpp"

namespace slipway::services::sts {

// Needs no permission: whoever signs may ask who they are.
Result<wire::Value> get_caller_identity(Call& call) {
  wire::sts::GetCallerIdentityResponse response;
  response.set_user_id(call.caller.user_id).set_account(call.caller.account).set_arn(call.caller.arn);
  return std::move(response).raw();
}

}  // namespace slipway::services::sts
