#pragma once

#include <map>
#include <string>

#include "core/turn.hpp"

namespace slipway::services {

// The table that routes for a subnet: its own, else its VPC's main one. nullptr: the VPC was made by a build
// that had none.
const core::ec2::RouteTable* route_table_of(const core::State& state, const core::ec2::Subnet& subnet);

// Whether the route's target exists and can carry traffic ("active", not "blackhole").
bool is_active(const core::State& state, const core::ec2::RouteTable& table,
               const core::ec2::RouteEntry& route);

// Whether the interface's subnet has an active route 0.0.0.0/0 that is open to it: to a NAT gateway, or to
// the internet gateway for an interface with a public address (VPC user guide, "Connect your VPC to other
// networks"). In the default VPC the internet gateway is open to every interface: decision 0009.
bool reaches_internet(const core::State& state, const core::ec2::NetworkInterface& interface);

// Around a change of routes, or of what they lead to, in one VPC: tells the nodes of its running tasks, in a
// SlipwayWayOutMessage {tasks: [{arn, internet}]}, whose way out is another now. An agent that is not
// connected hears it with the task's payload when it is again.
class WayOutChange {
 public:
  // Before the change.
  WayOutChange(core::Turn& turn, const Realm& realm, const std::string& vpc_id);
  // After it.
  void tell();

 private:
  core::Turn& turn_;
  std::map<std::string, bool> before_;  // by the key of the interface
};

}  // namespace slipway::services
