#include <algorithm>
#include <array>
#include <charconv>

#include "auth/canonical.hpp"
#include "auth/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

std::unexpected<AuthError> incomplete(std::string message) {
  return std::unexpected(AuthError{AuthFailure::incomplete, std::move(message)});
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

AuthResult<CredentialScope> parse_scope(std::string_view text) {
  std::array<std::string_view, 5> parts;
  std::size_t count = 0;
  for (std::size_t at = 0; at <= text.size(); ++count) {
    const std::size_t slash = std::min(text.find('/', at), text.size());
    if (count < parts.size()) parts[count] = text.substr(at, slash - at);
    at = slash + 1;
  }
  if (count != parts.size() || std::ranges::find(parts, std::string_view()) != parts.end())
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got " +
        quoted(text));
  if (parts[4] != terminator)
    return std::unexpected(
        AuthError{AuthFailure::wrong_signature,
                  "Credential should be scoped with a valid terminator: 'aws4_request', not " +
                      quoted(parts[4]) + "."});
  return CredentialScope{parts[0], parts[1], parts[2], parts[3]};
}

AuthResult<> finish(Claim& claim, std::string_view credential) {
  auto scope = parse_scope(credential);
  if (!scope) return std::unexpected(std::move(scope.error()));
  claim.credential = *scope;
  if (std::ranges::count(claim.signed_headers, ';') >= std::ptrdiff_t(limits::signed_headers))
    return incomplete("Too many 'SignedHeaders'.");
  return {};
}

// The time that a header-signed request says: X-Amz-Date, or else Date in either form.
AuthResult<> take_date(Claim& claim, const SignedRequest& request) {
  const Header* header = find_header(request.headers, "x-amz-date");
  std::optional<Instant> at;
  if (header) {
    at = parse_amz_date(trimmed(header->value));
  } else if ((header = find_header(request.headers, "date"))) {
    at = parse_http_date(trimmed(header->value));
    if (!at) at = parse_amz_date(trimmed(header->value));
  }
  if (!header) return {};
  if (!at) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got " + quoted(header->value) +
                      ". See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.signed_at = *at;
  claim.timestamp = trimmed(header->value);
  if (const std::string basic = amz_date(*at); basic != claim.timestamp) {
    claim.decoded = std::make_unique<Claim::Decoded>();
    claim.decoded->timestamp = basic;
    claim.timestamp = claim.decoded->timestamp;
  }
  return {};
}

AuthResult<Claim> parse_header(const SignedRequest& request, std::string_view value) {
  if (value.size() > limits::authorization_header_bytes)
    return incomplete("Authorization header is too long.");
  Claim claim;
  std::string_view credential;
  std::string_view rest = value.substr(algorithm.size());
  while (!(rest = trimmed(rest)).empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view part = trimmed(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == part.npos)
      return incomplete(
          quoted(part) +
          " not a valid key=value pair (missing equal-sign) in Authorization header: " + quoted(value) + ".");
    const std::string_view key = part.substr(0, equals), text = part.substr(equals + 1);
    if (key == "Credential") credential = text;
    if (key == "SignedHeaders") claim.signed_headers = text;
    if (key == "Signature") claim.signature = text;
  }
  if (auto dated = take_date(claim, request); !dated) return std::unexpected(std::move(dated.error()));

  std::string missing;
  if (credential.empty()) missing += "Authorization header requires 'Credential' parameter. ";
  if (claim.signature.empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (claim.signed_headers.empty()) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!claim.signed_at)
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (!missing.empty()) return incomplete(missing + "Authorization=" + std::string(value));
  if (auto done = finish(claim, credential); !done) return std::unexpected(std::move(done.error()));
  if (const Header* token = find_header(request.headers, "x-amz-security-token"))
    claim.session_token = trimmed(token->value);
  return claim;
}

struct QueryParts {
  std::string_view algorithm, date, expires, signature;
};

