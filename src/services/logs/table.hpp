#pragma once

#include "services/common/call.hpp"

namespace slipway::services::logs {

// Amazon CloudWatch Logs (API reference, 2014-03-28). Steps decide on metadata; what touches events is a step
// that gives leave and place, and a work that does it outside the turn. StartLiveTail's answer is a plan for
// LiveTailHub::open() (live_tail.hpp): ask is_streaming() before writing it as a response.
const ServiceTable& table();

Result<wire::Value> create_log_group(Call& call);
Result<wire::Value> create_log_stream(Call& call);
Result<wire::Value> delete_log_group(Call& call);
Result<wire::Value> delete_log_stream(Call& call);
Result<wire::Value> delete_retention_policy(Call& call);
Result<wire::Value> describe_log_groups(Call& call);
Result<wire::Value> describe_log_groups_work(BulkCall& call);
Result<wire::Value> describe_log_streams(Call& call);
Result<wire::Value> describe_log_streams_work(BulkCall& call);
Result<wire::Value> filter_log_events(Call& call);
Result<wire::Value> filter_log_events_work(BulkCall& call);
Result<wire::Value> get_log_events(Call& call);
Result<wire::Value> get_log_events_work(BulkCall& call);
Result<wire::Value> list_tags_for_resource(Call& call);
Result<wire::Value> list_tags_log_group(Call& call);
Result<wire::Value> put_log_events(Call& call);
Result<wire::Value> put_log_events_work(BulkCall& call);
Result<wire::Value> put_log_group_deletion_protection(Call& call);
Result<wire::Value> put_retention_policy(Call& call);
Result<wire::Value> start_live_tail(Call& call);
Result<wire::Value> tag_log_group(Call& call);
Result<wire::Value> tag_resource(Call& call);
Result<wire::Value> untag_log_group(Call& call);
Result<wire::Value> untag_resource(Call& call);

}  // namespace slipway::services::logs
