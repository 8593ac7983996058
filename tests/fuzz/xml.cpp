#include "fuzz.hpp"
#include "wire/protocol.hpp"

// XML as our own clients read it: answers and errors of awsQuery and ec2Query.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* services[] = {"iam", "sts", "ec2"};
  std::string_view text = fuzz::text_of(data, size);
  const wire::Service& service = *wire::service_by_id(services[fuzz::choose(text, 3)]);
  const wire::Operation& operation = service.operations[fuzz::choose(text, service.operations.size())];
  wire::HttpResponseParts response;
  response.status = fuzz::choose(text, 2) == 0 ? 200 : 400;
  response.headers = {{"Content-Type", "text/xml"}};
  response.body = text;
  auto output = wire::parse_response(service, operation, response);
  if (output) (void)wire::write_response(service, operation, *output, "id");
  wire::Value details;
  (void)wire::parse_error(service, response, &details);
  (void)wire::request_id_of(service, response);
  return 0;
}
