#include "services/ecs/account_settings.hpp"

#include <algorithm>
#include <array>

#include "services/ecs/errors.hpp"

namespace slipway::services::ecs {
namespace {

struct Known {
  std::string_view name;
  std::string_view otherwise;              // where nobody chose
  std::array<std::string_view, 4> values;  // that it can have; none: it cannot be set
};

constexpr std::array<std::string_view, 4> on_off = {"enabled", "disabled", "on", "off"};
constexpr std::array<Known, 11> known_settings = {{
    {"awsvpcTrunking", "disabled", on_off},
    {"containerInsights", "disabled", {"enabled", "disabled", "enhanced"}},
    {"containerInstanceLongArnFormat", "enabled", on_off},
    {"defaultLogDriverMode", "non-blocking", {"blocking", "non-blocking"}},
    {"fargateEventWindows", "disabled", on_off},
    {"fargateFIPSMode", "disabled", on_off},
    {"fargateTaskRetirementWaitPeriod", "7", {"0", "7", "14"}},
    {"guardDutyActivate", "off", {}},
    {"serviceLongArnFormat", "enabled", on_off},
    {"tagResourceAuthorization", "on", on_off},
    {"taskLongArnFormat", "enabled", on_off},
}};

const Known* known(std::string_view name) {
  const auto* found = std::ranges::find(known_settings, name, &Known::name);
  return found == known_settings.end() ? nullptr : found;
}

}  // namespace

Result<> check_setting_name(std::string_view name) {
  if (known(name)) return {};
  std::string all;
  for (const Known& each : known_settings) all += (all.empty() ? "" : ", ") + std::string(each.name);
  return invalid_parameter("name must be one of [" + all + "].");
}

Result<> check_setting(std::string_view name, std::string_view value) {
  if (auto checked = check_setting_name(name); !checked) return checked;
  const Known& setting = *known(name);
  if (setting.values[0].empty())
    return invalid_parameter("The setting " + std::string(name) + " cannot be changed.");
  if (!value.empty() && std::ranges::find(setting.values, value) != setting.values.end()) return {};
  std::string all;
  for (const auto each : setting.values)
    if (!each.empty()) all += (all.empty() ? "" : ", ") + std::string(each);
  return invalid_parameter("The value of " + std::string(name) + " must be one of [" + all + "].");
}

std::string root_arn(const Call& call) {
  return "arn:aws:iam::" + call.realm.account + ":root";
}

Result<std::string> setting_principal(const Call& call, std::string_view given) {
  if (given.empty()) return call.caller.role_arn.empty() ? call.caller.arn : call.caller.role_arn;
  const auto arn = Arn::parse(given);
  const bool is_principal =
      arn && arn->service == "iam" &&
      (arn->resource == "root" || arn->resource.starts_with("user/") || arn->resource.starts_with("role/"));
  if (!is_principal || arn->account != call.realm.account)
    return invalid_parameter("principalArn must be the ARN of a user, a role or the root of this account.");
  return std::string(given);
}

wire::ecs::Setting setting_view(std::string_view name, std::string_view value, std::string_view principal) {
  wire::ecs::Setting view;
  view.set_name(name).set_value(value).set_principal_arn(principal);
  view.set_type(known(name)->values[0].empty() ? "aws_managed" : "user");
  return view;
}

wire::ecs::Setting effective_setting(const Call& call, std::string_view name, const std::string& principal) {
  for (const std::string& whose : {principal, root_arn(call)})
    if (const auto* chosen = call.turn.state.account_settings.find(
            core::ecs::AccountSetting::key_of(call.realm, name, whose)))
      return setting_view(name, chosen->value, principal);
  return setting_view(name, known(name)->otherwise, principal);
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const Known& each : known_settings) names.push_back(each.name);
  return names;
}

}  // namespace slipway::services::ecs
