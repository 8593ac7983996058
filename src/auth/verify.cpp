#include <openssl/crypto.h>

#include "auth/canonical.hpp"
#include "auth/digest.hpp"
#include "auth/signing_key.hpp"
#include "auth/sigv4.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

std::unexpected<AuthError> refuse(AuthFailure failure, std::string message) {
  return std::unexpected(AuthError{failure, std::move(message)});
}

// Headers whose meaning the signature must cover. AWS insists on Host; an unsigned target, date or token
// could be put in by whoever sits between, so they must be signed too (every SDK does).
AuthResult<> check_signed_headers(const SignedRequest& request, const Claim& claim) {
  const auto must = [&](std::string_view name) {
    return refuse(AuthFailure::incomplete,
                  "'" + std::string(name) + "' must be a 'SignedHeader' in the AWS Authorization.");
  };
  if (!is_signed(claim.signed_headers, "host")) return must("Host' or ':authority");
  if (!claim.presigned && !is_signed(claim.signed_headers, "x-amz-date") &&
      !(is_signed(claim.signed_headers, "date") && !find_header(request.headers, "x-amz-date")))
    return must("X-Amz-Date");
  if (!is_signed(claim.signed_headers, "x-amz-security-token") &&
      find_header(request.headers, "x-amz-security-token"))
    return must("X-Amz-Security-Token");
  if (!is_signed(claim.signed_headers, "x-amz-target") && find_header(request.headers, "x-amz-target"))
    return must("X-Amz-Target");
  return {};
}

std::string span_text(std::int64_t ms) {
  return ms % 60'000 == 0 ? std::to_string(ms / 60'000) + " min." : std::to_string(ms / 1000) + " sec.";
}

AuthResult<> check_time(const Claim& claim, Instant now) {
  if (claim.timestamp.substr(0, 8) != claim.credential.date)
    return refuse(
        AuthFailure::wrong_signature,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
            std::string(claim.credential.date) + "' != '" + std::string(claim.timestamp.substr(0, 8)) +
            "', from '" + std::string(claim.timestamp) + "'.");
  const std::int64_t life_ms = claim.presigned ? claim.expires_s * 1000 : limits::clock_skew_ms;
  if (now - claim.signed_at > life_ms)
    return refuse(AuthFailure::signature_expired,
                  "Signature expired: " + std::string(claim.timestamp) + " is now earlier than " +
                      amz_date(now - life_ms) + " (" + amz_date(now) + " - " + span_text(life_ms) + ")");
  if (claim.signed_at - now > limits::clock_skew_ms)
    return refuse(AuthFailure::signature_too_early,
                  "Signature not yet current: " + std::string(claim.timestamp) + " is still later than " +
                      amz_date(now + limits::clock_skew_ms) + " (" + amz_date(now) + " + " +
                      span_text(limits::clock_skew_ms) + ")");
  return {};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view declared_payload(const SignedRequest& request, const Claim& claim) {
  if (const Header* header = find_header(request.headers, "x-amz-content-sha256")) return header->value;
  if (!claim.presigned) return {};
  // SDKs for JavaScript and Go hoist the header into the presigned query.
  static constexpr std::string_view name = "X-Amz-Content-Sha256=";
  if (const auto at = request.query.find(name); at != request.query.npos) {
    const std::string_view rest = request.query.substr(at + name.size());
    return rest.substr(0, rest.find('&'));
  }
  return claim.credential.service == "s3" ? unsigned_payload : std::string_view();
}

// The payload hash that the canonical request ends with. `computed` holds it where the body was hashed here.
AuthResult<std::string_view> payload_hash(const SignedRequest& request, const Claim& claim,
                                          std::array<char, 64>& computed) {
  const std::string_view declared = declared_payload(request, claim);
  if (declared == unsigned_payload) {
    if (request.unsigned_payload_allowed || (claim.presigned && claim.credential.service == "s3"))
      return declared;
    return refuse(
        AuthFailure::payload_mismatch,
        "The payload must be signed: 'x-amz-content-sha256: UNSIGNED-PAYLOAD' is taken over TLS only.");
  }
  std::string_view actual = request.payload_sha256;
  if (actual.empty()) {
    computed = hex_of(sha256(request.body));
    actual = {computed.data(), computed.size()};
  }
  if (!declared.empty() && !same_name(declared, actual))
    return refuse(AuthFailure::payload_mismatch,
                  "The provided 'x-amz-content-sha256' header does not match what was computed.");
  return declared.empty() ? actual : declared;
}

std::string mismatch_text(std::string_view canonical_request, std::string_view string_to_sign) {
  std::string text =
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
      "Access Key and signing method. Consult the service documentation for details.";
  ((text += "\n\nThe Canonical String for this request should have been\n'") += canonical_request) += "'";
  ((text += "\n\nThe String-to-Sign should have been\n'") += string_to_sign) += "'\n";
  return text;
}

}  // namespace

AuthResult<> verify(const SignedRequest& request, const Claim& claim, std::string_view secret, Instant now) {
  if (auto good = check_signed_headers(request, claim); !good) return good;
  if (auto good = check_time(claim, now); !good) return good;
  std::array<char, 64> computed;
  auto payload = payload_hash(request, claim, computed);
  if (!payload) return std::unexpected(std::move(payload.error()));

  // Buffers that stay with the thread: a verification allocates nothing once they have grown.
  static thread_local std::string canonical, to_sign;
  const auto matches = [&](PathForm form) -> AuthResult<bool> {
    canonical.clear();
    to_sign.clear();
    if (!append_canonical_request(canonical, request, claim.signed_headers, *payload, form))
      return refuse(AuthFailure::incomplete, "Too many query-string parameters.");
    append_string_to_sign(to_sign, claim.timestamp, claim.credential, canonical);
    const auto expected = signature_of(secret, claim.credential, to_sign);
    return equal_in_constant_time({expected.data(), expected.size()}, claim.signature);
  };

  const PathForm form = path_form(claim.credential.service);
  // SDKs differ for paths that normalising would change: those for Go sign them as they are sent. Both say
  // the same thing about what was meant, so both are taken; any other path is computed once.
  if (form == PathForm::normalized && has_dot_segments(request.path)) {
    const auto as_sent = matches(PathForm::as_sent);
    if (!as_sent) return std::unexpected(as_sent.error());
    if (*as_sent) return {};
  }
  const auto same = matches(form);
  if (!same) return std::unexpected(same.error());
  if (!*same) return refuse(AuthFailure::wrong_signature, mismatch_text(canonical, to_sign));
  return {};
}

}  // namespace slipway::auth
