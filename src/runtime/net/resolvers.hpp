#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/network.hpp"

namespace slipway::runtime {

// What /etc/resolv.conf says, for a container in the host's own network.
Resolvers host_resolvers();
// The same for one in another network, which does not reach the host's 127.0.0.0/8: without those, or what
// systemd-resolved itself asks. May be empty; `note` says why.
Resolvers reachable_resolvers();
// IPv4 name servers of a file like it, in order.
std::vector<std::uint32_t> name_servers(const std::string& resolv_conf);

}  // namespace slipway::runtime
