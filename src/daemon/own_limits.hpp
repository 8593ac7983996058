#pragma once

namespace slipway::daemon {

// What a server asks of the kernel for itself: all the descriptors that it may have, and to be among the last
// that are killed for want of memory; its tasks go first. Where it may not, it stays as it is.
void raise_own_limits();

}  // namespace slipway::daemon
