#include "services/logs/filter_pattern.hpp"

#include "fuzz.hpp"

// A filter pattern on the first line, a log message behind it.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto end = std::min(text.find('\n'), text.size());
  if (end > 1024) return 0;  // the API's own limit
  if (auto pattern = services::logs::FilterPattern::parse(text.substr(0, end)))
    (void)pattern->matches(text.substr(std::min(end + 1, text.size())));
  return 0;
}
