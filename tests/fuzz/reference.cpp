#include "agent/image/reference.hpp"

#include "fuzz.hpp"

// An image's name. Its canonical form names the same image.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reference = agent::parse_reference(fuzz::text_of(data, size));
  if (!reference) return 0;
  const auto canonical = agent::parse_reference(reference->canonical());
  fuzz::expect(canonical && canonical->canonical() == reference->canonical());
  const auto familiar = agent::parse_reference(reference->familiar());
  fuzz::expect(familiar && familiar->canonical() == reference->canonical());
  fuzz::expect(!reference->object().empty());
  return 0;
}
