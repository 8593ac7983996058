#include <set>

#include "services/ec2/errors.hpp"
#include "services/ec2/listing.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;

struct Item {
  std::string name;

  const std::string& key() const { return name; }
  std::string endpoint() const { return "ec2." + name + ".amazonaws.com"; }
};

constexpr FilterField<Item> fields[] = {
    {"endpoint", [](const State&, const Item& i) { return Values{i.endpoint()}; }},
    {"opt-in-status", [](const State&, const Item&) { return Values{"opt-in-not-required"}; }},
    {"region-name", [](const State&, const Item& i) { return Values{i.name}; }},
};

}  // namespace

// Any region name is served; those that are in use, and the caller's, are listed.
Result<wire::Value> describe_regions(Call& call) {
  const wire::ec2::DescribeRegionsRequest request(call.input);
  std::set<std::string> names{call.realm.region};
  for (const auto& [key, vpc] : call.turn.state.vpcs.rows())
    if (vpc->realm.account == call.realm.account) names.insert(vpc->realm.region);
  const Ids asked = ids_of(request.region_names());
  for (const std::string& name : asked)
    if (!names.contains(name)) return invalid_value("Invalid region name: [" + name + "]");
  std::vector<Item> items;
  for (const std::string& name : names)
    if (asked.empty() || asked.contains(name)) items.push_back({name});
  wire::ec2::DescribeRegionsResult result;
  result.set_regions({});
  auto done = describe_items<Item>(call, request, fields, items, [&](const Item& item) {
    result.add_regions(wire::ec2::Region()
                           .set_region_name(item.name)
                           .set_endpoint(item.endpoint())
                           .set_opt_in_status("opt-in-not-required"));
  });
  if (!done) return pass(done);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
