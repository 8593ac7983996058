#include "services/common/request_context.hpp"

#include <algorithm>

#include "auth/policy/pattern.hpp"

namespace slipway::services {
namespace {

using auth::PrincipalKind;
using Values = std::vector<std::string>;

std::string_view last_segment(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool same_letters(std::string_view lowered, std::string_view text) {
  return lowered.size() == text.size() && auth::policy::lower(text) == lowered;
}

bool give(Values& out, std::string_view value) {
  if (value.empty()) return false;
  out.emplace_back(value);
  return true;
}
bool give(Values& out, bool value) {
  out.emplace_back(value ? "true" : "false");
  return true;
}

bool find_tag(const AskTags& tags, std::string_view name, Values& out) {
  for (const auto& [key, value] : tags)
    if (same_letters(name, key)) {
      out.push_back(value);
      return true;
    }
  return false;
}

bool find_all(const std::vector<std::pair<std::string, std::string>>& keys, std::string_view wanted,
              Values& out) {
  bool found = false;
  for (const auto& [key, value] : keys)
    if (key == wanted) {
      out.push_back(value);
      found = true;
    }
  return found;
}

std::string_view type_of(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::root:
      return "Account";
    case PrincipalKind::user:
      return "User";
    case PrincipalKind::role_session:
    case PrincipalKind::node:
      return "AssumedRole";
  }
  return "Anonymous";
}

// The part of a key behind `prefix`, or nothing.
std::string_view behind(std::string_view key, std::string_view prefix) {
  return key.starts_with(prefix) ? key.substr(prefix.size()) : std::string_view();
}

}  // namespace

Identity identity_of(const core::State& state, const auth::Principal& who) {
  Identity found;
  if (who.kind == PrincipalKind::user) {
    const auto* user = state.users.find(core::iam::User::key_of(who.account, last_segment(who.arn)));
    if (user && user->id == who.user_id) found.user = user;
  } else if (who.kind == PrincipalKind::role_session) {
    const auto* role = state.roles.find(core::iam::Role::key_of(who.account, last_segment(who.role_arn)));
    if (role && role->id == who.role_id) found.role = role;
  }
  return found;
}

// Tags of the session stand before those of the role (IAM user guide, "Pass session tags").
bool RequestContext::principal_tag(std::string_view name, Values& out) const {
  for (const auto& [key, value] : asker_.who.session_tags())
    if (same_letters(name, key)) {
      out.emplace_back(value);
      return true;
    }
  const Identity identity = identity_of(asker_.state, asker_.who);
  if (identity.user) return find_tag(identity.user->tags, name, out);
  return identity.role && find_tag(identity.role->tags, name, out);
}

bool RequestContext::of_session(std::string_view name, Values& out) const {
  const auth::Principal& who = asker_.who;
  if (name == "tokenissuetime") return who.is_session() && give(out, iso8601(who.issued));
  if (name == "multifactorauthpresent") return who.is_session() && give(out, false);
  if (name == "sourceidentity") return give(out, who.source_identity);
  return false;
}

bool RequestContext::global(std::string_view name, Values& out) const {
  const auth::Principal& who = asker_.who;
  if (name == "currenttime") return give(out, iso8601(asker_.now));
  if (name == "epochtime") return give(out, std::to_string(asker_.now.ms / 1'000));
  if (name == "securetransport") return give(out, asker_.tls);
  if (name == "sourceip") return asker_.service.empty() && give(out, asker_.source_ip);
  if (name == "useragent") return give(out, asker_.user_agent);
  if (name == "requestedregion") return give(out, asker_.region);
  if (name == "resourceaccount")
    return give(out, ask_ && !ask_->account.empty() ? std::string_view(ask_->account) : who.account);
  if (const auto tag = behind(name, "resourcetag/"); !tag.empty())
    return ask_ && ask_->tags && find_tag(*ask_->tags, tag, out);
  if (const auto tag = behind(name, "requesttag/"); !tag.empty())
    return asks_ && find_tag(asks_->request_tags, tag, out);
  if (name == "tagkeys") {
    if (!asks_) return false;
    out.insert(out.end(), asks_->tag_keys.begin(), asks_->tag_keys.end());
    return !asks_->tag_keys.empty();
  }
  if (name == "principalisawsservice") return give(out, !asker_.service.empty());
  if (name == "principalservicename") return give(out, asker_.service);
  if (name == "viaawsservice") return give(out, false);
  if (!asker_.service.empty()) return false;  // a service is no principal of an account
  if (name == "username") return who.kind == PrincipalKind::user && give(out, last_segment(who.arn));
  if (name == "userid") return give(out, who.user_id);
  if (name == "principalarn") return give(out, who.role_arn.empty() ? who.arn : who.role_arn);
  if (name == "principalaccount") return give(out, who.account);
  if (name == "principaltype") return give(out, type_of(who.kind));
  if (const auto tag = behind(name, "principaltag/"); !tag.empty()) return principal_tag(tag, out);
  return of_session(name, out);
}

bool RequestContext::values(std::string_view key, Values& out) const {
  if (ask_ && find_all(ask_->keys, key, out)) return true;
  if (asks_ && find_all(asks_->keys, key, out)) return true;
  if (const auto name = behind(key, "aws:"); !name.empty()) return global(name, out);
  const auto colon = key.find("resourcetag/");
  if (colon != key.npos && colon > 1 && key[colon - 1] == ':')  // ecs:ResourceTag/…, iam:ResourceTag/…
    return ask_ && ask_->tags && find_tag(*ask_->tags, key.substr(colon + 12), out);
  return false;
}

}  // namespace slipway::services
