#include "wire/json_text.hpp"

#include "fuzz.hpp"

// JSON without a shape. What is written is read again as the same.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto value = wire::parse_json(fuzz::text_of(data, size));
  if (!value) return 0;
  const std::string written = wire::write_json(*value);
  const auto again = wire::parse_json(written), pretty = wire::parse_json(wire::write_json_pretty(*value));
  fuzz::expect(again && wire::write_json(*again) == written);
  fuzz::expect(pretty && wire::write_json(*pretty) == written);
  return 0;
}
