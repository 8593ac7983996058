#include "agent/session/telemetry_frame.hpp"

#include <array>

#include "auth/sigv4.hpp"

namespace slipway::agent {

std::string telemetry_frame(const http::Url& url, const auth::Credentials& credentials,
                            std::string_view region, std::string_view json, Instant now) {
  std::string host = url.authority();
  std::array<auth::Header, 1> headers{{{"Host", host}}};
  auto added = auth::sign_request(
      credentials, {.method = "GET", .path = url.path, .query = url.query, .headers = headers, .body = json},
      {.region = region, .service = "ecs"}, now);
  std::string frame = "Host: " + host + "\r\n";
  for (const auto& [name, value] : added) frame += name + ": " + value + "\r\n";
  frame += "\r\n";
  frame += json;
  return frame;
}

}  // namespace slipway::agent
