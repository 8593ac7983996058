#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipway::services::ec2 {

struct Zone {
  std::string name;  // us-east-1a
  std::string id;    // use1-az1
};

// The three zones of a region. Any region name is served, so the names are made, not looked up; for AWS's own
// regions they are AWS's ("us-gov-west-1" → usgw1-az1, "ap-northeast-1" → apne1-az1).
std::vector<Zone> zones_of(std::string_view region);

// The id of a zone by its name; empty when the region has no such zone.
std::string zone_id_of(std::string_view region, std::string_view zone_name);

}  // namespace slipway::services::ec2
