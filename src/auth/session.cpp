#include "auth/session.hpp"

#include <array>
#include <utility>

#include "auth/access_key.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

constexpr std::string_view version = "\x01";

// Field tags: never reuse one. A reader skips tags that it does not know, so a field can be added without a
// new version; what an old reader must not skip needs one.
enum Tag : std::uint8_t {
  kind_tag = 1,
  account_tag,
  arn_tag,
  user_id_tag,
  access_key_id_tag,
  secret_tag,
  issued_tag,
  expires_tag,
  role_arn_tag,
  role_id_tag,
  session_name_tag,
  task_arn_tag,
  source_identity_tag,
  session_policy_tag,
  session_policy_arns_tag,
  session_tags_tag,
};

// The text fields, once for writing and reading.
template <class S>
auto text_fields(S& session) {
  auto& p = session.principal;
  return std::to_array<std::pair<std::uint8_t, decltype(&p.account)>>({
      {account_tag, &p.account},
      {arn_tag, &p.arn},
      {user_id_tag, &p.user_id},
      {access_key_id_tag, &p.access_key_id},
      {secret_tag, &session.secret_access_key},
      {role_arn_tag, &p.role_arn},
      {role_id_tag, &p.role_id},
      {session_name_tag, &p.session_name},
      {task_arn_tag, &p.task_arn},
      {source_identity_tag, &p.source_identity},
      {session_policy_tag, &p.session_policy},
      {session_policy_arns_tag, &p.session_policy_arns},
      {session_tags_tag, &p.packed_session_tags},
  });
}

void put(std::string& out, std::uint8_t tag, std::string_view value) {
  out += char(tag);
  out += char(value.size() >> 8);
  out += char(value.size() & 0xff);
  out += value;
}

std::string encode(const Session& session) {
  std::string out;
  put(out, kind_tag, std::string(1, char(session.principal.kind)));
  put(out, issued_tag, std::to_string(session.principal.issued.ms));
  put(out, expires_tag, std::to_string(session.principal.expires.ms));
  for (const auto& [tag, text] : text_fields(session))
    if (!text->empty()) put(out, tag, *text);
  return out;
}

// Only ever given what encode() wrote under our key, but a bound is checked all the same.
bool decode(std::string_view in, Session& session) {
  while (!in.empty()) {
    if (in.size() < 3) return false;
    const std::uint8_t tag = std::uint8_t(in[0]);
    const std::size_t length = std::size_t(std::uint8_t(in[1])) << 8 | std::uint8_t(in[2]);
    if (in.size() < 3 + length) return false;
    const std::string_view value = in.substr(3, length);
    in.remove_prefix(3 + length);
    if (tag == kind_tag && value.size() == 1) session.principal.kind = PrincipalKind(value[0]);
    if (tag == issued_tag) session.principal.issued.ms = std::atoll(std::string(value).c_str());
    if (tag == expires_tag) session.principal.expires.ms = std::atoll(std::string(value).c_str());
    for (const auto& [field, text] : text_fields(session))
      if (field == tag) *text = value;
  }
  return !session.principal.access_key_id.empty() && !session.secret_access_key.empty() &&
         bool(session.principal.expires) && session.principal.kind <= PrincipalKind::node;
}

std::unexpected<AuthError> refuse(AuthFailure failure) {
  return std::unexpected(AuthError{failure, {}});
}

}  // namespace

SessionSealer::SessionSealer(const Sealer& root) : sealer_(root.derived("session tokens")) {}

Result<Credentials> SessionSealer::mint(Random& random, Principal principal) const {
  const AccessKeyPair pair = new_session_key(random);
  Session session{std::move(principal), pair.secret_access_key};
  session.principal.access_key_id = pair.access_key_id;
  for (const auto& [tag, text] : text_fields(session))
    if (text->size() > limits::session_token_bytes)
      return fail("PackedPolicyTooLarge", "The session token would be too large.");
  std::string token(version);
  token += sealer_.seal(random, encode(session), version);
  std::string text = base64url(token);
  if (text.size() > limits::session_token_bytes)
    return fail("PackedPolicyTooLarge", "The session token would be too large.");
  return Credentials{pair.access_key_id, pair.secret_access_key, std::move(text)};
}

AuthResult<Session> SessionSealer::open(std::string_view token, Instant now) const {
  if (token.empty() || token.size() > limits::session_token_bytes) return refuse(AuthFailure::invalid_token);
  const auto bytes = unbase64url(token);
  if (!bytes || !bytes->starts_with(version)) return refuse(AuthFailure::invalid_token);
  const auto plain = sealer_.open(std::string_view(*bytes).substr(version.size()), version);
  Session session;
  if (!plain || !decode(*plain, session)) return refuse(AuthFailure::invalid_token);
  if (now >= session.principal.expires) return refuse(AuthFailure::expired_token);
  return session;
}

}  // namespace slipway::auth
