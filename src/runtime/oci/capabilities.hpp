#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

// capabilities(7) by name. "CAP_" may be left off; "ALL" is all that this process could hand on.
namespace slipway::runtime {

// A bit per capability that this process may give to a child (its bounding set).
std::uint64_t grantable_capabilities();

struct CapabilityChoice {
  std::vector<std::string> names;    // "CAP_CHOWN" …, in the kernel's order
  std::vector<std::string> missing;  // asked for by name, but not ours to give
};

// Docker's default set and what is added and dropped; all of `grantable` when privileged.
// Error "InvalidParameterException" for a name that no kernel knows.
Result<CapabilityChoice> choose_capabilities(const std::vector<std::string>& add,
                                             const std::vector<std::string>& drop, bool privileged,
                                             std::uint64_t grantable);

}  // namespace slipway::runtime
