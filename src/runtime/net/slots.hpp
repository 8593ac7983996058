#pragma once

#include "base/result.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Nodes that share a network namespace must not choose a link's slot at the same moment: who holds this may.
// Waits; ends with the descriptor. A name in the abstract space belongs to the network namespace, as slots
// do, and leaves no file behind.
Result<Fd> lock_slots();

}  // namespace slipway::runtime
