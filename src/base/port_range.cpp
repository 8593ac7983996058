#include "base/port_range.hpp"

#include <charconv>

namespace slipway {
namespace {

std::optional<std::uint16_t> port(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

}  // namespace

std::optional<PortRange> PortRange::parse(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto first = port(text.substr(0, dash)), last = port(text.substr(dash + 1));
  if (!first || !last || *first >= *last) return std::nullopt;
  return PortRange{*first, *last};
}

}  // namespace slipway
