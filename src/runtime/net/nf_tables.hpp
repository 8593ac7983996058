#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// One element of a set or verdict map keyed by an IPv4 address.
struct ElementChange {
  bool add = true;
  std::string set;
  std::uint32_t key = 0;
  // Of a map, when added: the chain to go to, "" for accept. None: a set's.
  std::optional<std::string> verdict;
};

// nf_tables over netlink (linux/netfilter/nf_tables.h), as much of it as elements need: an `nft` child for
// one would cost more than a task's whole network.
class NfTables {
 public:
  // Of the network namespace in which the thread is.
  static Result<NfTables> open();

  // All or none, in one transaction.
  Result<> execute(const std::string& table, std::span<const ElementChange>);

 private:
  explicit NfTables(Fd socket) : socket_(std::move(socket)) {}

  Fd socket_;
  std::uint32_t sequence_ = 1;
};

}  // namespace slipway::runtime
