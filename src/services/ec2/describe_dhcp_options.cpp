#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;

// The one set of options that the VPCs of a realm have: Amazon's resolver and the region's domain.
struct Options {
  Realm realm;
  std::string id;

  const std::string& key() const { return id; }
  std::map<std::string, std::string> tags() const { return {}; }
  std::string domain() const {
    return realm.region == "us-east-1" ? "ec2.internal" : realm.region + ".compute.internal";
  }
};

constexpr std::string_view resolver = "AmazonProvidedDNS";

constexpr FilterField<Options> fields[] = {
    {"dhcp-options-id", [](const State&, const Options& o) { return Values{o.id}; }},
    {"key", [](const State&, const Options&) { return Values{"domain-name", "domain-name-servers"}; }},
    {"owner-id", [](const State&, const Options& o) { return Values{o.realm.account}; }},
    {"value", [](const State&, const Options& o) { return Values{o.domain(), std::string(resolver)}; }},
};

wire::ec2::DhcpConfiguration configuration(std::string_view key, std::string_view value) {
  wire::ec2::DhcpConfiguration out;
  out.set_key(key).add_values(wire::ec2::AttributeValue().set_value(value));
  return out;
}

}  // namespace

Result<wire::Value> describe_dhcp_options(Call& call) {
  const wire::ec2::DescribeDhcpOptionsRequest request(call.input);
  Ids missing = ids_of(request.dhcp_options_ids());
  const bool all = missing.empty();
  if (auto good = check_ids_well_formed(dhcp_options_id, missing); !good) return pass(good);
  Ids ids;
  call.turn.state.vpcs.scan(call.realm.prefix(), "", [&](const core::ec2::Vpc& vpc) {
    if (all || missing.contains(vpc.dhcp_options_id)) ids.insert(vpc.dhcp_options_id);
    return true;
  });
  for (const std::string& id : ids) missing.erase(id);
  if (!missing.empty()) return missing_ids(dhcp_options_id, missing);
  std::vector<Options> options;
  for (const std::string& id : ids) options.push_back({call.realm, id});
  wire::ListOf<wire::ec2::DhcpOptions> page;
  auto next = describe_items<Options>(call, request, fields, options, [&](const Options& each) {
    wire::ec2::DhcpOptions out;
    out.set_dhcp_options_id(each.id).set_owner_id(call.realm.account).set_tags({});
    out.add_dhcp_configurations(configuration("domain-name", each.domain()));
    out.add_dhcp_configurations(configuration("domain-name-servers", resolver));
    page.push_back(std::move(out));
  });
  if (!next) return pass(next);
  wire::ec2::DescribeDhcpOptionsResult result;
  result.set_dhcp_options(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
