#include "services/ssm/table.hpp"
#include "services/ssm/views.hpp"

namespace slipway::services::ssm {

Result<wire::Value> get_parameter(Call& call) {
  const wire::ssm::GetParameterRequest request(call.input);
  auto selected = select(call, request.name());
  if (!selected) return pass(selected);
  auto view = parameter_view(call, *selected, request.with_decryption());
  if (!view) return pass(view);
  wire::ssm::GetParameterResult result;
  result.set_parameter(std::move(*view));
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
