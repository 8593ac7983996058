#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "wire/value.hpp"

namespace slipway::sim {

struct Operation {
  std::string service, name;
  wire::Value input;
  std::string body;  // instead of `input`, where it is not empty: text that need not be JSON
};

// What the clients of a run know, together: they name things that are there more often than not.
struct Knowledge {
  std::deque<std::string> tasks, instances, definitions;
  std::vector<std::string> subnets, groups;
  std::vector<Operation> tokens;  // RunTask calls with a clientToken, to be repeated
  std::uint64_t runs = 0;

  void remember(std::deque<std::string>& list, std::string_view arn);
};

// A call such as clients make: mostly sensible, sometimes senseless, now and then malformed.
Operation draw_operation(Random& random, Knowledge& knowledge);

}  // namespace slipway::sim
