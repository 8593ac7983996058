#include "runtime/net/address.hpp"

#include <arpa/inet.h>

#include <charconv>

#include "base/encoding.hpp"

namespace slipway::runtime {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  in_addr address;
  if (text.size() > 15 || ::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::string ipv4_text(std::uint32_t ip) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8)
    text += std::to_string(ip >> shift & 0xff) + (shift > 0 ? "." : "");
  return text;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  auto address = parse_ipv4(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (!address || error != std::errc() || end != digits.data() + digits.size() || prefix > 32)
    return std::nullopt;
  Cidr cidr{*address, prefix};
  if (!cidr.contains(*address)) return std::nullopt;
  return cidr;
}

std::optional<std::string> parse_mac(std::string_view text) {
  if (text.size() != 17) return std::nullopt;
  std::string digits;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at % 3 == 2) {
      if (text[at] != ':') return std::nullopt;
    } else {
      digits += text[at];
    }
  }
  return unhex(digits);
}

}  // namespace slipway::runtime
