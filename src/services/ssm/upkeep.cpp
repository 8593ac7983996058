#include "services/ssm/upkeep.hpp"

#include <vector>

#include "base/limits.hpp"
#include "services/ssm/erase.hpp"

namespace slipway::services::ssm {

void upkeep(core::Turn& turn) {
  std::vector<const core::ssm::Parameter*> due;
  for (const std::string& row : turn.state.parameters.with("expires", "")) {
    const auto* parameter = turn.state.parameters.find(row);
    if (parameter->expires_at <= turn.now()) due.push_back(parameter);
    if (due.size() == limits::expiries_per_tick) break;
  }
  for (const auto* parameter : due) erase_parameter(turn, *parameter);
}

}  // namespace slipway::services::ssm
