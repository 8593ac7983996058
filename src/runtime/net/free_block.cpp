#include "runtime/net/free_block.hpp"

#include <algorithm>

namespace slipway::runtime {
namespace {

constexpr Cidr usual{0xac1f0000, 16};  // 172.31.0.0/16
constexpr std::uint32_t last_of_ten = 0x0aff0000, first_of_ten = 0x0a000000, step = 1u << 16;

bool is_free(const Cidr& block, std::span<const RouteInfo> routes) {
  return std::ranges::none_of(routes, [&](const RouteInfo& route) {
    return route.destination.prefix > 0 && route.destination.overlaps(block);
  });
}

}  // namespace

Cidr free_vpc_block(std::span<const RouteInfo> routes) {
  if (is_free(usual, routes)) return usual;
  for (std::uint32_t address = last_of_ten; address >= first_of_ten; address -= step)
    if (const Cidr block{address, 16}; is_free(block, routes)) return block;
  return usual;
}

Cidr free_vpc_block() {
  auto netlink = Netlink::open();
  if (!netlink) return usual;
  auto routes = netlink->routes();
  return routes ? free_vpc_block(*routes) : usual;
}

}  // namespace slipway::runtime
