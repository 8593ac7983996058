#include "fuzz.hpp"
#include "wire/json_text.hpp"
#include "wire/protocol.hpp"
#include "wire/validate.hpp"

// Forms of awsQuery and ec2Query.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* services[] = {"iam", "sts", "ec2"};
  std::string_view text = fuzz::text_of(data, size);
  const wire::Service& service = *wire::service_by_id(services[fuzz::choose(text, 3)]);
  const wire::Operation& operation = service.operations[fuzz::choose(text, service.operations.size())];
  wire::HttpRequestParts request;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = text;
  (void)wire::hint(request);
  (void)wire::route(service, request);
  auto input = wire::parse_request(service, operation, request);
  if (!input) return 0;
  if (operation.input) (void)wire::validate(*operation.input, *input, service.validation_code);
  (void)wire::write_request(service, operation, *input);
  return 0;
}
