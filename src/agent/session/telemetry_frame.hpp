#pragma once

#include <string>
#include <string_view>

#include "auth/sign.hpp"
#include "base/time.hpp"
#include "http/url.hpp"

namespace slipway::agent {

// A frame of TCS from the agent: header lines of a signed GET of the connection's own URL, an empty line,
// then JSON, whose SHA-256 is the payload hash.
std::string telemetry_frame(const http::Url& url, const auth::Credentials&, std::string_view region,
                            std::string_view json, Instant now);

}  // namespace slipway::agent
