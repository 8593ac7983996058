#include "fuzz.hpp"
#include "wire/json_text.hpp"
#include "wire/protocol.hpp"
#include "wire/validate.hpp"

// A JSON body read by the shape of an operation: what was read comes back from what is written of it.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  const wire::Service& service = *wire::service_by_id(fuzz::choose(text, 2) == 0 ? "ecs" : "logs");
  const wire::Operation& operation = service.operations[fuzz::choose(text, service.operations.size())];
  wire::HttpRequestParts request;
  request.headers = {{"X-Amz-Target", std::string(service.target_prefix) + "." + std::string(operation.name)},
                     {"Content-Type", "application/x-amz-json-1.1"}};
  request.body = text;
  auto routed = wire::route(service, request);
  fuzz::expect(routed && *routed == &operation);
  auto input = wire::parse_request(service, operation, request);
  if (!input) return 0;
  if (operation.input) (void)wire::validate(*operation.input, *input, service.validation_code);
  const auto again = wire::parse_request(service, operation, wire::write_request(service, operation, *input));
  fuzz::expect(again && wire::write_json(*again) == wire::write_json(*input));
  return 0;
}
