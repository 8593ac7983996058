#include "agent/security_groups.hpp"

#include <utility>

#include "base/log.hpp"
#include "http/loop.hpp"

namespace slipway::agent {

namespace {

using wire::Kind;
using wire::Value;

int port(const Value& value) {
  const std::int64_t number = value.is(Kind::integer) ? value.integer() : -1;
  return number < 0 || number > 65'535 ? -1 : static_cast<int>(number);
}

std::vector<runtime::SecurityRule> parse_rules(const Value& list) {
  std::vector<runtime::SecurityRule> rules;
  for (const Value& each : list.items()) {
    runtime::SecurityRule rule{.egress = each.get("egress").boolean(),
                               .protocol = std::string(each.get("protocol").string()),
                               .from_port = port(each.get("fromPort")),
                               .to_port = port(each.get("toPort")),
                               .cidr = std::string(each.get("cidr").string()),
                               .group_id = std::string(each.get("groupId").string())};
    if (!rule.protocol.empty() && rule.cidr.empty() != rule.group_id.empty())
      rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace

http::Task<void> SecurityGroups::take(std::string vpc_id, Value groups) {
  if (vpc_id.empty() || groups.empty()) co_return;
  std::set<std::string> changed;
  for (const Value& each : groups.items()) {
    std::string id(each.get("groupId").string());
    if (id.empty()) continue;
    Group& group = known_[vpc_id][id];
    if (each.find("rules")) group.rules = parse_rules(each.get("rules"));
    if (each.find("members")) {
      group.members.clear();
      for (const Value& ip : each.get("members").items()) group.members.emplace(ip.string());
    }
    for (const Value& ip : each.get("addedMembers").items()) group.members.emplace(ip.string());
    for (const Value& ip : each.get("removedMembers").items()) group.members.erase(std::string(ip.string()));
    changed.insert(std::move(id));
  }
  Result<> sent = co_await send(vpc_id, std::move(changed));
  if (!sent && sent.error().code != "ResourceNotFoundException")
    log::warn("security groups are not enforced as they should be",
              {{"vpc", vpc_id}, {"error", sent.error().message}});
}

http::Task<Result<>> SecurityGroups::apply(std::string vpc_id) {
  std::set<std::string> ids;
  for (const auto& [id, group] : known_[vpc_id]) ids.insert(id);
  return send(std::move(vpc_id), std::move(ids));
}

http::Task<Result<>> SecurityGroups::send(std::string vpc_id, std::set<std::string> ids) {
  if (ids.empty()) co_return Result<>{};
  Gate::Pass turn = co_await gate_.enter();
  std::vector<runtime::SecurityGroupChange> changes;
  for (const std::string& id : ids) {
    const Group& group = known_[vpc_id][id];
    changes.push_back({.id = id,
                       .rules = group.rules,
                       .members = std::vector<std::string>(group.members.begin(), group.members.end())});
  }
  runtime::Host& host = host_;
  co_return co_await http::run_blocking(
      workers_, [&host, vpc_id, changes] { return host.change_security_groups(vpc_id, changes); });
}

}  // namespace slipway::agent
