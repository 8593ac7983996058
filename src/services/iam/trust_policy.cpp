#include "services/iam/trust_policy.hpp"

#include "base/limits.hpp"
#include "services/common/policy_document.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {

Result<> check_trust_policy(std::string_view document) {
  if (auto good = check_policy_document(document, PolicyUse::trust); !good) return good;
  if (policy_size(document) > limits::trust_policy_bytes)
    return over_quota("ACLSizePerRole", limits::trust_policy_bytes);
  return {};
}

}  // namespace slipway::services::iam
