#include "services/kms/alias.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::services::kms {

Result<> check_alias_name(std::string_view name) {
  static constexpr std::string_view prefix = "alias/";
  if (!name.starts_with(prefix)) return invalid("Invalid identifier: an alias name starts with alias/.");
  if (name.starts_with("alias/aws/") || name == "alias/aws")
    return fail("NotAuthorizedException", "Alias names that start with alias/aws are reserved for AWS.");
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-';
  };
  if (name == prefix || !std::ranges::all_of(name, good))
    return fail("InvalidAliasNameException",
                "Alias contains invalid characters. Letters, digits, '/', '_' and '-' are allowed.");
  return {};
}

Result<const core::kms::Alias*> find_alias(const Call& call, std::string_view name) {
  if (auto valid = check_alias_name(name); !valid) return pass(valid);
  const auto* alias = call.turn.state.kms_aliases.find(core::kms::Alias::key_of(call.realm, name));
  if (!alias) return fail("NotFoundException", "Alias " + call.realm.arn("kms", name) + " is not found.");
  return alias;
}

Result<const Key*> find_target(Call& call, std::string_view key_id) {
  if (key_id.starts_with("alias/")) return invalid("Aliases must refer to keys. Not aliases");
  return find_living_key(call, key_id);
}

Result<> check_room_for_alias(const Call& call, const Key& key) {
  if (call.turn.state.kms_aliases.with("key", key.key()).size() < limits::kms_aliases_per_key) return {};
  return fail("LimitExceededException", "A key can have no more than " +
                                            std::to_string(limits::kms_aliases_per_key) + " aliases.");
}

}  // namespace slipway::services::kms
