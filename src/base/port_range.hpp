#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// "9000-9002", as ECS writes a range of ports (API reference, PortMapping, containerPortRange): ends from 1
// to 65535, the first below the last.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  static std::optional<PortRange> parse(std::string_view text);
  std::string text() const { return std::to_string(first) + "-" + std::to_string(last); }
  std::size_t size() const { return std::size_t(last - first) + 1; }

  bool operator==(const PortRange&) const = default;
};

}  // namespace slipway
