#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/network.hpp"

namespace slipway::runtime {

// One VPC's security groups on this node, as an nftables table of its router. Pure: text and elements, no
// kernel.
//
// A connection's first packet passes two chains: `leaving`, which asks the sender's groups, and `entering`,
// which asks the receiver's; both must let it through. Whose groups those are is told by two verdict maps
// from address to chain. A task that starts or ends, an address that joins or leaves a group, is an element
// of a map or set and needs no `nft`; only changed rules, or a set of groups not seen before, change the
// chains.
class Firewall {
 public:
  static constexpr const char* table = "slipway_groups";

  // Elements by set. In a map the value is a chain to go to, or "" for accept; in a set it is empty too.
  using Elements = std::map<std::string, std::map<std::uint32_t, std::string>>;

  // `groups` none: nothing is filtered. Empty: all is refused.
  struct Task {
    std::string id;
    std::uint32_t ip = 0;
    std::optional<std::vector<std::string>> groups;
    bool reaches_outside = true;
  };

  // Error "InvalidParameterException" or "LimitExceeded", nothing changed then.
  Result<> change(std::span<const SecurityGroupChange> changes);
  void add(const Task& task);
  bool remove(const std::string& task_id);
  // Whether the task is there and had another.
  bool change_way_out(const std::string& task_id, bool reaches_outside);
  // Whether any task has groups.
  bool filters() const { return !profiles_.empty(); }

  // Chains and sets without their elements: while this text stays, elements() is all that differs.
  std::string chains(std::uint32_t host_address) const;
  Elements elements() const;
  // The whole table, in place of the one that is there, in one transaction.
  std::string ruleset(std::uint32_t host_address) const;
  // Forgets chains that no task needs.
  void tidy();

  // <run_dir>/groups-<vpc>: what an earlier life knew. Lines that are not understood are passed over.
  std::string text() const;
  static Firewall parse(const std::string& text);

 private:
  struct Group {
    std::vector<SecurityRule> rules;
    std::set<std::uint32_t> members;
  };

  std::map<std::string, Group> groups_;
  std::vector<Task> tasks_;         // in order: of two with one address the later has it
  std::set<std::string> profiles_;  // "sg-1.sg-2": sets of groups that chains exist for
};

}  // namespace slipway::runtime
