#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/condition.hpp"
#include "auth/policy/pattern.hpp"
#include "base/result.hpp"

// A policy document, compiled: parsed once, immutable, shared, and judged without touching its JSON again
// (docs/decisions/0015). Grammar: IAM user guide, "Grammar of the IAM JSON policy language".
namespace slipway::auth::policy {

enum class Use {
  identity,  // of a user, group, role or session, or a boundary: names resources and no principals
  trust,     // of a role: who may assume it; names principals and no resources
  resource,  // of a secret, key or queue: names principals, and resources too
};

// One of a Principal element.
struct PrincipalPattern {
  enum class Kind : std::uint8_t {
    anyone,         // "*"
    account,        // an account's id, or the ARN of its root
    arn,            // a user, role or role session, by ARN
    service,        // ecs-tasks.amazonaws.com
    federated,      // kept, never matched: nobody signs in through a provider here
    canonical_user  // kept, never matched
  };
  Kind kind = Kind::anyone;
  std::string text;
};

struct Statement {
  std::string sid;
  bool allow = false;
  bool not_action = false;
  bool not_resource = false;
  bool not_principal = false;
  std::vector<Pattern> actions;
  std::vector<Pattern> resources;  // empty where the policy names none: it stands on its resource
  std::vector<PrincipalPattern> principals;
  std::vector<Condition> conditions;
};

struct Policy {
  std::vector<Statement> statements;
};
using PolicyPtr = std::shared_ptr<const Policy>;

// Error: MalformedPolicyDocument in IAM's words. Bounded by limits::policy_document_bytes and those of
// wire::parse_json (depth, members); what is not of the grammar is refused, unknown elements too.
Result<PolicyPtr> compile(std::string_view document, Use use);

// The names of all context keys that conditions and variables ask for, as written, sorted, each once.
std::vector<std::string> context_keys(const Policy& policy);

}  // namespace slipway::auth::policy
