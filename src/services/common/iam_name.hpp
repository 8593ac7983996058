#pragma once

#include <algorithm>
#include <string_view>

namespace slipway::services {

// The letters of IAM's names (users, roles, policies, sessions): [\w+=,.@-]* (IAM API reference).
inline bool is_iam_name(std::string_view text) {
  static constexpr std::string_view marks = "_+=,.@-";
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || marks.contains(c);
  });
}

}  // namespace slipway::services
