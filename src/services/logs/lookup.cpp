#include "services/logs/lookup.hpp"

#include <algorithm>

#include "auth/digest.hpp"

namespace slipway::services::logs {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Result<> broken_pattern(std::string_view value, std::string_view member, std::string_view pattern) {
  return invalid("1 validation error detected: Value '" + std::string(value) + "' at '" +
                 std::string(member) +
                 "' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
                 std::string(pattern));
}

// The group's name in "log-group:<name>" or "log-group:<name>:*"; empty for anything else.
std::string_view name_in(std::string_view resource) {
  constexpr std::string_view kind = "log-group:";
  if (!resource.starts_with(kind)) return {};
  resource.remove_prefix(kind.size());
  if (resource.ends_with(":*")) resource.remove_suffix(2);
  return resource;
}

}  // namespace

std::unexpected<Error> invalid(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}
std::unexpected<Error> group_not_found() {
  return fail("ResourceNotFoundException", "The specified log group does not exist.");
}
std::unexpected<Error> stream_not_found() {
  return fail("ResourceNotFoundException", "The specified log stream does not exist.");
}

Result<> check_group_name(std::string_view name, std::string_view member) {
  if (std::ranges::all_of(name,
                          [](char c) { return is_alphanumeric(c) || std::string_view("._-/#").contains(c); }))
    return {};
  return broken_pattern(name, member, "[\\.\\-_/#A-Za-z0-9]+");
}

Result<> check_stream_name(std::string_view name, std::string_view member) {
  if (name.find_first_of(":*") == name.npos) return {};
  return broken_pattern(name, member, "[^:*]*");
}

Result<Group> find_group(const Call& call, std::string_view name) {
  if (auto valid = check_group_name(name); !valid) return pass(valid);
  Group group = call.turn.state.log_groups.find(core::logs::LogGroup::key_of(call.realm, name));
  if (!group) return group_not_found();
  return group;
}

Result<Group> find_group_by_identifier(const Call& call, std::string_view identifier) {
  if (!identifier.starts_with("arn:")) {
    if (auto valid = check_group_name(identifier, "logGroupIdentifier"); !valid) return pass(valid);
    return find_group(call, identifier);
  }
  return find_group_by_arn(call, identifier);
}

Result<Group> find_group(const Call& call, std::string_view name, std::string_view identifier) {
  if (name.empty() && identifier.empty())
    return invalid("Either logGroupName or logGroupIdentifier must be specified.");
  if (!name.empty() && !identifier.empty())
    return invalid("Only one of logGroupName and logGroupIdentifier can be specified.");
  return name.empty() ? find_group_by_identifier(call, identifier) : find_group(call, name);
}

Result<Group> find_group_by_arn(const Call& call, std::string_view resource_arn) {
  const auto arn = Arn::parse(resource_arn);
  const std::string_view name = arn ? name_in(arn->resource) : std::string_view();
  if (name.empty() || arn->service != "logs" || !check_group_name(name))
    return invalid("The ARN " + std::string(resource_arn) + " is not the ARN of a log group.");
  if (arn->account != call.realm.account || arn->region != call.realm.region) return group_not_found();
  return find_group(call, name);
}

Result<Stream> find_stream(const Call& call, const core::logs::LogGroup& group, std::string_view name) {
  if (auto valid = check_stream_name(name); !valid) return pass(valid);
  Stream stream = call.turn.state.log_streams.find(group.streams_prefix().append(name));
  if (!stream) return stream_not_found();
  return stream;
}

std::string stream_arn(std::string_view group_arn, std::string_view name) {
  return std::string(group_arn).append(":log-stream:").append(name);
}

std::string sequence_token(std::string_view stream_id) {
  const auth::Digest digest = auth::sha256(stream_id);
  std::string token = "49";
  for (std::size_t i = 0; token.size() < 56; ++i) token += char('0' + (digest[i / 2] >> (i % 2 * 4)) % 10);
  return token;
}

}  // namespace slipway::services::logs
