#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace slipway::services::ssm {

// The AllowedPattern of a parameter: a regular expression with literals, '.', [classes], \d \w \s and their
// opposites, ^ $, groups, alternatives and ? * + {m,n}. What a linear matcher cannot do (look-around, back
// references) is refused. Matches anywhere in a value, in time proportional to value times pattern; a
// character beyond ASCII counts as its bytes.
class AllowedPattern {
 public:
  // Error: InvalidAllowedPatternException.
  static Result<AllowedPattern> parse(std::string_view text);
  bool found_in(std::string_view value) const;

 private:
  friend class PatternCompiler;
  using Bytes = std::bitset<256>;
  enum class Op : std::uint8_t { byte, split, at_start, at_end, match };
  struct Step {
    Op op = Op::match;
    std::uint32_t next = 0;
    std::uint32_t other = 0;  // split: the second way
    Bytes bytes;
  };

  std::vector<Step> steps_;
  std::uint32_t start_ = 0;
};

}  // namespace slipway::services::ssm
