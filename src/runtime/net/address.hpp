#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::runtime {

// An IPv4 address as a number (host byte order) and as text.
std::optional<std::uint32_t> parse_ipv4(std::string_view);
std::string ipv4_text(std::uint32_t);

struct Cidr {
  std::uint32_t address = 0;  // no bits outside the prefix
  unsigned prefix = 0;

  std::uint32_t mask() const { return prefix == 0 ? 0 : ~0u << (32 - prefix); }
  bool contains(std::uint32_t ip) const { return (ip & mask()) == address; }
  bool overlaps(const Cidr& other) const {
    return (address & other.mask()) == other.address || (other.address & mask()) == address;
  }
  std::string text() const { return ipv4_text(address) + "/" + std::to_string(prefix); }
  bool operator==(const Cidr&) const = default;
};

// "10.0.0.0/16"; nothing where bits outside the prefix are set.
std::optional<Cidr> parse_cidr(std::string_view);

// "02:00:0a:00:01:05" as six bytes.
std::optional<std::string> parse_mac(std::string_view);

}  // namespace slipway::runtime
