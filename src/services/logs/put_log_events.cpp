#include <algorithm>

#include "base/limits.hpp"
#include "services/logs/live_tail.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

using Events = wire::ListOf<wire::logs::InputLogEvent>;
constexpr std::int64_t day_ms = 24 * 3'600'000;

// Which events of a batch are taken: [begin, end). Those before are too old or past the group's retention,
// those after too far ahead.
struct Accepted {
  std::size_t too_old = 0, expired = 0, end = 0;

  std::size_t begin() const { return std::max(too_old, expired); }
};

Result<> check_batch(const Events& events) {
  std::size_t bytes = 0;
  std::int64_t last = 0;
  for (const auto& event : events) {
    bytes += event.message().size() + limits::log_event_overhead_bytes;
    if (event.timestamp() < last)
      return invalid("Log events in a single PutLogEvents request must be in chronological order.");
    last = event.timestamp();
  }
  if (bytes > limits::log_batch_bytes)
    return invalid("Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of " +
                   std::to_string(limits::log_batch_bytes));
  return {};
}

Accepted accept(const Events& events, std::int64_t retention_days, Instant now) {
  const std::int64_t oldest = now.ms - limits::log_event_age_ms;
  const std::int64_t retained = retention_days > 0 ? now.ms - retention_days * day_ms : 0;
  Accepted accepted;
  for (const auto& event : events) {
    if (event.timestamp() > now.ms + limits::log_event_ahead_ms) break;
    ++accepted.end;
    if (event.timestamp() < oldest) accepted.too_old = accepted.end;
    if (event.timestamp() < retained) accepted.expired = accepted.end;
  }
  return accepted;
}

wire::logs::PutLogEventsResponse answer(const Accepted& accepted, std::size_t given,
                                        std::string_view stream_id) {
  wire::logs::PutLogEventsResponse response;
  response.set_next_sequence_token(sequence_token(stream_id));
  wire::logs::RejectedLogEventsInfo rejected;
  if (accepted.too_old > 0) rejected.set_too_old_log_event_end_index(std::int64_t(accepted.too_old));
  if (accepted.expired > 0) rejected.set_expired_log_event_end_index(std::int64_t(accepted.expired));
  if (accepted.end < given) rejected.set_too_new_log_event_start_index(std::int64_t(accepted.end));
  if (!rejected.raw().empty()) response.set_rejected_log_events_info(std::move(rejected));
  return response;
}

}  // namespace

Result<wire::Value> put_log_events(Call& call) {
  const wire::logs::PutLogEventsRequest request(call.input);
  if (auto valid = check_stream_name(request.log_stream_name()); !valid) return pass(valid);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  auto stream = find_stream(call, **group, request.log_stream_name());
  if (!stream) return pass(stream);
  return wire::Value::object(
      {{"stream", (*stream)->id}, {"arn", (*group)->arn()}, {"retentionDays", (*group)->retention_days}});
}

Result<wire::Value> put_log_events_work(BulkCall& call) {
  const wire::logs::PutLogEventsRequest request(call.input);
  const Events given = request.log_events();
  if (auto valid = check_batch(given); !valid) return pass(valid);
  const Accepted accepted = accept(given, call.plan.get("retentionDays").integer(), call.now);
  std::vector<store::LogEvent> events;
  for (std::size_t i = accepted.begin(); i < accepted.end; ++i)
    events.push_back({{given[i].timestamp()}, call.now, std::string(given[i].message())});
  if (!events.empty() && events.back().timestamp - events.front().timestamp > limits::log_batch_span_ms)
    return invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");

  const std::string_view stream_id = call.plan.get("stream").string();
  // Kept with the events and told by DescribeLogStreams: a writer that does not know whether a batch arrived
  // can ask. Tokens that are none of its making (ours, AWS's) mean nothing any more, as AWS says.
  const std::string_view token = request.sequence_token();
  const std::string_view mark = token.starts_with(writer_mark_prefix) ? token : std::string_view();
  auto appended =
      call.logs.append({std::string(stream_id), std::string(request.log_stream_name())}, events, mark);
  if (!appended) return pass(appended);
  if (call.live_tail && !events.empty())
    call.live_tail->publish(call.plan.get("arn").string(), request.log_stream_name(), events);
  return answer(accepted, given.size(), stream_id).raw();
}

}  // namespace slipway::services::logs
