#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/sigv4.hpp"
#include "base/time.hpp"

// AWS Signature Version 4, the client's half.
namespace slipway::auth {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty: long-term key
};

struct SigningScope {
  std::string_view region;
  std::string_view service;
};

// Headers to add to the request: X-Amz-Date, X-Amz-Security-Token if there is a token, Authorization.
// Signs every header that `request` holds, which must be the ones that are sent, `Host` among them; leave out
// what a proxy may change (Connection, User-Agent, Transfer-Encoding …). `path` and `query` as they are sent.
std::vector<std::pair<std::string, std::string>> sign_request(const Credentials&,
                                                              const SignedRequest& request, SigningScope,
                                                              Instant now);

// The query (without '?') of a presigned URL that is good for `expires_s` seconds. Signs `request.query` and
// the headers given, `Host` among them. The payload is UNSIGNED-PAYLOAD for S3, else the hash of the body.
std::string presign(const Credentials&, const SignedRequest& request, SigningScope, std::int64_t expires_s,
                    Instant now);

}  // namespace slipway::auth