AuthResult<> collect(std::string_view query, QueryParts& parts, Claim::Decoded& decoded, bool& found) {
  const auto decode = [](std::string_view text, std::string& into) {
    auto plain = percent_decode(text, true);
    if (plain) into = std::move(*plain);
    return plain.has_value();
  };
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || !pair.starts_with("X-Amz-")) continue;
    const std::string_view name = pair.substr(6, equals - 6), value = pair.substr(equals + 1);
    bool good = true;
    if (name == "Algorithm") parts.algorithm = value;
    if (name == "Date") parts.date = value;
    if (name == "Expires") parts.expires = value;
    if (name == "Signature") parts.signature = value, found = true;
    if (name == "Credential") good = decode(value, decoded.credential);
    if (name == "SignedHeaders") good = decode(value, decoded.signed_headers);
    if (name == "Security-Token") good = decode(value, decoded.session_token);
    if (!good) return incomplete("X-Amz-" + std::string(name) + " is not percent-encoded.");
  }
  return {};
}

AuthResult<Claim> parse_query(const SignedRequest& request) {
  Claim claim;
  claim.presigned = true;
  claim.decoded = std::make_unique<Claim::Decoded>();
  QueryParts parts;
  bool found = false;
  if (auto read = collect(request.query, parts, *claim.decoded, found); !read)
    return std::unexpected(std::move(read.error()));
  if (!found && parts.algorithm.empty() && claim.decoded->credential.empty())
    return std::unexpected(AuthError{AuthFailure::missing, "Missing Authentication Token"});

  std::string missing;
  const auto need = [&](std::string_view name, std::string_view value) {
    if (value.empty()) missing += "AWS query-string parameters must include '" + std::string(name) + "'. ";
  };
  need("X-Amz-Algorithm", parts.algorithm);
  need("X-Amz-Credential", claim.decoded->credential);
  need("X-Amz-Signature", parts.signature);
  need("X-Amz-SignedHeaders", claim.decoded->signed_headers);
  need("X-Amz-Date", parts.date);
  need("X-Amz-Expires", parts.expires);
  if (!missing.empty()) return incomplete(missing + "Re-examine the query-string parameters.");
  if (parts.algorithm != algorithm)
    return incomplete("Unsupported AWS 'algorithm': " + quoted(parts.algorithm) + ".");
  const auto at = parse_amz_date(parts.date);
  if (!at) return incomplete("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const auto [end, error] =
      std::from_chars(parts.expires.data(), parts.expires.data() + parts.expires.size(), claim.expires_s);
  if (error != std::errc() || end != parts.expires.data() + parts.expires.size() || claim.expires_s < 0)
    return incomplete("X-Amz-Expires should be a non-negative number of seconds.");
  if (claim.expires_s > limits::presign_expiry_max_s)
    return incomplete(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
        "than 604800 seconds");
  claim.signed_at = *at;
  claim.timestamp = parts.date;
  claim.signature = parts.signature;
  claim.signed_headers = claim.decoded->signed_headers;
  claim.session_token = claim.decoded->session_token;
  if (auto done = finish(claim, claim.decoded->credential); !done)
    return std::unexpected(std::move(done.error()));
  return claim;
}

}  // namespace

AuthResult<Claim> parse_claim(const SignedRequest& request) {
  const Header* header = find_header(request.headers, "authorization");
  AuthResult<Claim> claim = std::unexpected(AuthError{AuthFailure::missing, "Missing Authentication Token"});
  if (!header) {
    claim = parse_query(request);
  } else if (const std::string_view value = trimmed(header->value); value.starts_with(algorithm)) {
    claim = parse_header(request, value);
  } else if (value.starts_with("AWS4-")) {
    return incomplete("Unsupported AWS 'algorithm': " + quoted(value.substr(0, value.find(' '))) + ".");
  }
  return claim;
}

}  // namespace slipway::auth
