#pragma once

#include <string>

#include "base/result.hpp"
#include "runtime/paths.hpp"

// Firewalls of others. In netfilter a packet must pass every table, so a chain that drops what it does not
// know (Docker's and ufw's FORWARD) drops our tasks' packets, whatever our table says. Only a rule in that
// table lets them pass: two of ours, marked by a comment, in the chain that Docker keeps for its users, else
// in front of the chain that drops. docs/decisions/0008.
namespace slipway::runtime {

struct ForeignFirewall {
  bool drops = false;        // table ip filter has a forward chain with policy drop
  bool docker_user = false;  // … and a chain DOCKER-USER
  std::string chain;         // the chain with the policy
};
// `listing`: what `nft -a list table ip filter` prints.
ForeignFirewall parse_foreign_firewall(const std::string& listing);
std::string foreign_rules(const ForeignFirewall&, const NodePaths&);
// "delete rule …" for each of ours in the listing.
std::string delete_foreign_rules(const std::string& listing, const NodePaths&);

// Whether a forward chain of any other table drops by default: firewalld's, an administrator's own. Not
// opened: only whoever wrote it knows where a rule belongs. `chains`: what `nft list chains` prints.
bool another_table_drops(const std::string& chains);

// In the caller's network namespace. Does nothing where nothing drops, or the rules are there.
Result<> open_foreign_firewall(const std::string& nft, const NodePaths&);
Result<> close_foreign_firewall(const std::string& nft, const NodePaths&);

}  // namespace slipway::runtime
