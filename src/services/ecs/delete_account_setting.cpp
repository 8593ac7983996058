#include "services/ecs/account_settings.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// What held before is answered; of a setting that nobody chose, what holds.
Result<wire::Value> delete_account_setting(Call& call) {
  wire::ecs::DeleteAccountSettingRequest request(call.input);
  if (auto checked = check_setting_name(request.name()); !checked) return pass(checked);
  auto principal = setting_principal(call, request.principal_arn());
  if (!principal) return pass(principal);
  core::State& state = call.turn.state;
  wire::ecs::DeleteAccountSettingResponse response;
  response.set_setting(effective_setting(call, request.name(), *principal));
  const std::string key = core::ecs::AccountSetting::key_of(call.realm, request.name(), *principal);
  if (state.account_settings.find(key)) call.turn.erase(state.account_settings, key);
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
