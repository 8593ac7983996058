#include "services/ecs/account_settings.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {
namespace {

void put(Call& call, std::string_view name, std::string_view value, const std::string& principal) {
  call.turn.put(call.turn.state.account_settings,
                core::ecs::AccountSetting{call.realm, std::string(name), principal, std::string(value), {}});
}

}  // namespace

Result<wire::Value> put_account_setting(Call& call) {
  wire::ecs::PutAccountSettingRequest request(call.input);
  if (auto checked = check_setting(request.name(), request.value()); !checked) return pass(checked);
  auto principal = setting_principal(call, request.principal_arn());
  if (!principal) return pass(principal);
  put(call, request.name(), request.value(), *principal);
  wire::ecs::PutAccountSettingResponse response;
  response.set_setting(setting_view(request.name(), request.value(), *principal));
  return std::move(response).raw();
}

// For everybody in the account who chose nothing.
Result<wire::Value> put_account_setting_default(Call& call) {
  wire::ecs::PutAccountSettingDefaultRequest request(call.input);
  if (auto checked = check_setting(request.name(), request.value()); !checked) return pass(checked);
  put(call, request.name(), request.value(), root_arn(call));
  wire::ecs::PutAccountSettingDefaultResponse response;
  response.set_setting(setting_view(request.name(), request.value(), root_arn(call)));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
