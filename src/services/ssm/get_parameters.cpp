#include "services/ssm/table.hpp"
#include "services/ssm/views.hpp"

namespace slipway::services::ssm {

Result<wire::Value> get_parameters(Call& call) {
  const wire::ssm::GetParametersRequest request(call.input);
  wire::ssm::GetParametersResult result;
  result.set_parameters({}).set_invalid_parameters({});
  for (const std::string_view name : request.names()) {
    auto selected = select(call, name);
    if (!selected) {
      result.add_invalid_parameters(name);
      continue;
    }
    auto view = parameter_view(call, *selected, request.with_decryption());
    if (!view) return pass(view);
    result.add_parameters(std::move(*view));
  }
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
