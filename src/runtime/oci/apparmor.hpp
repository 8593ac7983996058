#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// What a container may not do to /proc, /sys and mounts even where it has the capability for it: a profile of
// ours, for kernels that have AppArmor (apparmor.d(5)).
namespace slipway::runtime {

// Its name holds the number of its text's version: it is never replaced under a container that runs.
inline constexpr const char* apparmor_profile_name = "slipway-default-1";

std::string_view apparmor_profile();

// Whether this kernel confines programs by AppArmor.
bool apparmor_enabled();
// Whether the kernel knows that profile.
bool apparmor_loaded(std::string_view profile);
// Hands our profile to the kernel, unless it is there. Error "HostError" with what apparmor_parser said.
Result<> load_apparmor_profile(const std::string& parser);

}  // namespace slipway::runtime
