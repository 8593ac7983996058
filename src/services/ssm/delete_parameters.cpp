#include "services/ssm/erase.hpp"
#include "services/ssm/lookup.hpp"
#include "services/ssm/table.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

Result<wire::Value> delete_parameters(Call& call) {
  const wire::ssm::DeleteParametersRequest request(call.input);
  wire::ssm::DeleteParametersResult result;
  result.set_deleted_parameters({}).set_invalid_parameters({});
  for (const std::string_view name : request.names()) {
    auto parameter = find_parameter(call, name);
    if (!parameter) {
      result.add_invalid_parameters(name);
      continue;
    }
    erase_parameter(call.turn, **parameter);
    result.add_deleted_parameters(name);
  }
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
