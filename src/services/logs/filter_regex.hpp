#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace slipway::services::logs {

// The regular expressions of filter patterns, what stands between two '%': literals, '.', [classes], ^ and $,
// ? * + {m,n}, alternatives; no parentheses and no symbols that AWS does not list. Matches anywhere in a
// text, in time linear in it.
class FilterRegex {
 public:
  static Result<FilterRegex> parse(std::string_view text);
  bool found_in(std::string_view text) const;

 private:
  friend class RegexParser;
  using Bytes = std::bitset<256>;
  // One byte to match. `optional`: may be left out; `repeats`: any number of times.
  struct State {
    Bytes bytes;
    bool optional = false;
    bool repeats = false;
  };
  struct Alternative {
    std::vector<State> states;
    bool at_start = false;
    bool at_end = false;
  };
  static bool found(const Alternative& alternative, std::string_view text);

  std::vector<Alternative> alternatives_;
};

}  // namespace slipway::services::logs
