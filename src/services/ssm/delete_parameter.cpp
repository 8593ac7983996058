#include "services/ssm/erase.hpp"
#include "services/ssm/lookup.hpp"
#include "services/ssm/table.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

Result<wire::Value> delete_parameter(Call& call) {
  const wire::ssm::DeleteParameterRequest request(call.input);
  auto parameter = find_parameter(call, request.name());
  if (!parameter) return pass(parameter);
  erase_parameter(call.turn, **parameter);
  return wire::Value::object();
}

}  // namespace slipway::services::ssm
