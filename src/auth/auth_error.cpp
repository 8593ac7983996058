#include "auth/auth_error.hpp"

#include <array>
#include <cstddef>

namespace slipway::auth {
namespace {

// Empty message: the failure's own.
struct Rendering {
  const char* code;
  int http_status;
  const char* message;
};

constexpr const char* unknown_words = "The security token included in the request is invalid.";
constexpr const char* over_words = "The security token included in the request is expired";
constexpr const char* ec2_words = "AWS was not able to validate the provided access credentials";
constexpr const char* skewed_words =
    "The difference between the request time and the current time is too large.";

// In the order of AuthFailure. What boto3 shows: the JSON services answer 400 (DynamoDB guide, "Error
// messages and codes"), Query and REST services 403, EC2 401 with one sentence for every reason.
constexpr std::array<Rendering, 9> json{{
    {"MissingAuthenticationTokenException", 400, "Missing Authentication Token"},
    {"IncompleteSignatureException", 400, ""},
    {"UnrecognizedClientException", 400, unknown_words},
    {"UnrecognizedClientException", 400, unknown_words},
    {"ExpiredTokenException", 400, over_words},
    {"InvalidSignatureException", 400, ""},
    {"InvalidSignatureException", 400, ""},
    {"InvalidSignatureException", 400, ""},
    {"InvalidSignatureException", 400, ""},
}};
constexpr std::array<Rendering, 9> query{{
    {"MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
    {"IncompleteSignature", 400, ""},
    {"InvalidClientTokenId", 403, unknown_words},
    {"InvalidClientTokenId", 403, unknown_words},
    {"ExpiredToken", 403, over_words},
    {"SignatureDoesNotMatch", 403, ""},
    {"SignatureDoesNotMatch", 403, ""},
    {"SignatureDoesNotMatch", 403, ""},
    {"SignatureDoesNotMatch", 403, ""},
}};
constexpr std::array<Rendering, 9> ec2{{
    {"MissingAuthenticationToken", 403, "The request must contain valid credentials."},
    {"IncompleteSignature", 400, ""},
    {"AuthFailure", 401, ec2_words},
    {"AuthFailure", 401, ec2_words},
    {"RequestExpired", 400, "Request has expired."},
    {"AuthFailure", 401, ec2_words},
    {"RequestExpired", 400, "Request has expired."},
    {"AuthFailure", 401, ec2_words},
    {"AuthFailure", 401, ec2_words},
}};
constexpr std::array<Rendering, 9> rest_xml{{
    {"AccessDenied", 403, "Access Denied"},
    {"AuthorizationHeaderMalformed", 400, ""},
    {"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."},
    {"InvalidToken", 400, "The provided token is malformed or otherwise invalid."},
    {"ExpiredToken", 400, "The provided token has expired."},
    {"SignatureDoesNotMatch", 403, ""},
    {"RequestTimeTooSkewed", 403, skewed_words},
    {"RequestTimeTooSkewed", 403, skewed_words},
    {"XAmzContentSHA256Mismatch", 400, ""},
}};

}  // namespace

Error render(const AuthError& error, ErrorStyle style) {
  const auto& table = style == ErrorStyle::query      ? query
                      : style == ErrorStyle::ec2      ? ec2
                      : style == ErrorStyle::rest_xml ? rest_xml
                                                      : json;
  const Rendering& row = table[std::size_t(error.failure)];
  Error out{row.code, *row.message ? row.message : error.message, row.http_status};
  if (style == ErrorStyle::rest_json && error.failure != AuthFailure::incomplete) out.http_status = 403;
  return out;
}

}  // namespace slipway::auth
