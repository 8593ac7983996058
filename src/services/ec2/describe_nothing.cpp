#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

// Lists of what this network does not have. Clients ask for them on their way to what they want: CDK's
// look-up of a VPC wants to know of VPN gateways, Terraform's provider of prefix lists.
namespace slipway::services::ec2 {
namespace {

struct None {
  std::string key() const { return {}; }
  std::map<std::string, std::string> tags() const { return {}; }
};

constexpr FilterField<None> prefix_list_fields[] = {
    {"owner-id", nothing<None>}, {"prefix-list-id", nothing<None>}, {"prefix-list-name", nothing<None>}};
constexpr FilterField<None> vpn_gateway_fields[] = {{"amazon-side-asn", nothing<None>},
                                                    {"attachment.state", nothing<None>},
                                                    {"attachment.vpc-id", nothing<None>},
                                                    {"availability-zone", nothing<None>},
                                                    {"state", nothing<None>},
                                                    {"type", nothing<None>},
                                                    {"vpn-gateway-id", nothing<None>}};

template <class Request>
Result<> none(const Call& call, const Request& request, const IdKind& kind, const Ids& ids,
              std::span<const FilterField<None>> fields) {
  if (auto good = check_ids_well_formed(kind, ids); !good) return pass(good);
  if (!ids.empty()) return missing_ids(kind, ids);
  auto done = describe_items<None>(call, request, fields, {}, [](const None&) {});
  if (!done) return pass(done);
  return {};
}

}  // namespace

Result<wire::Value> describe_prefix_lists(Call& call) {
  const wire::ec2::DescribePrefixListsRequest request(call.input);
  const Ids ids = ids_of(request.prefix_list_ids());
  if (auto good = none(call, request, prefix_list_id, ids, prefix_list_fields); !good) return pass(good);
  wire::ec2::DescribePrefixListsResult result;
  result.set_prefix_lists({});
  return std::move(result).raw();
}

Result<wire::Value> describe_managed_prefix_lists(Call& call) {
  const wire::ec2::DescribeManagedPrefixListsRequest request(call.input);
  const Ids ids = ids_of(request.prefix_list_ids());
  if (auto good = none(call, request, prefix_list_id, ids, prefix_list_fields); !good) return pass(good);
  wire::ec2::DescribeManagedPrefixListsResult result;
  result.set_prefix_lists({});
  return std::move(result).raw();
}

Result<wire::Value> describe_vpn_gateways(Call& call) {
  const wire::ec2::DescribeVpnGatewaysRequest request(call.input);
  const Ids ids = ids_of(request.vpn_gateway_ids());
  if (auto good = none(call, request, vpn_gateway_id, ids, vpn_gateway_fields); !good) return pass(good);
  wire::ec2::DescribeVpnGatewaysResult result;
  result.set_vpn_gateways({});
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
