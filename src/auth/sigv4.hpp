#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "auth/auth_error.hpp"
#include "base/time.hpp"

// AWS Signature Version 4, the server's half ("Signature Version 4 signing process", AWS IAM guide).
namespace slipway::auth {

struct Header {
  std::string_view name;  // any case
  std::string_view value;
};

// A request as it came over the wire. All views must outlive the call.
struct SignedRequest {
  std::string_view method;
  std::string_view path;   // raw, as sent: what stands before '?'
  std::string_view query;  // raw, as sent: what stands after '?'
  std::span<const Header> headers;
  std::string_view body;
  // Hex SHA-256 of a body that was hashed while it streamed; `body` is then not looked at.
  std::string_view payload_sha256;
  // Lets "UNSIGNED-PAYLOAD" through: only where TLS protects the body (or the operation reads none).
  bool unsigned_payload_allowed = false;
};

// "AKID/20261124/us-east-1/ecs/aws4_request"
struct CredentialScope {
  std::string_view access_key_id;
  std::string_view date;
  std::string_view region;
  std::string_view service;
};

// What a request says about its signature, taken apart but not yet believed. Views point into the request,
// or (presigned form) into `decoded`.
struct Claim {
  CredentialScope credential;
  std::string_view signed_headers;  // "host;x-amz-date"
  std::string_view signature;       // 64 lower-case hex digits
  std::string_view session_token;   // empty: none
  Instant signed_at;
  std::string_view timestamp;  // signed_at as the string to sign holds it ("20261124T134520Z")
  std::int64_t expires_s = 0;  // presigned form only
  bool presigned = false;

  struct Decoded {
    std::string credential, signed_headers, session_token, timestamp;
  };
  std::unique_ptr<Decoded> decoded;
};

// Takes the Authorization header or the presigned query apart. Errors: missing, incomplete, and
// wrong_signature for a scope that does not end in "aws4_request".
// The scope's region and service are what a request is routed by, before anything is verified.
AuthResult<Claim> parse_claim(const SignedRequest&);

// Whether the claim holds: time within the skew or the URL's life, host (and a session token that came as a
// header) signed, payload as declared, signature made with `secret`. Compared in constant time.
// Errors: incomplete, signature_expired, signature_too_early, payload_mismatch, wrong_signature.
AuthResult<> verify(const SignedRequest&, const Claim&, std::string_view secret, Instant now);

}  // namespace slipway::auth
