#pragma once

#include "services/ssm/value.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

// As the Get operations show a version, its value included. Error: InvalidKeyId.
Result<wire::ssm::Parameter> parameter_view(Call& call, const Selected& selected, bool decrypt);
// As DescribeParameters shows it: never with its value.
wire::ssm::ParameterMetadata metadata_view(const Parameter& parameter, const ParameterVersion& version);
Result<wire::ssm::ParameterHistory> history_view(Call& call, const Parameter& parameter,
                                                 const ParameterVersion& version, bool decrypt);

}  // namespace slipway::services::ssm
