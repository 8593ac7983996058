#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/common/call.hpp"

// Security groups on their way to the nodes that enforce them. An agent that announces that it understands
// them is told a group once, with the first task that needs it, and from then on every change of it:
//
//   {groupId, rules: [{egress, protocol, fromPort, toPort, cidr | groupId}], members: ["10.0.1.5", …]}
//
// `members`, the addresses of a group's interfaces, are what a rule that names the group lets through. What
// was told is forgotten with the connection: connected() says everything again.
namespace slipway::services {

// To be called by an operation after a change of a group's rules, of which interfaces belong to it, or its
// end. Sends a SlipwaySecurityGroupMessage {vpcId, securityGroups: [one]} to every node that was told the
// group.
void security_group_changed(core::Turn& turn, const Environment& environment, const Realm& realm,
                            const std::string& group_id);

// An interface was made, or is gone: its groups have one address more, or one less. Only the address is sent
// ({groupId, addedMembers | removedMembers}): a group may have thousands.
void security_group_member(core::Turn& turn, const core::ec2::NetworkInterface& interface, bool added);

// The interface's groups and those that their rules name, as far as this agent does not know them yet. Counts
// them as told, unless the event fails. A list; absent for an agent that does not understand them.
wire::Value untold_security_groups(core::Turn& turn, std::string_view instance_key,
                                   const core::ec2::NetworkInterface& interface);

// The connected instance that carries this task: its own, or for Fargate its host's. Empty: none yet.
std::string connection_of(const core::State& state, const core::ecs::Task& task);

}  // namespace slipway::services
