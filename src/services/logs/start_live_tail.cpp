#include "services/logs/filter_pattern.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

using Request = wire::logs::StartLiveTailRequest;

Result<> check_streams(const Request& request) {
  const bool names = request.has_log_stream_names(), prefixes = request.has_log_stream_name_prefixes();
  if (names && prefixes)
    return invalid("Only one of logStreamNames and logStreamNamePrefixes can be specified.");
  if ((names || prefixes) && request.log_group_identifiers().size() > 1)
    return invalid("Log streams can be specified for one log group only.");
  for (const std::string_view name : request.log_stream_names())
    if (auto valid = check_stream_name(name, "logStreamNames"); !valid) return valid;
  for (const std::string_view name : request.log_stream_name_prefixes())
    if (auto valid = check_stream_name(name, "logStreamNamePrefixes"); !valid) return valid;
  return {};
}

}  // namespace

// The plan is what LiveTailHub::open() takes; docs of its members are there.
Result<wire::Value> start_live_tail(Call& call) {
  const Request request(call.input);
  if (auto valid = check_streams(request); !valid) return pass(valid);
  if (auto pattern = FilterPattern::parse(request.log_event_filter_pattern()); !pattern) return pass(pattern);
  wire::Value groups = wire::Value::list();
  for (const std::string_view identifier : request.log_group_identifiers()) {
    if (identifier.ends_with('*'))
      return invalid("The ARN " + std::string(identifier) + " can't end with an asterisk.");
    auto group = find_group_by_identifier(call, identifier);
    if (!group) return pass(group);
    groups.push_back((*group)->arn());
  }
  return wire::Value::object({{"sessionId", random_uuid(call.turn.random)},
                              {"account", call.realm.account},
                              {"groups", std::move(groups)},
                              {"request", call.input}});
}

}  // namespace slipway::services::logs
