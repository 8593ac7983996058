#pragma once

#include <string>
#include <string_view>

#include "core/logs/log_group.hpp"
#include "services/common/call.hpp"

// Finding groups and streams by what a request says, and the errors about them in AWS's words.
namespace slipway::services::logs {

std::unexpected<Error> invalid(std::string message);  // InvalidParameterException
std::unexpected<Error> group_not_found();
std::unexpected<Error> stream_not_found();

// The model's patterns, which generic validation does not check. `member` is named in the error.
Result<> check_group_name(std::string_view name, std::string_view member = "logGroupName");
Result<> check_stream_name(std::string_view name, std::string_view member = "logStreamName");

using Group = const core::logs::LogGroup*;
using Stream = const core::logs::LogStream*;

// Never nullptr: ResourceNotFoundException instead.
Result<Group> find_group(const Call& call, std::string_view name);
// By a name or an ARN, with or without ":*". A group of another account or region is not found.
Result<Group> find_group_by_identifier(const Call& call, std::string_view identifier);
// For requests that take either: exactly one must be there.
Result<Group> find_group(const Call& call, std::string_view name, std::string_view identifier);
// By the ARN that the tag operations take.
Result<Group> find_group_by_arn(const Call& call, std::string_view resource_arn);

Result<Stream> find_stream(const Call& call, const core::logs::LogGroup& group, std::string_view name);

// "arn:…:log-group:<group>:log-stream:<stream>"
std::string stream_arn(std::string_view group_arn, std::string_view name);
// PutLogEvents's nextSequenceToken and DescribeLogStreams's uploadSequenceToken: AWS still gives one, and
// ignores it. 56 digits, the same for ever.
std::string sequence_token(std::string_view stream_id);
// A token that begins so is the writer's own mark: kept with the batch that it came with, and told by
// DescribeLogStreams in the place of ours.
inline constexpr std::string_view writer_mark_prefix = "slipway-mark ";

}  // namespace slipway::services::logs
