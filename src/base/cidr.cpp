#include "base/cidr.hpp"

#include <charconv>

namespace slipway {
namespace {

// A decimal number of at most `max` off the front of `text`; nothing for none or a leading zero ("010" is
// eight for some readers and ten for others).
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto digits = std::size_t(end - text.data());
  if (error != std::errc() || value > max || (digits > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

}  // namespace

std::string Ipv4::text() const {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(bits >> shift & 0xff);
    if (shift > 0) out += '.';
  }
  return out;
}

std::optional<Ipv4> Ipv4::parse(std::string_view text) {
  Ipv4 address;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto value = take_number(text, 255);
    if (!value) return std::nullopt;
    address.bits = address.bits << 8 | *value;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::optional<Ipv4Cidr> Ipv4Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto address = Ipv4::parse(text.substr(0, slash));
  std::string_view length = text.substr(slash + 1);
  const auto prefix = take_number(length, 32);
  if (!address || !prefix || !length.empty()) return std::nullopt;
  const Ipv4Cidr block{*address, int(*prefix)};
  if ((address->bits & (block.size() - 1)) != 0) return std::nullopt;
  return block;
}

std::string Ipv4Cidr::text() const {
  return first.text() + "/" + std::to_string(prefix);
}

}  // namespace slipway
