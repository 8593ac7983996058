#pragma once

#include <expected>
#include <string>

#include "base/result.hpp"

namespace slipway::auth {

// Why a request was not let in. The caller renders it in its protocol's codes and words.
enum class AuthFailure {
  missing,              // no Authorization header and no X-Amz-Signature
  incomplete,           // a part is missing, malformed or unsigned; `message` names it as AWS does
  unknown_key,          // no such access key, or it is inactive
  invalid_token,        // a session token that we did not seal, or that belongs to another key
  expired_token,        // the session is over
  wrong_signature,      // `message` is AWS's, with the canonical string and the string to sign
  signature_expired,    // older than the allowed skew, or a presigned URL past its time
  signature_too_early,  // from the future by more than the allowed skew
  payload_mismatch,     // x-amz-content-sha256 is not the body's hash
};

struct AuthError {
  AuthFailure failure = AuthFailure::missing;
  std::string message;  // AWS's sentence, except where render() below has a fixed one

  bool operator==(const AuthError&) const = default;
};

template <class T = void>
using AuthResult = std::expected<T, AuthError>;

// The five ways in which AWS words these errors. rest_xml is S3's.
enum class ErrorStyle { json, rest_json, query, ec2, rest_xml };

// Code, message and HTTP status as an AWS service of that style answers them
// (AWS "Common Errors" pages; EC2 API "Error codes"; S3 API "Error responses").
Error render(const AuthError&, ErrorStyle);

}  // namespace slipway::auth
