#include "services/common/authorize.hpp"

#include <algorithm>

#include "services/common/error_style.hpp"
#include "services/common/identity_policies.hpp"

namespace slipway::services {
namespace {

using auth::AuthFailure;
using auth::Principal;
using auth::PrincipalKind;
using auth::policy::Reason;
using auth::policy::Use;

std::string_view last_segment(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// A task's session ends with the task.
bool task_is_over(const core::State& state, std::string_view task_arn) {
  const auto arn = Arn::parse(task_arn);
  if (!arn) return true;
  const Realm realm{arn->account, arn->region};
  const auto* task = state.tasks.find(core::ecs::Task::key_of(realm, last_segment(arn->resource)));
  return !task || task->stopped();
}

bool key_is_active(const core::State& state, const Principal& who) {
  const auto* key = state.access_keys.find(core::iam::AccessKey::key_of(who.account, who.access_key_id));
  return key && key->active;
}

bool stands(const core::State& state, const Principal& who, const Identity& identity) {
  switch (who.kind) {
    case PrincipalKind::root:
      return who.is_session() || key_is_active(state, who);
    case PrincipalKind::user:
      return identity.user && (who.is_session() || key_is_active(state, who));
    case PrincipalKind::role_session:
      if (!identity.role || who.issued < identity.role->sessions_revoked_before) return false;
      return who.task_arn.empty() || !task_is_over(state, who.task_arn);
    case PrincipalKind::node:
      return true;
  }
  return false;
}

// "because no identity-based policy allows the ecs:RunTask action" (IAM user guide, "Troubleshoot access
// denied error messages").
std::string because(Reason reason, std::string_view action, bool trust) {
  auto none = [&](std::string_view kind) {
    return " because no " + std::string(kind) + " allows the " + std::string(action) + " action";
  };
  switch (reason) {
    case Reason::no_identity_policy:
      return none("identity-based policy");
    case Reason::no_boundary:
      return none("permissions boundary");
    case Reason::no_session_policy:
      return none("session policy");
    case Reason::no_resource_policy:
      return trust ? "" : none("resource-based policy");
    case Reason::identity_policy_denies:
      return " with an explicit deny in an identity-based policy";
    case Reason::boundary_denies:
      return " with an explicit deny in a permissions boundary";
    case Reason::session_policy_denies:
      return " with an explicit deny in a session policy";
    case Reason::resource_policy_denies:
      return trust ? " with an explicit deny in the role trust policy"
                   : " with an explicit deny in a resource-based policy";
    case Reason::allowed:
      break;
  }
  return {};
}

Error denied(const Principal& who, const wire::Service& service, std::string_view action,
             std::string_view resource, const std::string& why) {
  const std::string message = "User: " + who.arn + " is not authorized to perform: " + std::string(action) +
                              " on resource: " + std::string(resource) + why;
  switch (service.protocol) {
    case wire::Protocol::ec2:
      return {"UnauthorizedOperation", "You are not authorized to perform this operation. " + message, 403};
    case wire::Protocol::query:
    case wire::Protocol::rest_xml:
      return {"AccessDenied", message, 403};
    case wire::Protocol::rest_json:
      return {"AccessDeniedException", message, 403};
    case wire::Protocol::json:
      break;
  }
  return {"AccessDeniedException", message, 400};
}

// One caller's policies, for the several asks of a call.
class Judge {
 public:
  Judge(const Asker& asker, const Identity& identity, const Environment& environment,
        const wire::Service& service)
      : asker_(asker),
        cache_(*environment.policies),
        service_(service),
        policies_(policies_of(asker.state, cache_, asker.who, identity)) {}

  bool allows_always(std::string_view action) const {
    return auth::policy::allows_always(policies_.view(), action);
  }

  Result<> judge(std::string_view action, const Asks* asks, const Ask& ask) {
    const RequestContext context(asker_, asks, &ask);
    const Principal& who = asker_.who;
    const auth::policy::Question question{
        action,
        ask.resource,
        context,
        {.account = who.account, .arn = who.arn, .role_arn = who.role_arn, .service = {}}};
    auth::policy::Policies policies = policies_.view();
    auth::policy::PolicyPtr own;
    if (!ask.policy.empty()) {
      own = cache_.find(ask.policy, ask.is_trust ? Use::trust : Use::resource);
      if (!own)
        return std::unexpected(denied(who, service_, action, ask.resource,
                                      because(Reason::resource_policy_denies, action, ask.is_trust)));
      policies.resource = own.get();
    }
    policies.resource_must_allow = ask.policy_must_allow;
    policies.other_account = !ask.account.empty() && ask.account != who.account;
    const Reason reason = auth::policy::decide(policies, question);
    if (reason == Reason::allowed) return {};
    return std::unexpected(
        denied(who, service_, action, ask.resource, because(reason, action, ask.is_trust)));
  }

 private:
  const Asker& asker_;
  auth::policy::Cache& cache_;
  const wire::Service& service_;
  PolicySet policies_;
};

Asker asker_of(const Call& call) {
  return {.state = call.turn.state,
          .who = call.caller,
          .region = call.realm.region,
          .now = call.now(),
          .tls = call.tls,
          .source_ip = call.source_ip,
          .user_agent = call.user_agent};
}

// What everybody may ask who can sign at all (STS API reference).
bool needs_no_leave(std::string_view action) {
  return action == "sts:GetCallerIdentity" || action == "sts:GetSessionToken";
}

// The error of a key or session that does not stand.
Result<> check_standing(const Asker& asker, const Identity& identity, const wire::Service& service) {
  if (stands(asker.state, asker.who, identity)) return {};
  const auto failure = asker.who.is_session() ? AuthFailure::expired_token : AuthFailure::unknown_key;
  return std::unexpected(auth::render({failure, {}}, error_style(service.protocol)));
}

// "ecs:RunTask", where no call has to allocate for it.
class ActionName {
 public:
  ActionName(std::string_view service, std::string_view operation) {
    check(service.size() + 1 + operation.size() <= sizeof bytes_, "an action's name is too long");
    char* end = std::ranges::copy(service, bytes_).out;
    *end++ = ':';
    size_ = std::size_t(std::ranges::copy(operation, end).out - bytes_);
  }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[128];
  std::size_t size_ = 0;
};

}  // namespace

Result<> authorize(Call& call, const ServiceTable& table) {
  const wire::Service& service = *table.service;
  const Asker asker = asker_of(call);
  const Identity identity = identity_of(asker.state, asker.who);
  if (auto good = check_standing(asker, identity, service); !good) return good;
  if (call.caller.kind == PrincipalKind::root) return {};
  const ActionName name(service.signing_name, call.operation.name);
  const std::string_view action = name.view();
  if (needs_no_leave(action)) return {};

  Judge judge(asker, identity, call.environment, service);
  const auto entry = std::ranges::find(table.asks, &call.operation, &AskEntry::operation);
  Asks asks;
  if (entry != table.asks.end()) {
    // The administrator's usual way: nothing that the request says could change the answer. What an operation
    // asks besides its own action is another matter.
    if (entry->only_itself && judge.allows_always(action)) return {};
    entry->asks(call, asks);
  } else if (judge.allows_always(action)) {
    return {};
  }
  const bool own = std::ranges::any_of(asks.asks, [](const Ask& ask) { return ask.action.empty(); });
  if (!own) asks.asks.insert(asks.asks.begin(), Ask());
  for (const Ask& ask : asks.asks)
    if (auto good = judge.judge(ask.action.empty() ? action : ask.action, &asks, ask); !good) return good;
  return {};
}

Result<> authorize(const Asker& asker, const Environment& environment, const wire::Service& service,
                   std::string_view action, std::string_view resource) {
  const Identity identity = identity_of(asker.state, asker.who);
  if (auto good = check_standing(asker, identity, service); !good) return good;
  if (asker.who.kind == PrincipalKind::root) return {};
  Ask ask;
  ask.resource = resource;
  return Judge(asker, identity, environment, service).judge(action, nullptr, ask);
}

bool service_may_assume(const core::State& state, const Environment& environment, const core::iam::Role& role,
                        std::string_view service, std::string_view source_arn, Instant now) {
  const auto trust = environment.policies->find(role.trust_policy, Use::trust);
  if (!trust) return false;
  const Principal nobody;
  Asker asker{.state = state, .who = nobody, .region = {}, .now = now};
  asker.service = service;
  Ask ask;
  ask.resource = role.arn();
  ask.account = role.account;
  ask.tags = &role.tags;
  ask.keys = {{"aws:sourcearn", std::string(source_arn)}, {"aws:sourceaccount", role.account}};
  const RequestContext context(asker, nullptr, &ask);
  const auth::policy::Question question{"sts:AssumeRole",
                                        ask.resource,
                                        context,
                                        {.account = {}, .arn = {}, .role_arn = {}, .service = service}};
  return auth::policy::effect_of(*trust, question) == auth::policy::Effect::allow;
}

}  // namespace slipway::services
