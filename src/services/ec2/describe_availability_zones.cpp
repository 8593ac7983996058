#include "services/ec2/listing.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;

// A zone of a region, as the filters see it.
struct Item {
  Realm realm;
  Zone zone;

  std::string group_name() const { return realm.region + "-zg-1"; }
};

constexpr FilterField<Item> fields[] = {
    {"group-long-name", [](const State&, const Item& i) { return Values{i.realm.region}; }},
    {"group-name", [](const State&, const Item& i) { return Values{i.group_name()}; }},
    {"message", nothing<Item>},
    {"opt-in-status", [](const State&, const Item&) { return Values{"opt-in-not-required"}; }},
    {"parent-zone-id", nothing<Item>},
    {"parent-zone-name", nothing<Item>},
    {"region-name", [](const State&, const Item& i) { return Values{i.realm.region}; }},
    {"state", [](const State&, const Item&) { return Values{"available"}; }},
    {"zone-id", [](const State&, const Item& i) { return Values{i.zone.id}; }},
    {"zone-name", [](const State&, const Item& i) { return Values{i.zone.name}; }},
    {"zone-type", [](const State&, const Item&) { return Values{"availability-zone"}; }},
};

wire::ec2::AvailabilityZone view(const Item& item) {
  wire::ec2::AvailabilityZone out;
  out.set_zone_name(item.zone.name)
      .set_zone_id(item.zone.id)
      .set_zone_type("availability-zone")
      .set_state("available")
      .set_opt_in_status("opt-in-not-required")
      .set_messages({})
      .set_region_name(item.realm.region)
      .set_group_name(item.group_name())
      .set_group_long_name(item.realm.region)
      .set_network_border_group(item.realm.region);
  return out;
}

// Errors when one of `asked` is no zone of the region.
Result<> check_known(const Ids& asked, const std::vector<Zone>& zones, std::string Zone::* member,
                     std::string_view noun) {
  for (const std::string& name : asked)
    if (std::ranges::find(zones, name, member) == zones.end())
      return fail("InvalidParameterValue", "Invalid " + std::string(noun) + ": [" + name + "]");
  return {};
}

}  // namespace

Result<wire::Value> describe_availability_zones(Call& call) {
  const wire::ec2::DescribeAvailabilityZonesRequest request(call.input);
  const std::vector<Zone> zones = zones_of(call.realm.region);
  const Ids names = ids_of(request.zone_names()), ids = ids_of(request.zone_ids());
  if (auto good = check_known(names, zones, &Zone::name, "availability zone"); !good) return pass(good);
  if (auto good = check_known(ids, zones, &Zone::id, "availability zone-id"); !good) return pass(good);
  auto filters = Filters<Item>::read(request.filters(), fields);
  if (!filters) return pass(filters);

  wire::ListOf<wire::ec2::AvailabilityZone> list;
  for (const Zone& zone : zones) {
    const Item item{call.realm, zone};
    const bool asked = (names.empty() || names.contains(zone.name)) && (ids.empty() || ids.contains(zone.id));
    if (asked && filters->match(call.turn.state, item)) list.push_back(view(item));
  }
  wire::ec2::DescribeAvailabilityZonesResult result;
  result.set_availability_zones(std::move(list));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
