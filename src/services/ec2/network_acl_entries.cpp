#include <algorithm>

#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/ip_range.hpp"
#include "services/ec2/table.hpp"

// Nothing enforces network ACLs here, so no entry may say anything but that everything passes. Those may be
// taken away and made again, as Terraform does with the ACL that comes with a VPC.
namespace slipway::services::ec2 {
namespace {

using core::ec2::NetworkAcl;
using core::ec2::NetworkAclEntry;

// The ACL, and the entry of the call without its block.
struct Named {
  const NetworkAcl* acl;
  NetworkAclEntry entry;
  bool exists;
};

bool same_place(const NetworkAclEntry& one, const NetworkAclEntry& other) {
  return one.rule_number == other.rule_number && one.egress == other.egress;
}

Result<Named> named(const Call& call) {
  auto acl =
      find(call, call.turn.state.network_acls, network_acl_id, call.input.get("NetworkAclId").string());
  if (!acl) return pass(acl);
  NetworkAclEntry entry;
  entry.rule_number = call.input.get("RuleNumber").integer();
  entry.egress = call.input.get("Egress").boolean();
  if (entry.rule_number < 1 || entry.rule_number > 32'766)
    return invalid_value("Value (" + std::to_string(entry.rule_number) +
                         ") for parameter ruleNumber is invalid. Expecting a value from 1 to 32766.");
  const bool exists =
      std::ranges::any_of((*acl)->entries, [&](const auto& e) { return same_place(e, entry); });
  return Named{*acl, std::move(entry), exists};
}

std::unexpected<Error> missing(const NetworkAclEntry& entry) {
  return fail("InvalidNetworkAclEntry.NotFound",
              "The network acl entry identified by " + std::to_string(entry.rule_number) + " does not exist");
}

// The block of an entry that lets everything pass.
Result<std::string> block_of(const Call& call) {
  const std::string_view v4 = call.input.get("CidrBlock").string();
  const std::string_view v6 = call.input.get("Ipv6CidrBlock").string();
  if (v4.empty() == v6.empty())
    return fail("InvalidParameterCombination",
                "Exactly one of the parameters cidrBlock and ipv6CidrBlock must be specified.");
  const auto block = canonical_ipv4(v4);
  const auto ipv6_block = canonical_ipv6(v6);
  if (!block && !ipv6_block)
    return invalid_value("Value (" + std::string(v4) + std::string(v6) +
                         ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  std::string text = block ? block->text() : *ipv6_block;
  const std::string_view protocol = call.input.get("Protocol").string();
  if (call.input.get("RuleAction").string() != "allow" || (protocol != "-1" && protocol != "all") ||
      (text != "0.0.0.0/0" && text != "::/0"))
    return not_served("A network ACL entry that does not allow all traffic");
  return text;
}

template <class Change>
wire::Value change(Call& call, const NetworkAcl& acl, Change&& apply) {
  call.turn.modify(call.turn.state.network_acls, acl.key(), [&](NetworkAcl& changed) {
    apply(changed.entries);
    std::ranges::sort(changed.entries, {}, &NetworkAclEntry::rule_number);
  });
  return wire::Value::object();
}

}  // namespace

Result<wire::Value> create_network_acl_entry(Call& call) {
  auto asked = named(call);
  if (!asked) return pass(asked);
  if (asked->exists)
    return fail("NetworkAclEntryAlreadyExists", "The network acl entry identified by " +
                                                    std::to_string(asked->entry.rule_number) +
                                                    " already exists.");
  auto block = block_of(call);
  if (!block) return pass(block);
  if (asked->acl->entries.size() >= limits::ec2_network_acl_entries)
    return fail("NetworkAclEntryLimitExceeded",
                "The maximum number of network acl entries has been reached.");
  asked->entry.cidr = std::move(*block);
  return change(call, *asked->acl, [&](auto& entries) { entries.push_back(asked->entry); });
}

Result<wire::Value> replace_network_acl_entry(Call& call) {
  auto asked = named(call);
  if (!asked) return pass(asked);
  if (!asked->exists) return missing(asked->entry);
  auto block = block_of(call);
  if (!block) return pass(block);
  return change(call, *asked->acl, [&](auto& entries) {
    for (NetworkAclEntry& entry : entries)
      if (same_place(entry, asked->entry)) entry.cidr = *block;
  });
}

Result<wire::Value> delete_network_acl_entry(Call& call) {
  auto asked = named(call);
  if (!asked) return pass(asked);
  if (!asked->exists) return missing(asked->entry);
  return change(call, *asked->acl, [&](auto& entries) {
    std::erase_if(entries, [&](const NetworkAclEntry& entry) { return same_place(entry, asked->entry); });
  });
}

}  // namespace slipway::services::ec2
