#include "services/ssm/erase.hpp"

#include <vector>

namespace slipway::services::ssm {

void erase_parameter(core::Turn& turn, const core::ssm::Parameter& parameter) {
  using core::ssm::ParameterVersion;
  std::vector<std::string> keys;
  turn.state.parameter_versions.scan(ParameterVersion::prefix_of(parameter.realm, parameter.name), "",
                                     [&](const ParameterVersion& version) {
                                       keys.push_back(version.key());
                                       return true;
                                     });
  for (const std::string& key : keys) turn.erase(turn.state.parameter_versions, key);
  turn.erase(turn.state.parameters, parameter.key());
}

}  // namespace slipway::services::ssm
