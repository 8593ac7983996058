#include "services/ec2/ip_range.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace slipway::services::ec2 {
namespace {

// The length after the slash; nothing where it is no number up to `max`.
std::optional<int> prefix_of(std::string_view text, std::size_t slash, int max) {
  if (slash == text.npos) return std::nullopt;
  const std::string_view digits = text.substr(slash + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 || prefix > max)
    return std::nullopt;
  return prefix;
}

}  // namespace

std::optional<Ipv4Cidr> canonical_ipv4(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto prefix = prefix_of(text, slash, 32);
  const auto address = prefix ? Ipv4::parse(text.substr(0, slash)) : std::nullopt;
  if (!address) return std::nullopt;
  const std::uint32_t mask = *prefix == 0 ? 0 : ~std::uint32_t(0) << (32 - *prefix);
  return Ipv4Cidr{{address->bits & mask}, *prefix};
}

std::optional<std::string> canonical_ipv6(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto prefix = prefix_of(text, slash, 128);
  if (!prefix) return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, std::string(text.substr(0, slash)).c_str(), bytes.data()) != 1)
    return std::nullopt;
  for (int bit = *prefix; bit < 128; ++bit)
    bytes[std::size_t(bit) / 8] &= static_cast<unsigned char>(~(0x80 >> bit % 8));
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return std::string(out.data()) + "/" + std::to_string(*prefix);
}

}  // namespace slipway::services::ec2
