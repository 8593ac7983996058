#include "wire/json_text.hpp"

#include "fuzz.hpp"

// JSON without a shape. What is written is read again as the same.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto value = wire::parse_json(fuzz::text_of(data, size));
  if (!value) return 0;
  const auto again = wire::parse_json(wire::write_json(*value));
  const auto pretty = wire::parse_json(wire::write_json_pretty(*value));
  fuzz::expect(again && *again == *value);
  fuzz::expect(pretty && *pretty == *value);
  return 0;
}
