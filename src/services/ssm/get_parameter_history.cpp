#include "services/ssm/page.hpp"
#include "services/ssm/table.hpp"
#include "services/ssm/views.hpp"

namespace slipway::services::ssm {

Result<wire::Value> get_parameter_history(Call& call) {
  const wire::ssm::GetParameterHistoryRequest request(call.input);
  auto parameter = find_parameter(call, request.name());
  if (!parameter) return pass(parameter);
  auto page = Page::open(call, request, 50, (*parameter)->name);
  if (!page) return pass(page);
  wire::ssm::GetParameterHistoryResult result;
  result.set_parameters({});
  for (const ParameterVersion* version : versions_of(call, **parameter)) {
    if (version->key() <= page->after()) continue;
    if (!page->visits(version->key()) || !page->admits()) break;
    auto view = history_view(call, **parameter, *version, request.with_decryption());
    if (!view) return pass(view);
    result.add_parameters(std::move(*view));
  }
  page->close(result);
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
