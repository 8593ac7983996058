#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/account.hpp"
#include "core/ec2/address.hpp"
#include "core/ec2/internet_gateway.hpp"
#include "core/ec2/nat_gateway.hpp"
#include "core/ec2/network_acl.hpp"
#include "core/ec2/network_interface.hpp"
#include "core/ec2/route_table.hpp"
#include "core/ec2/security_group.hpp"
#include "core/ec2/subnet.hpp"
#include "core/ec2/vpc.hpp"
#include "core/ecs/account_setting.hpp"
#include "core/ecs/cluster.hpp"
#include "core/ecs/container_instance.hpp"
#include "core/ecs/task.hpp"
#include "core/ecs/task_definition.hpp"
#include "core/host/host.hpp"
#include "core/host/ledger.hpp"
#include "core/iam/group.hpp"
#include "core/iam/identity.hpp"
#include "core/iam/instance_profile.hpp"
#include "core/iam/managed_policy.hpp"
#include "core/kms/key.hpp"
#include "core/logs/log_group.hpp"
#include "core/secretsmanager/secret.hpp"
#include "core/ssm/parameter.hpp"
#include "core/table.hpp"

namespace slipway::core {

// All state of the control plane, in memory. What is durable are the tables; everything else is derived.
struct State {
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Table<TurnMark> turn_marks;
  Table<Account> accounts;
  Table<IdempotencyToken> idempotency_tokens;
  Table<host::Host> hosts;
  Table<ecs::Cluster> clusters;
  Table<ecs::TaskDefinition> task_definitions;
  Table<ecs::TaskDefinitionFamily> task_definition_families;
  Table<ecs::Task> tasks;
  Table<ecs::ContainerInstance> container_instances;
  Table<ecs::AccountSetting> account_settings;
  Table<ec2::Vpc> vpcs;
  Table<ec2::Subnet> subnets;
  Table<ec2::SecurityGroup> security_groups;
  Table<ec2::NetworkInterface> network_interfaces;
  Table<ec2::RouteTable> route_tables;
  Table<ec2::NetworkAcl> network_acls;
  Table<ec2::InternetGateway> internet_gateways;
  Table<ec2::Address> addresses;
  Table<ec2::NatGateway> nat_gateways;
  Table<iam::User> users;
  Table<iam::Role> roles;
  Table<iam::AccessKey> access_keys;
  Table<iam::ManagedPolicy> policies;
  Table<iam::Group> groups;
  Table<iam::InstanceProfile> instance_profiles;
  Table<logs::LogGroup> log_groups;
  Table<logs::LogStream> log_streams;
  Table<kms::Key> kms_keys;
  Table<kms::Alias> kms_aliases;
  Table<ssm::Parameter> parameters;
  Table<ssm::ParameterVersion> parameter_versions;
  Table<secretsmanager::Secret> secrets;
  Table<secretsmanager::SecretVersion> secret_versions;

  host::Ledger ledger;                                     // of `tasks`
  std::set<std::string, std::less<>> connected_instances;  // keys of instances whose agent is connected now
  // Of these, whose agent enforces security groups: the groups it was told, each with its VPC's id. Change it
  // through Turn::tell_group, so that it is undone with the event.
  std::map<std::string, std::map<std::string, std::string>, std::less<>> groups_told;

  // Every table, in the order in which a dump prints them.
  std::vector<TableBase*> tables();
  TableBase* table(std::string_view kind);
};

}  // namespace slipway::core
