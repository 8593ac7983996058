#pragma once

#include "base/result.hpp"
#include "runtime/cgroup/cgroups.hpp"

namespace slipway::runtime {

// A mount namespace of the calling thread's own. What the host mounts later still arrives, ours stays here.
// crun 1.8 refuses a version 1 host whose version 2 tree offers a controller: here, and only here, that tree
// is covered.
Result<> enter_own_mounts(const Cgroups&);

}  // namespace slipway::runtime
