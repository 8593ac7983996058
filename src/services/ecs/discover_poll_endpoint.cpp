#include "services/ecs/table.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// Where an agent opens its two WebSockets. It keeps the answer for twelve hours. An agent that came without
// TLS, over a socket pair inside the process, stays without it.
Result<wire::Value> discover_poll_endpoint(Call& call) {
  const std::string& url = call.environment.endpoint;
  const std::string endpoint = (call.tls ? "https" : "http") + url.substr(url.find("://"));
  wire::ecs::DiscoverPollEndpointResponse response;
  response.set_endpoint(endpoint + "/acs").set_telemetry_endpoint(endpoint + "/tcs");
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
