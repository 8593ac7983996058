#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// An IPv4 address as a number, first octet highest, so that addresses count up and compare.
struct Ipv4 {
  std::uint32_t bits = 0;

  std::string text() const;  // "172.31.0.4"
  // Four decimal octets without leading zeros, nothing else.
  static std::optional<Ipv4> parse(std::string_view);

  auto operator<=>(const Ipv4&) const = default;
};

// An IPv4 block in CIDR notation (RFC 4632 §3.1), such as 172.31.0.0/16.
struct Ipv4Cidr {
  Ipv4 first;      // all bits past the prefix are zero
  int prefix = 0;  // 0 … 32

  // "a.b.c.d/n"; nothing for other text or for an address with bits set past the prefix.
  static std::optional<Ipv4Cidr> parse(std::string_view);

  std::string text() const;
  std::uint64_t size() const { return std::uint64_t(1) << (32 - prefix); }
  Ipv4 last() const { return at(size() - 1); }
  // The address at `offset` from the first; offset < size().
  Ipv4 at(std::uint64_t offset) const { return {first.bits + std::uint32_t(offset)}; }
  bool contains(Ipv4 address) const { return address >= first && address <= last(); }
  bool contains(const Ipv4Cidr& other) const { return contains(other.first) && contains(other.last()); }
  bool overlaps(const Ipv4Cidr& other) const { return contains(other.first) || other.contains(first); }

  bool operator==(const Ipv4Cidr&) const = default;
};

}  // namespace slipway
