#pragma once

#include "services/common/call.hpp"

namespace slipway::services {

// Whether the caller may do this, judged in the turn on the state that the operation sees. First: is the key
// still active, does the user or role still exist, is the session not revoked, does its task still run. Then:
// root and users or roles with AdministratorAccess may do everything, nodes what nodes do, everyone else only
// sts:GetCallerIdentity (policies are not judged yet). Errors are those of `service`'s protocol.
Result<> authorize(const core::State& state, const auth::Principal& caller, const wire::Service& service,
                   std::string_view operation);

}  // namespace slipway::services
