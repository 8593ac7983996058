#include "services/common/resource_policy.hpp"

#include <algorithm>

#include "auth/policy/policy.hpp"

namespace slipway::services {

using auth::policy::PrincipalPattern;
using auth::policy::Statement;

Result<> check_resource_policy(std::string_view document) {
  auto policy = auth::policy::compile(document, auth::policy::Use::resource);
  if (!policy) return fail("MalformedPolicyDocumentException", std::move(policy.error().message));
  return {};
}

bool allows_everybody(std::string_view document) {
  const auto policy = auth::policy::compile(document, auth::policy::Use::resource);
  return policy && std::ranges::any_of((*policy)->statements, [](const Statement& statement) {
           const bool anyone =
               std::ranges::find(statement.principals, PrincipalPattern::Kind::anyone, &PrincipalPattern::kind) !=
               statement.principals.end();
           return statement.allow && statement.conditions.empty() && (anyone || statement.not_principal);
         });
}

}  // namespace slipway::services
