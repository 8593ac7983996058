#pragma once

#include <string>
#include <string_view>

#include "auth/sigv4.hpp"

// The canonical forms that both halves of SigV4 hash (AWS IAM guide, "Create a signed AWS API request").
namespace slipway::auth {

inline constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view terminator = "aws4_request";
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

// How a service wants the path: S3's once-encoded and otherwise untouched; everyone else's normalised (no
// "//", no dot segments) and encoded once more. `as_sent`: encoded once more but not normalised, as the Go
// SDK signs.
enum class PathForm { s3, normalized, as_sent };

// The form that `service` uses.
PathForm path_form(std::string_view service);
// Whether normalising would change this path.
bool has_dot_segments(std::string_view path);

void append_canonical_path(std::string& out, std::string_view path, PathForm);
// Sorted by encoded name, then value; '+' is a space; X-Amz-Signature left out.
// False when there are more than limits::canonical_query_parameters.
bool append_canonical_query(std::string& out, std::string_view query);
// One "name:value\n" for each name in `signed_headers` ("a;b;c"), values trimmed, runs of blanks collapsed.
void append_canonical_headers(std::string& out, std::span<const Header>, std::string_view signed_headers);
// Everything, ending with the payload's hash. False as above.
bool append_canonical_request(std::string& out, const SignedRequest&, std::string_view signed_headers,
                              std::string_view payload_hash, PathForm);

// "AWS4-HMAC-SHA256\n<timestamp>\n<date>/<region>/<service>/aws4_request\n<hash>"
void append_string_to_sign(std::string& out, std::string_view timestamp, const CredentialScope&,
                           std::string_view canonical_request);

// Case-insensitive for ASCII. The first header of that name, or null.
bool same_name(std::string_view a, std::string_view b);
const Header* find_header(std::span<const Header>, std::string_view lower_case_name);
// Whether "a;b;c" names `name`.
bool is_signed(std::string_view signed_headers, std::string_view lower_case_name);

}  // namespace slipway::auth
