#pragma once

#include <memory>

#include "auth/key_snapshot.hpp"
#include "auth/sealer.hpp"
#include "core/state.hpp"

namespace slipway::services::iam {

// Every access key of every account with its secret unsealed, for the threads that check signatures. Made at
// the start and after each core::KeysChanged, on the turn's thread. A key whose secret does not open (it was
// sealed under another key file) or whose user is gone is left out, with a line in the log.
std::shared_ptr<const auth::KeySnapshot> build_key_snapshot(const core::State& state,
                                                            const auth::Sealer& sealer,
                                                            const auth::SessionSealer& sessions);

}  // namespace slipway::services::iam
