#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/context.hpp"
#include "auth/principal.hpp"
#include "core/state.hpp"
#include "services/common/asks.hpp"

namespace slipway::services {

// Who asks, when, from where.
struct Asker {
  const core::State& state;
  const auth::Principal& who;
  std::string_view region;  // of the signature
  Instant now;
  bool tls = false;
  std::string_view source_ip = {};   // empty over a socket pair
  std::string_view user_agent = {};  // empty: the request had none
  std::string_view service = {};     // "ecs-tasks.amazonaws.com": a service asks on its own account
};

// The request context of one ask: AWS's global condition keys as far as they can be known here, the tags of
// request, resource and principal, and what the service said. (IAM user guide, "AWS global condition context
// keys"; those that are not listed in docs/guide/iam.md are absent.)
class RequestContext final : public auth::policy::Context {
 public:
  // `asks` and `ask` may be null.
  RequestContext(const Asker& asker, const Asks* asks, const Ask* ask)
      : asker_(asker), asks_(asks), ask_(ask) {}

  bool values(std::string_view key, std::vector<std::string>& out) const override;

 private:
  bool global(std::string_view name, std::vector<std::string>& out) const;
  bool of_session(std::string_view name, std::vector<std::string>& out) const;
  bool principal_tag(std::string_view name, std::vector<std::string>& out) const;

  const Asker& asker_;
  const Asks* asks_;
  const Ask* ask_;
};

// The user or role that a principal is; neither: it was removed, or is another of the same name.
struct Identity {
  const core::iam::User* user = nullptr;
  const core::iam::Role* role = nullptr;
};
Identity identity_of(const core::State& state, const auth::Principal& who);

}  // namespace slipway::services
