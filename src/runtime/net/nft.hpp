#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/net/state.hpp"

// nftables, as text for an `nft` child (libnftables is GPL and not linked). Only tables of our own names are
// touched.
namespace slipway::runtime {

struct HostRules {
  std::string table;                   // "slipway_<node>"
  std::vector<std::string> vpc_links;  // our ends of the links to VPC routers
  std::vector<std::string> bridge_links;
  std::vector<PortMapping> ports;
};

// Replaces the whole table in one transaction.
std::string host_ruleset(const HostRules&);
std::string add_ports_text(const std::string& table, const std::vector<PortMapping>&);
std::string delete_ports_text(const std::string& table, const std::vector<PortMapping>&);

// In a router: what the host does not route back leaves with the router's own address.
std::string router_ruleset(const std::vector<std::string>& cidrs);

// Runs `nft -f -`, in the caller's network namespace.
Result<> run_nft(const std::string& nft, const std::string& text);
// The tables of family ip that carry this name (none or one).
std::size_t count_nft_tables(const std::string& nft, const std::string& table);

}  // namespace slipway::runtime
