#include <algorithm>

#include "base/limits.hpp"
#include "services/logs/event_number.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

using Request = wire::logs::GetLogEventsRequest;

// Where a page starts and which way it is read. A forward position is the last event before the page, a
// backward one the first event after it.
struct Start {
  bool forward = false;
  std::optional<store::LogPosition> at;
};

Result<Start> start_of(const Request& request, std::string_view stream_id) {
  if (!request.has_next_token()) return Start{request.start_from_head(), {}};
  std::string_view token = request.next_token();
  const bool forward = token.starts_with("f/"), backward = token.starts_with("b/");
  if (!forward && !backward) return invalid("The specified nextToken is invalid.");
  token.remove_prefix(2);
  if (!token.ends_with("/s")) return invalid("The specified nextToken is invalid.");
  token.remove_suffix(2);
  auto at = position_of(stream_id, token);
  if (!at) return invalid("The specified nextToken is invalid.");
  return Start{forward, at};
}

std::string token(char direction, std::string_view stream_id, store::LogPosition at) {
  return std::string(1, direction) + "/" + event_number(stream_id, at) + "/s";
}

store::LogPosition position(const store::LogEvent& event) {
  return {event.timestamp, event.sequence};
}

// The gap where an empty page lies, as the last event before it. Without a token an empty page leaves nothing
// before it in the range, so what comes later comes after its start.
store::LogPosition gap(const Start& start, const Request& request) {
  if (!start.at) return {{request.start_time()}, 0};
  if (start.forward || start.at->sequence == 0) return *start.at;
  return {start.at->timestamp, start.at->sequence - 1};
}

}  // namespace

Result<wire::Value> get_log_events(Call& call) {
  const Request request(call.input);
  auto group = find_group(call, request.log_group_name(), request.log_group_identifier());
  if (!group) return pass(group);
  auto stream = find_stream(call, **group, request.log_stream_name());
  if (!stream) return pass(stream);
  return wire::Value::object({{"stream", (*stream)->id}});
}

Result<wire::Value> get_log_events_work(BulkCall& call) {
  const Request request(call.input);
  const std::string stream_id(call.plan.get("stream").string());
  auto start = start_of(request, stream_id);
  if (!start) return pass(start);
  store::LogQuery query{
      .stream_id = stream_id,
      .from = {request.start_time()},
      .forward = start->forward,
      .position = start->at,
      .events_max = request.has_limit() ? std::size_t(request.limit()) : limits::log_page_events,
      .bytes_max = limits::log_page_bytes};
  if (request.has_end_time()) query.until = {request.end_time()};
  auto page = call.logs.read(query);
  if (!page) return pass(page);

  wire::logs::GetLogEventsResponse response;
  response.set_events({});
  for (const store::LogEvent& event : page->events) {
    wire::logs::OutputLogEvent out;
    out.set_timestamp(event.timestamp.ms).set_message(event.message).set_ingestion_time(event.ingested.ms);
    response.add_events(std::move(out));
  }
  // An event's own position goes on after it forwards, and before it backwards. In an empty page both tokens
  // name the gap; at either end that is the token that was given.
  store::LogPosition last = gap(*start, request), first{last.timestamp, last.sequence + 1};
  if (!page->events.empty()) {
    last = position(page->events.back());
    first = position(page->events.front());
  }
  response.set_next_forward_token(token('f', stream_id, last));
  response.set_next_backward_token(token('b', stream_id, first));
  return std::move(response).raw();
}

}  // namespace slipway::services::logs
