#include "services/logs/asks.hpp"

#include "services/common/call.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

namespace ops = wire::logs::operations;

// A group by name or ARN, with or without ":*". The resource of an action on a group is
// arn:…:log-group:<name>:log-stream:<stream>, the stream being empty where it is the group that is meant: so
// both "…:log-group:<name>" followed by ":*" and "…:log-stream:*" name it, as on AWS.
void on_group(const Call& call, std::string_view given, std::string_view stream, Asks& out) {
  const auto arn = Arn::parse(given);
  std::string_view name = arn ? std::string_view(arn->resource) : given;
  if (name.starts_with("log-group:")) name.remove_prefix(10);
  if (name.ends_with(":*")) name.remove_suffix(2);
  const Realm realm = arn ? Realm{arn->account, arn->region} : call.realm;
  const auto* group = call.turn.state.log_groups.find(core::logs::LogGroup::key_of(realm, name));
  out.on(realm.arn("logs", "log-group:" + std::string(name) + ":log-stream:" + std::string(stream)),
         group ? &group->tags : nullptr);
}

template <class Request>
void of_group(const Call& call, Asks& out) {
  const Request request(call.input);
  if constexpr (requires { request.log_group_identifier(); }) {
    on_group(call,
             request.log_group_name().empty() ? request.log_group_identifier() : request.log_group_name(), {},
             out);
  } else {
    on_group(call, request.log_group_name(), {}, out);
  }
}

template <class Request>
void of_stream(const Call& call, Asks& out) {
  const Request request(call.input);
  std::string_view group = request.log_group_name();
  if constexpr (requires { request.log_group_identifier(); })
    if (group.empty()) group = request.log_group_identifier();
  on_group(call, group, request.log_stream_name(), out);
}

void describe_log_groups(const Call& call, Asks& out) {
  const wire::logs::DescribeLogGroupsRequest request(call.input);
  out.on(
      call.realm.arn("logs", "log-group:" + std::string(request.log_group_name_prefix()) + ":log-stream:"));
}

void create_log_group(const Call& call, Asks& out) {
  const wire::logs::CreateLogGroupRequest request(call.input);
  on_group(call, request.log_group_name(), {}, out);
  if (request.tags().empty()) return;
  const std::string resource = out.asks.front().resource;
  for (const auto& [key, value] : call.input.get("tags").entries())
    out.request_tag(key.view(), value.string());
  out.also("logs:TagResource", resource);
}

void put_deletion_protection(const Call& call, Asks& out) {
  on_group(call, wire::logs::PutLogGroupDeletionProtectionRequest(call.input).log_group_identifier(), {},
           out);
}

void start_live_tail(const Call& call, Asks& out) {
  for (const auto each : wire::logs::StartLiveTailRequest(call.input).log_group_identifiers())
    on_group(call, each, {}, out);
}

void add_request_tags(const Call& call, Asks& out) {
  for (const auto& [key, value] : call.input.get("tags").entries())
    out.request_tag(key.view(), value.string());
}
void tag_log_group(const Call& call, Asks& out) {
  on_group(call, wire::logs::TagLogGroupRequest(call.input).log_group_name(), {}, out);
  add_request_tags(call, out);
}
void tag_resource(const Call& call, Asks& out) {
  on_group(call, wire::logs::TagResourceRequest(call.input).resource_arn(), {}, out);
  add_request_tags(call, out);
}
void untag_log_group(const Call& call, Asks& out) {
  const wire::logs::UntagLogGroupRequest request(call.input);
  on_group(call, request.log_group_name(), {}, out);
  for (const auto key : request.tags()) out.tag_keys.emplace_back(key);
}
void untag_resource(const Call& call, Asks& out) {
  const wire::logs::UntagResourceRequest request(call.input);
  on_group(call, request.resource_arn(), {}, out);
  for (const auto key : request.tag_keys()) out.tag_keys.emplace_back(key);
}
void list_tags_for_resource(const Call& call, Asks& out) {
  on_group(call, wire::logs::ListTagsForResourceRequest(call.input).resource_arn(), {}, out);
}

}  // namespace

std::span<const AskEntry> asks() {
  constexpr bool more = false;
  using namespace wire::logs;
  static const AskEntry entries[] = {
      {&ops::CreateLogGroup, create_log_group, more},
      {&ops::CreateLogStream, of_stream<CreateLogStreamRequest>},
      {&ops::DeleteLogGroup, of_group<DeleteLogGroupRequest>},
      {&ops::DeleteLogStream, of_stream<DeleteLogStreamRequest>},
      {&ops::DeleteRetentionPolicy, of_group<DeleteRetentionPolicyRequest>},
      {&ops::DescribeLogGroups, describe_log_groups},
      {&ops::DescribeLogStreams, of_group<DescribeLogStreamsRequest>},
      {&ops::FilterLogEvents, of_group<FilterLogEventsRequest>},
      {&ops::GetLogEvents, of_stream<GetLogEventsRequest>},
      {&ops::ListTagsForResource, list_tags_for_resource},
      {&ops::ListTagsLogGroup, of_group<ListTagsLogGroupRequest>},
      {&ops::PutLogEvents, of_stream<PutLogEventsRequest>},
      {&ops::PutLogGroupDeletionProtection, put_deletion_protection},
      {&ops::PutRetentionPolicy, of_group<PutRetentionPolicyRequest>},
      {&ops::StartLiveTail, start_live_tail},
      {&ops::TagLogGroup, tag_log_group},
      {&ops::TagResource, tag_resource},
      {&ops::UntagLogGroup, untag_log_group},
      {&ops::UntagResource, untag_resource},
  };
  return entries;
}

}  // namespace slipway::services::logs
