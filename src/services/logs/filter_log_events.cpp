#include "base/limits.hpp"
#include "services/common/page.hpp"
#include "services/logs/event_number.hpp"
#include "services/logs/filter_pattern.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

using Request = wire::logs::FilterLogEventsRequest;

wire::Value reference(const core::logs::LogStream& stream) {
  return wire::Value::object({{"id", stream.id}, {"name", stream.name}});
}

Result<wire::Value> named_streams(const Call& call, const core::logs::LogGroup& group,
                                  const Request& request) {
  wire::Value streams = wire::Value::list();
  for (const std::string_view name : request.log_stream_names()) {
    auto stream = find_stream(call, group, name);
    if (!stream) return pass(stream);
    streams.push_back(reference(**stream));
  }
  return streams;
}

// Few streams with a prefix are read one by one; of many, the group is read and the others left out.
wire::Value prefixed_streams(const Call& call, const core::logs::LogGroup& group, std::string_view prefix) {
  wire::Value streams = wire::Value::list();
  call.turn.state.log_streams.scan(group.streams_prefix().append(prefix), "",
                                   [&](const core::logs::LogStream& stream) {
                                     streams.push_back(reference(stream));
                                     return streams.size() <= limits::log_filter_streams;
                                   });
  return streams.size() <= limits::log_filter_streams ? streams : wire::Value();
}

// All that the answer depends on but the page's size.
std::string question(const Request& request, std::string_view group_id) {
  std::string text = "FilterLogEvents\n" + std::string(group_id);
  for (const std::string_view name : request.log_stream_names()) text.append("\n:").append(name);
  text.append("\n").append(request.log_stream_name_prefix());
  text.append("\n").append(std::to_string(request.start_time()));
  text.append("\n").append(request.has_end_time() ? std::to_string(request.end_time()) : "");
  return text.append("\n").append(request.filter_pattern());
}

Result<store::LogGroupQuery> query_of(const Request& request, const wire::Value& plan) {
  store::LogGroupQuery query{
      .group_id = std::string(plan.get("group").string()),
      .name_prefix = std::string(request.log_stream_name_prefix()),
      .from = {request.start_time()},
      .events_max = request.has_limit() ? std::size_t(request.limit()) : limits::log_page_events,
      .bytes_max = limits::log_page_bytes,
      .scanned_bytes_max = limits::log_scan_bytes};
  if (request.has_end_time() && request.end_time() < INT64_MAX) query.until = {request.end_time() + 1};
  if (const wire::Value* streams = plan.find("streams")) {
    query.streams.emplace();
    for (const wire::Value& stream : streams->items())
      query.streams->push_back(
          {std::string(stream.get("id").string()), std::string(stream.get("name").string())});
  }
  if (request.has_next_token()) {
    auto number = open_page_token(request.next_token(), question(request, query.group_id));
    if (number) query.position = position_of(query.group_id, *number);
    if (!query.position) return invalid("The specified nextToken is invalid.");
  }
  return query;
}

}  // namespace

Result<wire::Value> filter_log_events(Call& call) {
  const Request request(call.input);
  if (request.has_log_stream_names() && request.has_log_stream_name_prefix())
    return invalid("Only one of logStreamNames and logStreamNamePrefix can be specified.");
  if (auto valid = check_stream_name(request.log_stream_name_prefix(), "logStreamNamePrefix"); !valid)
    return pass(valid);
  auto group = find_group(call, request.log_group_name(), request.log_group_identifier());
  if (!group) return pass(group);
  wire::Value plan = wire::Value::object({{"group", (*group)->id}});
  wire::Value streams;
  if (request.has_log_stream_names()) {
    auto named = named_streams(call, **group, request);
    if (!named) return named;
    streams = std::move(*named);
  } else if (request.has_log_stream_name_prefix()) {
    streams = prefixed_streams(call, **group, request.log_stream_name_prefix());
  }
  if (streams) plan.set("streams", std::move(streams));
  return plan;
}

Result<wire::Value> filter_log_events_work(BulkCall& call) {
  const Request request(call.input);
  auto pattern = FilterPattern::parse(request.filter_pattern());
  if (!pattern) return pass(pattern);
  auto query = query_of(request, call.plan);
  if (!query) return pass(query);
  if (!pattern->matches_everything())
    query->matches = [&pattern](std::string_view message) { return pattern->matches(message); };
  auto page = call.logs.read_group(*query);
  if (!page) return pass(page);

  wire::logs::FilterLogEventsResponse response;
  response.set_events({}).set_searched_log_streams({});
  for (const store::LogGroupEvent& found : page->events) {
    wire::logs::FilteredLogEvent out;
    out.set_log_stream_name(found.stream_name)
        .set_timestamp(found.event.timestamp.ms)
        .set_message(found.event.message)
        .set_ingestion_time(found.event.ingested.ms)
        .set_event_id(event_number(found.stream_id, {found.event.timestamp, found.event.sequence}));
    response.add_events(std::move(out));
  }
  if (page->next)
    response.set_next_token(
        page_token(event_number(query->group_id, *page->next), question(request, query->group_id)));
  return std::move(response).raw();
}

}  // namespace slipway::services::logs
