#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/cache.hpp"
#include "auth/policy/evaluate.hpp"
#include "auth/principal.hpp"
#include "core/state.hpp"
#include "services/common/request_context.hpp"

// Which policies have a say about an identity, found in the state and compiled.
namespace slipway::services {

struct PolicySet {
  std::vector<auth::policy::PolicyPtr> identity;
  std::vector<auth::policy::PolicyPtr> boundary;
  std::vector<auth::policy::PolicyPtr> session;
  bool has_session = false;

  auth::policy::Policies view() const {
    return {.identity = identity, .boundary = boundary, .session = session, .has_session = has_session};
  }
};

// A managed policy by ARN. One of AWS's that is not known here, and one that is not there, allow nothing:
// nullopt. Null inside: its document does not compile, which denies.
std::optional<auth::policy::PolicyPtr> managed_policy(const core::State& state, auth::policy::Cache& cache,
                                                      std::string_view arn);
// The text of a managed policy's current document; empty where there is none.
std::string_view managed_document(const core::State& state, std::string_view arn);

PolicySet policies_of(const core::State& state, auth::policy::Cache& cache, const core::iam::User& user);
PolicySet policies_of(const core::State& state, auth::policy::Cache& cache, const core::iam::Role& role);
// Of whoever calls, with the session's own. `identity` is who that is: nothing is found for one that is gone.
PolicySet policies_of(const core::State& state, auth::policy::Cache& cache, const auth::Principal& who,
                      const Identity& identity);

// Every policy that grants to an identity, by name: "PolicyName" and what holds it ("user", "group", "role"),
// `managed` for one that is attached.
struct NamedPolicy {
  std::string_view name;
  std::string_view document;
  bool managed = false;
};
using VisitPolicy = std::function<void(const NamedPolicy&)>;
void each_policy(const core::State& state, const core::iam::User& user, const VisitPolicy& visit);
void each_policy(const core::State& state, const core::iam::Role& role, const VisitPolicy& visit);
void each_policy(const core::State& state, const core::iam::Group& group, const VisitPolicy& visit);

}  // namespace slipway::services
