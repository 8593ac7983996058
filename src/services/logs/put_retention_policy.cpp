#include <algorithm>
#include <array>

#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::array<std::int64_t, 22> allowed_days{
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

Result<> check_days(std::int64_t days) {
  if (std::ranges::find(allowed_days, days) != allowed_days.end()) return {};
  std::string set;
  for (std::int64_t allowed : allowed_days) set += (set.empty() ? "" : ", ") + std::to_string(allowed);
  return invalid(
      "1 validation error detected: Value '" + std::to_string(days) +
      "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [" + set +
      "]");
}

}  // namespace

Result<wire::Value> put_retention_policy(Call& call) {
  const wire::logs::PutRetentionPolicyRequest request(call.input);
  if (auto valid = check_days(request.retention_in_days()); !valid) return pass(valid);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(), [&](core::logs::LogGroup& changed) {
    changed.retention_days = request.retention_in_days();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
