#include "services/ec2/filter.hpp"

#include "base/limits.hpp"

namespace slipway::services::ec2 {

// Goes back to the last * on a mismatch and lets it take one character more: at worst pattern times text, and
// never the exponential walk of the recursive form.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    const std::size_t at = p + (escaped ? 1 : 0);
    if (at < pattern.size() && (pattern[at] == text[t] || (!escaped && pattern[at] == '?'))) {
      p = at + 1;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Values yes_or_no(bool value) {
  return {value ? "true" : "false"};
}

Result<Values> filter_values(const wire::ec2::Filter& filter) {
  const auto asked = filter.values();
  if (asked.empty())
    return fail("InvalidParameterValue",
                "The filter value set for '" + std::string(filter.name()) + "' must have at least one value");
  if (asked.size() > limits::ec2_filter_values)
    return fail("FilterLimitExceeded", "The maximum number of filter values specified on a single call is " +
                                           std::to_string(limits::ec2_filter_values));
  Values values;
  for (const std::string_view value : asked) values.emplace_back(value);
  return values;
}

std::unexpected<Error> unknown_filter(std::string_view name) {
  return fail("InvalidParameterValue", "The filter '" + std::string(name) + "' is invalid");
}

}  // namespace slipway::services::ec2
