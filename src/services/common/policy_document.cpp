#include "services/common/policy_document.hpp"

#include <algorithm>

#include "auth/policy/policy.hpp"

namespace slipway::services {

Result<> check_policy_document(std::string_view document, PolicyUse use) {
  auto compiled = auth::policy::compile(document, use);
  if (!compiled) return pass(compiled);
  return {};
}

std::size_t policy_size(std::string_view document) {
  static constexpr std::string_view white = " \t\r\n";
  return std::size_t(std::ranges::count_if(document, [](char c) { return !white.contains(c); }));
}

}  // namespace slipway::services
