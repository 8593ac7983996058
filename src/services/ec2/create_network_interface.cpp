#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/idempotency.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::NetworkInterface;

Result<> check_served(const wire::ec2::CreateNetworkInterfaceRequest& request) {
  if (request.has_interface_type() && request.interface_type() != "interface")
    return not_served("interfaceType '" + std::string(request.interface_type()) + "'");
  if (request.ipv6_address_count() != 0 || !request.ipv6_addresses().empty() ||
      request.ipv6_prefix_count() != 0 || !request.ipv6_prefixes().empty() || request.enable_primary_ipv6())
    return not_served("IPv6");
  if (request.ipv4_prefix_count() != 0 || !request.ipv4_prefixes().empty())
    return not_served("Prefix delegation");
  if (request.secondary_private_ip_address_count() != 0 || request.private_ip_addresses().size() > 1)
    return not_served("A second private address");
  if (request.description().size() > limits::ec2_description_characters)
    return invalid_value("The description may have at most 255 characters.");
  return {};
}

Result<> check_count(const Call& call) {
  if (call.turn.state.network_interfaces.size() < limits::ec2_network_interfaces) return {};
  return fail("NetworkInterfaceLimitExceeded", "The maximum number of network interfaces has been reached.");
}

}  // namespace

Result<wire::Value> create_network_interface(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::CreateNetworkInterfaceRequest request(call.input);
  wire::ec2::CreateNetworkInterfaceResult result;
  if (request.has_client_token()) result.set_client_token(request.client_token());
  auto before = made_before(call);
  if (!before) return pass(before);
  if (*before)
    if (const auto* interface =
            state.network_interfaces.find(NetworkInterface::key_of(call.realm, **before))) {
      result.set_network_interface(network_interface_view(state, *interface));
      return std::move(result).raw();
    }
  if (auto good = check_served(request); !good) return pass(good);
  if (auto subnet = find(call, state.subnets, subnet_id, request.subnet_id()); !subnet) return pass(subnet);
  auto tags = tags_for(request.tag_specifications(), "network-interface");
  if (!tags) return pass(tags);
  if (auto good = check_count(call); !good) return pass(good);

  NetworkInterfaceRequest wanted;
  wanted.subnet_id = request.subnet_id();
  for (const std::string_view group : request.groups()) wanted.security_group_ids.emplace_back(group);
  wanted.description = request.description();
  wanted.private_ip = request.private_ip_address();
  for (const auto each : request.private_ip_addresses()) wanted.private_ip = each.private_ip_address();
  auto id = services::create_network_interface(call.turn, call.realm, wanted);
  if (!id) return pass(id);
  const NetworkInterface& made =
      call.turn.modify(state.network_interfaces, NetworkInterface::key_of(call.realm, *id),
                       [&](NetworkInterface& changed) { changed.tags = std::move(*tags); });
  remember_made(call, made.id);
  result.set_network_interface(network_interface_view(state, made).set_status("pending"));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
