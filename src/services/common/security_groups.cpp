#include "services/common/security_groups.hpp"

#include "wire/json_text.hpp"

namespace slipway::services {
namespace {

using core::ec2::NetworkInterface;
using core::ec2::SecurityGroup;
using core::ec2::SecurityGroupRule;
using wire::Value;

Value rule_value(const SecurityGroupRule& rule) {
  Value value = Value::object({{"egress", rule.egress},
                               {"protocol", rule.protocol},
                               {"fromPort", rule.from_port},
                               {"toPort", rule.to_port}});
  if (rule.group_id.empty())
    value.set("cidr", rule.cidr);
  else
    value.set("groupId", rule.group_id);
  return value;
}

// A group that is gone lets nothing through and has no members.
Value group_value(const core::State& state, const Realm& realm, const std::string& id) {
  Value rules = Value::list(), members = Value::list();
  if (const SecurityGroup* group = state.security_groups.find(SecurityGroup::key_of(realm, id)))
    for (const SecurityGroupRule& rule : group->rules)
      // Prefix lists and IPv6 ranges have neither, and are not enforced: what is not let through is refused.
      if (!rule.cidr.empty() || !rule.group_id.empty()) rules.push_back(rule_value(rule));
  for (const std::string& key : state.network_interfaces.with("security-group", realm.prefix() + id))
    members.push_back(state.network_interfaces.find(key)->private_ip);
  return Value::object({{"groupId", id}, {"rules", std::move(rules)}, {"members", std::move(members)}});
}

void send(core::Turn& turn, const std::string& instance_key, std::string_view vpc_id, Value groups) {
  Value message = Value::object(
      {{"messageId", random_uuid(turn.random)}, {"vpcId", vpc_id}, {"securityGroups", std::move(groups)}});
  turn.emit(
      core::SendToAgent{instance_key, wire::write_json(Value::object({{"type", "SlipwaySecurityGroupMessage"},
                                                                      {"message", std::move(message)}}))});
}

// The groups that this one's rules name, where the agent has not heard of them.
void add_named(core::Turn& turn, const std::string& instance, const Realm& realm, const std::string& id,
               Value& groups) {
  const SecurityGroup* group = turn.state.security_groups.find(SecurityGroup::key_of(realm, id));
  if (!group) return;
  for (const SecurityGroupRule& rule : group->rules)
    if (!rule.group_id.empty() &&
        turn.tell_group(instance, SecurityGroup::key_of(realm, rule.group_id), group->vpc_id))
      groups.push_back(group_value(turn.state, realm, rule.group_id));
}

}  // namespace

std::string connection_of(const core::State& state, const core::ecs::Task& task) {
  if (!task.container_instance_id.empty())
    return core::ecs::ContainerInstance::key_of(task.realm, task.container_instance_id);
  const auto* host = state.hosts.find(core::host::Host::key_of(task.host_id));
  return host ? host->session_instance_key : std::string();
}

void security_group_changed(core::Turn& turn, const Environment&, const Realm& realm,
                            const std::string& group_id) {
  const std::string key = SecurityGroup::key_of(realm, group_id);
  for (auto& [instance, told] : turn.state.groups_told) {
    const auto known = told.find(key);
    if (known == told.end()) continue;
    const std::string vpc_id = known->second;
    Value groups = Value::list();
    groups.push_back(group_value(turn.state, realm, group_id));
    add_named(turn, instance, realm, group_id, groups);
    send(turn, instance, vpc_id, std::move(groups));
  }
}

void security_group_member(core::Turn& turn, const NetworkInterface& interface, bool added) {
  for (auto& [instance, told] : turn.state.groups_told) {
    Value groups = Value::list();
    for (const std::string& id : interface.security_group_ids) {
      if (!told.contains(SecurityGroup::key_of(interface.realm, id))) continue;
      Value group = Value::object({{"groupId", id}});
      group.set(added ? std::string_view("addedMembers") : "removedMembers",
                Value::list({interface.private_ip}));
      groups.push_back(std::move(group));
    }
    if (!groups.empty()) send(turn, instance, interface.vpc_id, std::move(groups));
  }
}

wire::Value untold_security_groups(core::Turn& turn, std::string_view instance_key,
                                   const NetworkInterface& interface) {
  const auto it = turn.state.groups_told.find(instance_key);
  if (it == turn.state.groups_told.end()) return {};
  Value groups = Value::list();
  for (const std::string& id : interface.security_group_ids) {
    if (turn.tell_group(instance_key, SecurityGroup::key_of(interface.realm, id), interface.vpc_id))
      groups.push_back(group_value(turn.state, interface.realm, id));
    add_named(turn, it->first, interface.realm, id, groups);
  }
  return groups;
}

}  // namespace slipway::services
