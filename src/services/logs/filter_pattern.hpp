#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace slipway::services::logs {

// A CloudWatch Logs filter pattern (user guide, "Filter pattern syntax for metric filters, subscription
// filters, filter log events, and Live Tail"): terms, quoted phrases, -exclude and ?any; JSON `{ $.a = 1 }`;
// space-delimited `[a, b=x*, ...]`; regular expressions `%a+%`. Immutable, so threads may share one.
class FilterPattern {
 public:
  // InvalidParameterException for a pattern that is none. An empty one matches everything.
  static Result<FilterPattern> parse(std::string_view text);

  FilterPattern() = default;  // matches everything
  bool matches(std::string_view message) const { return !matcher_ || matcher_->matches(message); }
  bool matches_everything() const { return !matcher_; }

  class Matcher {
   public:
    virtual ~Matcher() = default;
    virtual bool matches(std::string_view message) const = 0;
  };
  explicit FilterPattern(std::shared_ptr<const Matcher> matcher) : matcher_(std::move(matcher)) {}

 private:
  std::shared_ptr<const Matcher> matcher_;
};

}  // namespace slipway::services::logs
