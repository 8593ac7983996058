#include "services/ssm/filters.hpp"
#include "services/ssm/page.hpp"
#include "services/ssm/table.hpp"
#include "services/ssm/views.hpp"

namespace slipway::services::ssm {

// Values are never described.
Result<wire::Value> describe_parameters(Call& call) {
  const wire::ssm::DescribeParametersRequest request(call.input);
  if (request.shared()) return invalid("Shared parameters are not served.");
  auto filters = Filters::of_description(request);
  if (!filters) return pass(filters);
  auto page = Page::open(call, request, 50, filters->question());
  if (!page) return pass(page);
  wire::ssm::DescribeParametersResult result;
  result.set_parameters({});
  call.turn.state.parameters.scan(call.realm.prefix(), page->after(), [&](const Parameter& parameter) {
    if (!page->visits(parameter.key())) return false;
    const ParameterVersion& version = newest_version(call, parameter);
    if (!filters->pass(parameter, version)) return true;
    if (!page->admits()) return false;
    result.add_parameters(metadata_view(parameter, version));
    return true;
  });
  page->close(result);
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
