#pragma once

#include <string_view>

namespace slipway::services::ecs {

// Up to 255 letters, numbers, hyphens and underscores: clusters, families, containers.
inline bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
      return false;
  return true;
}

}  // namespace slipway::services::ecs
