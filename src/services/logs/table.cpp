#include "services/logs/table.hpp"

#include "services/logs/asks.hpp"
#include "services/logs/live_tail.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

const ServiceTable& table() {
  namespace op = wire::logs::operations;
  static const Route routes[] = {
      {&op::CreateLogGroup, Access::write, create_log_group},
      {&op::CreateLogStream, Access::write, create_log_stream},
      {&op::DeleteLogGroup, Access::write, delete_log_group},
      {&op::DeleteLogStream, Access::write, delete_log_stream},
      {&op::DeleteRetentionPolicy, Access::write, delete_retention_policy},
      {&op::DescribeLogGroups, Access::read, describe_log_groups, describe_log_groups_work},
      {&op::DescribeLogStreams, Access::read, describe_log_streams, describe_log_streams_work},
      {&op::FilterLogEvents, Access::read, filter_log_events, filter_log_events_work},
      {&op::GetLogEvents, Access::read, get_log_events, get_log_events_work},
      {&op::ListTagsForResource, Access::read, list_tags_for_resource},
      {&op::ListTagsLogGroup, Access::read, list_tags_log_group},
      {&op::PutLogEvents, Access::write, put_log_events, put_log_events_work},
      {&op::PutLogGroupDeletionProtection, Access::write, put_log_group_deletion_protection},
      {&op::PutRetentionPolicy, Access::write, put_retention_policy},
      {&op::StartLiveTail, Access::read, start_live_tail},
      {&op::TagLogGroup, Access::write, tag_log_group},
      {&op::TagResource, Access::write, tag_resource},
      {&op::UntagLogGroup, Access::write, untag_log_group},
      {&op::UntagResource, Access::write, untag_resource},
  };
  static const ServiceTable service{&wire::logs::service, routes, /*generic_validation=*/true, asks()};
  return service;
}

bool is_streaming(const wire::Operation& operation) {
  return operation.event_stream() != nullptr;
}

}  // namespace slipway::services::logs
