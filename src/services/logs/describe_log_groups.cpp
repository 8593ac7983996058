#include "base/limits.hpp"
#include "services/common/page.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::size_t page_max = 50;
using Request = wire::logs::DescribeLogGroupsRequest;

// The answer so far, and which groups the work weighs.
struct Page {
  wire::logs::DescribeLogGroupsResponse response;
  wire::Value ids = wire::Value::list();
  std::size_t size = 0;

  void add(const core::logs::LogGroup& group, bool brief) {
    wire::logs::LogGroup out;
    out.set_log_group_name(group.name).set_creation_time(group.created_at.ms).set_arn(group.arn() + ":*");
    if (!brief) {
      if (group.retention_days > 0) out.set_retention_in_days(group.retention_days);
      out.set_metric_filter_count(0)
          .set_log_group_class(group.log_group_class)
          .set_log_group_arn(group.arn())
          .set_deletion_protection_enabled(group.deletion_protection);
      ids.push_back(group.id);
    }
    response.add_log_groups(std::move(out));
    ++size;
  }
  wire::Value plan() && {
    if (!response.has_log_groups()) response.set_log_groups({});
    return wire::Value::object({{"response", std::move(response).raw()}, {"ids", std::move(ids)}});
  }
};

Result<wire::Value> by_identifier(Call& call, const Request& request) {
  if (request.has_log_group_name_prefix() || request.has_log_group_name_pattern() ||
      request.has_log_group_class() || request.has_limit() || request.has_next_token())
    return invalid("logGroupIdentifiers can be combined with includeLinkedAccounts only.");
  Page page;
  for (const std::string_view identifier : request.log_group_identifiers()) {
    auto group = find_group_by_identifier(call, identifier);
    if (group)
      page.add(**group, false);
    else if (group.error().code != wire::logs::errors::ResourceNotFoundException)
      return pass(group);
  }
  return std::move(page).plan();
}

bool wanted(const Request& request, const core::logs::LogGroup& group) {
  return (!request.has_log_group_class() || group.log_group_class == request.log_group_class()) &&
         group.name.contains(request.log_group_name_pattern());
}

// What a token belongs to: a page goes on for the same question only.
std::string question(const Call& call, const Request& request) {
  return "DescribeLogGroups\n" + call.realm.prefix() + "\n" + std::string(request.log_group_name_prefix()) +
         "\n" + std::string(request.log_group_name_pattern()) + "\n" + std::string(request.log_group_class());
}

}  // namespace

Result<wire::Value> describe_log_groups(Call& call) {
  const Request request(call.input);
  if (request.has_log_group_identifiers()) return by_identifier(call, request);
  if (request.has_log_group_name_prefix() && request.has_log_group_name_pattern())
    return invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  if (auto valid = check_group_name(request.log_group_name_prefix(), "logGroupNamePrefix"); !valid)
    return pass(valid);
  if (auto valid = check_group_name(request.log_group_name_pattern(), "logGroupNamePattern"); !valid)
    return pass(valid);
  std::string last;
  if (request.has_next_token()) {
    auto key = open_page_token(request.next_token(), question(call, request));
    if (!key) return invalid("The specified nextToken is invalid.");
    last = std::move(*key);
  }
  const std::size_t limit = request.has_limit() ? std::size_t(request.limit()) : page_max;
  Page page;
  std::size_t visited = 0;
  call.turn.state.log_groups.scan(core::logs::LogGroup::key_of(call.realm, request.log_group_name_prefix()),
                                  last, [&](const core::logs::LogGroup& group) {
                                    if (page.size == limit || visited == limits::log_names_visited) {
                                      page.response.set_next_token(page_token(last, question(call, request)));
                                      return false;
                                    }
                                    ++visited;
                                    last = group.key();
                                    if (wanted(request, group))
                                      page.add(group, request.has_log_group_name_pattern());
                                    return true;
                                  });
  return std::move(page).plan();
}

Result<wire::Value> describe_log_groups_work(BulkCall& call) {
  wire::Value response = call.plan.get("response");
  wire::Value& groups = response.slot("logGroups");
  for (std::size_t i = 0; i < call.plan.get("ids").size(); ++i)
    groups.mutable_at(i).set("storedBytes", call.logs.stored_bytes(call.plan.get("ids").at(i).string()));
  return response;
}

}  // namespace slipway::services::logs
