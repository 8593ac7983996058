#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/cidr.hpp"

namespace slipway::services::ec2 {

// "100.68.0.18/18" → 100.68.0.0/18: EC2 takes a block with bits set past its prefix and clears them (EC2 API
// reference, CreateVpc). Nothing for what is no block.
std::optional<Ipv4Cidr> canonical_ipv4(std::string_view text);
// "2001:DB8::1/32" → "2001:db8::/32".
std::optional<std::string> canonical_ipv6(std::string_view text);

}  // namespace slipway::services::ec2
