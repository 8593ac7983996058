#include "services/ecs/table.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// Where an agent opens its two WebSockets. It keeps the answer for twelve hours.
Result<wire::Value> discover_poll_endpoint(Call& call) {
  wire::ecs::DiscoverPollEndpointResponse response;
  response.set_endpoint(call.environment.endpoint + "/acs").set_telemetry_endpoint(call.environment.endpoint + "/tcs");
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
