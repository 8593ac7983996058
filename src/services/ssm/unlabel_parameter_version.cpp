#include "services/ssm/lookup.hpp"
#include "services/ssm/table.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

Result<wire::Value> unlabel_parameter_version(Call& call) {
  const wire::ssm::UnlabelParameterVersionRequest request(call.input);
  auto parameter = find_parameter(call, request.name());
  if (!parameter) return pass(parameter);
  auto version = find_version(call, **parameter, request.parameter_version());
  if (!version) return pass(version);
  wire::ssm::UnlabelParameterVersionResult result;
  result.set_removed_labels({}).set_invalid_labels({});
  std::vector<std::string> labels = (*version)->labels;
  for (const std::string_view label : request.labels()) {
    if (std::erase(labels, label) > 0)
      result.add_removed_labels(label);
    else
      result.add_invalid_labels(label);
  }
  if (labels != (*version)->labels)
    call.turn.modify(call.turn.state.parameter_versions, (*version)->key(),
                     [&](ParameterVersion& changed) { changed.labels = std::move(labels); });
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
