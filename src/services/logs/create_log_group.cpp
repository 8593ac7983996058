#include "base/limits.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> create_log_group(Call& call) {
  const wire::logs::CreateLogGroupRequest request(call.input);
  if (auto valid = check_group_name(request.log_group_name()); !valid) return pass(valid);
  if (request.log_group_name().starts_with("aws/")) return invalid("Log group names can't start with aws/");
  auto& groups = call.turn.state.log_groups;
  core::logs::LogGroup group{.realm = call.realm, .name = std::string(request.log_group_name())};
  // There is no key to encrypt with: a group that says it is encrypted must be.
  if (request.has_kms_key_id())
    return invalid("The specified KMS key does not exist or is not allowed to be used with Arn '" +
                   group.arn() + "'");
  if (groups.find(group.key()))
    return fail("ResourceAlreadyExistsException", "The specified log group already exists");
  if (groups.size() >= limits::log_groups) return fail("LimitExceededException", "Resource limit exceeded.");
  if (auto added = add_tags(group.tags, request.tags()); !added) return pass(added);
  group.id = random_hex(call.turn.random, 16);
  group.log_group_class =
      request.has_log_group_class() ? request.log_group_class() : wire::logs::LogGroupClass::STANDARD;
  group.deletion_protection = request.deletion_protection_enabled();
  group.created_at = call.now();
  call.turn.put(groups, std::move(group));
  return wire::Value::object();
}

}  // namespace slipway::services::logs
