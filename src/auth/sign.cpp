#include "auth/sign.hpp"

#include <algorithm>
#include <tuple>

#include "auth/canonical.hpp"
#include "auth/digest.hpp"
#include "auth/signing_key.hpp"
#include "base/encoding.hpp"

namespace slipway::auth {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c |= 0x20;
  return out;
}

std::string signed_header_list(std::span<const Header> headers) {
  std::vector<std::string> names;
  for (const Header& header : headers) names.push_back(lower(header.name));
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ";") + name;
  return list;
}

std::string payload_of(const SignedRequest& request) {
  if (const Header* header = find_header(request.headers, "x-amz-content-sha256"))
    return std::string(header->value);
  if (!request.payload_sha256.empty()) return std::string(request.payload_sha256);
  const auto hash = hex_of(sha256(request.body));
  return {hash.data(), hash.size()};
}

std::string scope_text(const CredentialScope& scope) {
  std::string out;
  ((out += scope.access_key_id) += '/') += scope.date;
  ((out += '/') += scope.region) += '/';
  ((out += scope.service) += '/') += terminator;
  return out;
}

std::string signature(const Credentials& credentials, const CredentialScope& scope,
                      const SignedRequest& request, std::string_view signed_headers,
                      std::string_view timestamp, std::string_view payload) {
  std::string canonical, to_sign;
  append_canonical_request(canonical, request, signed_headers, payload, path_form(scope.service));
  append_string_to_sign(to_sign, timestamp, scope, canonical);
  const auto hex = signature_of(credentials.secret_access_key, scope, to_sign);
  return {hex.data(), hex.size()};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sign_request(const Credentials& credentials,
                                                              const SignedRequest& request,
                                                              SigningScope where, Instant now) {
  const std::string timestamp = amz_date(now);
  const CredentialScope scope{credentials.access_key_id, std::string_view(timestamp).substr(0, 8),
                              where.region, where.service};
  const std::string payload = payload_of(request);
  std::vector<std::pair<std::string, std::string>> added{{"X-Amz-Date", timestamp}};
  if (!credentials.session_token.empty())
    added.emplace_back("X-Amz-Security-Token", credentials.session_token);
  // S3 wants to be told the payload's hash; the others compute it.
  if (path_form(where.service) == PathForm::s3 && !find_header(request.headers, "x-amz-content-sha256"))
    added.emplace_back("X-Amz-Content-Sha256", payload);

  std::vector<Header> headers(request.headers.begin(), request.headers.end());
  for (const auto& [name, value] : added) headers.push_back({name, value});
  SignedRequest whole = request;
  whole.headers = headers;
  const std::string list = signed_header_list(headers);
  const std::string signed_with = signature(credentials, scope, whole, list, timestamp, payload);
  added.emplace_back("Authorization", std::string(algorithm) + " Credential=" + scope_text(scope) +
                                          ", SignedHeaders=" + list + ", Signature=" + signed_with);
  return added;
}

std::string presign(const Credentials& credentials, const SignedRequest& request, SigningScope where,
                    std::int64_t expires_s, Instant now) {
  const std::string timestamp = amz_date(now);
  const CredentialScope scope{credentials.access_key_id, std::string_view(timestamp).substr(0, 8),
                              where.region, where.service};
  const std::string list = signed_header_list(request.headers);
  std::string query(request.query);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!query.empty()) query += '&';
    ((query += name) += '=') += percent_encode(value);
  };
  add("X-Amz-Algorithm", algorithm);
  add("X-Amz-Credential", scope_text(scope));
  add("X-Amz-Date", timestamp);
  add("X-Amz-Expires", std::to_string(expires_s));
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  add("X-Amz-SignedHeaders", list);

  SignedRequest whole = request;
  whole.query = query;
  const std::string payload =
      path_form(where.service) == PathForm::s3 ? std::string(unsigned_payload) : payload_of(request);
  const std::string signed_with = signature(credentials, scope, whole, list, timestamp, payload);
  add("X-Amz-Signature", signed_with);
  return query;
}

}  // namespace slipway::auth
