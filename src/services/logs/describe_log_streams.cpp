#include "base/limits.hpp"
#include "services/common/page.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/stream_page.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::size_t page_max = 50;
using Request = wire::logs::DescribeLogStreamsRequest;
using Rows = std::map<std::string, core::Table<core::logs::LogStream>::Row, std::less<>>;

bool by_time(const Request& request) {
  return request.order_by() == wire::logs::OrderBy::LastEventTime;
}

std::string question(const Request& request, std::string_view group_id) {
  return "DescribeLogStreams\n" + std::string(group_id) + "\n" + std::string(request.order_by()) + "\n" +
         (request.descending() ? "descending" : "ascending") + "\n" +
         std::string(request.log_stream_name_prefix());
}

// The page in order of name is cut in the turn; `last` is a stream's name.
wire::Value plan_by_name(const Call& call, const Request& request, const core::logs::LogGroup& group,
                         const std::string& last, std::size_t limit) {
  const Rows& rows = call.turn.state.log_streams.rows();
  const std::string all = group.streams_prefix();
  const std::string prefix = all + std::string(request.log_stream_name_prefix());
  auto begin = rows.lower_bound(prefix);
  auto end = rows.lower_bound(prefix + "\xff");  // no byte of UTF-8
  if (!last.empty() && !request.descending()) begin = rows.upper_bound(all + last);
  if (!last.empty() && request.descending()) end = rows.lower_bound(all + last);
  StreamPage page;
  std::string next;
  while (begin != end) {
    if (page.size() == limit) {
      next = page.last_name();
      break;
    }
    page.add(request.descending() ? *std::prev(end)->second : *begin->second);
    request.descending() ? --end : ++begin;
  }
  wire::Value plan = wire::Value::object({{"streams", page.packed()}});
  if (!next.empty()) plan.set("nextToken", page_token(next, question(request, group.id)));
  return plan;
}

// The turn does not know when a stream's last event was: it hands out all names, packed tightly, and the work
// sorts them.
Result<wire::Value> plan_by_time(const Call& call, const core::logs::LogGroup& group) {
  StreamPage page;
  call.turn.state.log_streams.scan(group.streams_prefix(), "", [&](const core::logs::LogStream& stream) {
    page.add(stream);
    return page.size() <= limits::log_streams_sorted;
  });
  if (page.size() > limits::log_streams_sorted)
    return invalid("The log group has more than " + std::to_string(limits::log_streams_sorted) +
                   " log streams: order them by LogStreamName.");
  return wire::Value::object({{"streams", page.packed()}});
}

}  // namespace

Result<wire::Value> describe_log_streams(Call& call) {
  const Request request(call.input);
  if (by_time(request) && request.has_log_stream_name_prefix())
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  if (auto valid = check_stream_name(request.log_stream_name_prefix(), "logStreamNamePrefix"); !valid)
    return pass(valid);
  auto group = find_group(call, request.log_group_name(), request.log_group_identifier());
  if (!group) return pass(group);
  std::string last;
  if (request.has_next_token()) {
    auto key = open_page_token(request.next_token(), question(request, (*group)->id));
    if (!key) return invalid("The specified nextToken is invalid.");
    last = std::move(*key);
  }
  const std::size_t limit = request.has_limit() ? std::size_t(request.limit()) : page_max;
  Result<wire::Value> plan =
      by_time(request) ? plan_by_time(call, **group) : plan_by_name(call, request, **group, last, limit);
  if (!plan) return plan;
  plan->set("arn", (*group)->arn());
  plan->set("group", (*group)->id);
  plan->set("last", last);
  plan->set("limit", limit);
  return plan;
}

Result<wire::Value> describe_log_streams_work(BulkCall& call) {
  const Request request(call.input);
  const std::string_view group_id = call.plan.get("group").string();
  std::vector<StreamRow> rows = unpack(group_id, call.plan.get("streams").string());
  wire::logs::DescribeLogStreamsResponse response;
  response.set_log_streams({});
  if (by_time(request)) {
    auto next = cut_by_time(rows, call.logs, group_id, request.descending(), call.plan.get("last").string(),
                            std::size_t(call.plan.get("limit").integer()));
    if (!next) return pass(next);
    if (!next->empty()) response.set_next_token(page_token(*next, question(request, group_id)));
  } else if (call.plan.find("nextToken")) {
    response.set_next_token(call.plan.get("nextToken").string());
  }
  for (const StreamRow& row : rows) {
    auto span = call.logs.span(row.id);
    if (!span) return pass(span);
    auto mark = call.logs.mark(row.id);
    if (!mark) return pass(mark);
    wire::logs::LogStream out;
    out.set_log_stream_name(row.name)
        .set_creation_time(row.created_at.ms)
        .set_arn(stream_arn(call.plan.get("arn").string(), row.name))
        .set_stored_bytes(0)
        .set_upload_sequence_token(mark->empty() ? sequence_token(row.id) : *mark);
    if (span->first) out.set_first_event_timestamp(span->first->ms);
    if (span->last) out.set_last_event_timestamp(span->last->ms);
    if (span->last_ingested) out.set_last_ingestion_time(span->last_ingested->ms);
    response.add_log_streams(std::move(out));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::logs
