#include "services/logs/filter_pattern.hpp"

#include "services/logs/filter_parts.hpp"

namespace slipway::services::logs {

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  PatternCursor cursor(text);
  cursor.skip_spaces();
  if (cursor.at_end()) return FilterPattern();
  auto matcher = cursor.peek() == '{'   ? parse_json_pattern(text)
                 : cursor.peek() == '[' ? parse_fields_pattern(text)
                                        : parse_terms(text);
  if (!matcher) return pass(matcher);
  return FilterPattern(std::move(*matcher));
}

}  // namespace slipway::services::logs
