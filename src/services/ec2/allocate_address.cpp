#include "base/cidr.hpp"
#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "wire/gen/ec2.hpp"

namespace slipway::services::ec2 {
namespace {

// We own no public addresses, and one that is somebody's would be a lie. These are set apart for tests of
// networks and routed nowhere (RFC 2544 appendix C.2.2): an Elastic IP address is a name that clients may ask
// for and pass on, and traffic leaves with the host's own address (decision 0009).
constexpr Ipv4Cidr pool{{0xc6120000}, 15};  // 198.18.0.0/15

// The pool has far more addresses than all realms' limits would take on a sane installation; the walk ends
// where it does not.
Result<std::string> free_address(Call& call) {
  const std::uint64_t start = call.turn.random.below(pool.size());
  for (std::uint64_t step = 0; step < pool.size(); ++step) {
    std::string ip = pool.at((start + step) % pool.size()).text();
    if (call.turn.state.addresses.with("public-ip", ip).empty()) return ip;
  }
  return fail("InsufficientAddressCapacity", "Not enough addresses are available.");
}

}  // namespace

Result<wire::Value> allocate_address(Call& call) {
  const wire::ec2::AllocateAddressRequest request(call.input);
  if (request.has_domain() && request.domain() != "vpc")
    return invalid_value("Value (" + std::string(request.domain()) + ") for parameter domain is invalid.");
  if (request.has_address())
    return fail("InvalidAddress.NotFound", "Address '" + std::string(request.address()) + "' not found.");
  if (request.has_customer_owned_ipv4_pool() || request.has_ipam_pool_id() ||
      (request.has_public_ipv4_pool() && request.public_ipv4_pool() != "amazon"))
    return not_served("An address pool of one's own");
  auto tags = tags_for(request.tag_specifications(), "elastic-ip");
  if (!tags) return pass(tags);
  std::size_t count = 0;
  call.turn.state.addresses.scan(call.realm.prefix(), "",
                                 [&](const auto&) { return ++count < limits::ec2_addresses; });
  if (count >= limits::ec2_addresses)
    return fail("AddressLimitExceeded", "The maximum number of addresses has been reached.");
  auto ip = free_address(call);
  if (!ip) return pass(ip);

  core::ec2::Address address;
  address.realm = call.realm;
  address.allocation_id = new_ec2_id(call.turn.random, "eipalloc");
  address.public_ip = std::move(*ip);
  address.tags = std::move(*tags);
  wire::ec2::AllocateAddressResult result;
  result.set_allocation_id(address.allocation_id)
      .set_public_ip(address.public_ip)
      .set_public_ipv4_pool("amazon")
      .set_network_border_group(call.realm.region)
      .set_domain("vpc");
  call.turn.put(call.turn.state.addresses, std::move(address));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
