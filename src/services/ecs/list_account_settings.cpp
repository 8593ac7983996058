#include "services/ecs/account_settings.hpp"
#include "services/ecs/listing.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// What a principal chose; with effectiveSettings, what holds for it.
Result<wire::Value> list_account_settings(Call& call) {
  wire::ecs::ListAccountSettingsRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  if (request.has_name())
    if (auto checked = check_setting_name(request.name()); !checked) return pass(checked);
  if (request.has_value() && !request.has_name())
    return invalid_parameter("A name must be specified with the value.");
  auto principal = setting_principal(call, request.principal_arn());
  if (!principal) return pass(principal);

  std::map<std::string, wire::ecs::Setting> found;
  for (const auto name : setting_names()) {
    if (request.has_name() && request.name() != name) continue;
    if (!request.effective_settings() &&
        !call.turn.state.account_settings.find(core::ecs::AccountSetting::key_of(call.realm, name, *principal)))
      continue;
    wire::ecs::Setting setting = effective_setting(call, name, *principal);
    if (!request.has_value() || request.value() == setting.value()) found.emplace(name, std::move(setting));
  }
  std::set<std::string> names;
  for (const auto& [name, setting] : found) names.insert(name);
  wire::ecs::ListAccountSettingsResponse response;
  response.set_settings({});
  list_page(*listing, names, response, [&](const std::string& name) {
    response.add_settings(found.at(name));
    return true;
  });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
