#pragma once

#include "agent/image/unpack.hpp"
#include "base/result.hpp"

namespace slipway::agent {

// Shuts this process into its working directory, for good: root changed to it, no network, no descriptor but
// 0, 1 and 2, no new privileges, limits of memory, CPU time and file size, and of root's capabilities only
// those that unpacking `kind` takes. "ImageStoreError" where the system refuses.
Result<> confine(UnpackKind kind);

}  // namespace slipway::agent
