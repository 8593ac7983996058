#include "services/ec2/zone.hpp"

#include <array>

namespace slipway::services::ec2 {
namespace {

// "us-east-1" → "use1": first and last part whole, of what is between the initials of its directions.
std::string region_code(std::string_view region) {
  constexpr std::array<std::string_view, 4> second{"east", "west", "north", "south"};
  const auto first_dash = region.find('-'), last_dash = region.rfind('-');
  if (first_dash == region.npos || first_dash == last_dash) return std::string(region);
  std::string code(region.substr(0, first_dash));
  std::string_view middle = region.substr(first_dash + 1, last_dash - first_dash - 1);
  while (!middle.empty()) {
    const auto dash = middle.find('-');
    const std::string_view part = middle.substr(0, dash);
    middle = dash == middle.npos ? std::string_view() : middle.substr(dash + 1);
    if (part.empty()) continue;
    code += part[0];
    for (const std::string_view direction : second)  // "northeast" → "ne"
      if (part.size() > direction.size() && part.ends_with(direction)) code += direction[0];
  }
  code += region.substr(last_dash + 1);
  return code;
}

}  // namespace

std::vector<Zone> zones_of(std::string_view region) {
  std::vector<Zone> zones;
  const std::string code = region_code(region);
  for (const char letter : {'a', 'b', 'c'})
    zones.push_back({std::string(region) + letter, code + "-az" + char('1' + (letter - 'a'))});
  return zones;
}

std::string zone_id_of(std::string_view region, std::string_view zone_name) {
  for (Zone& zone : zones_of(region))
    if (zone.name == zone_name) return std::move(zone.id);
  return {};
}

}  // namespace slipway::services::ec2
