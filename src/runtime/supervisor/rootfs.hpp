#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace slipway::runtime {

// Stacks `layers` (topmost first) below a new writable directory and mounts them at <container>/merged, in
// this process's mount namespace. What the container writes lies in <container>/upper.
Result<> mount_rootfs(const std::string& container_directory, const std::vector<std::string>& layers);
// Also where it is busy, and where it is not mounted.
void unmount_rootfs(const std::string& container_directory);

}  // namespace slipway::runtime
