#include "services/ssm/filters.hpp"
#include "services/ssm/page.hpp"
#include "services/ssm/table.hpp"
#include "services/ssm/views.hpp"

namespace slipway::services::ssm {
namespace {

using Request = wire::ssm::GetParametersByPathRequest;

// What the names under a path begin with; under the root there are plain names too.
std::string_view prefix_of(std::string_view path) {
  return path == "/" ? "" : path;
}

// The newest version, or the one that has the label which is asked for.
Selected chosen_version(const Call& call, const Parameter& parameter, const Filters& filters) {
  if (filters.labels().empty()) return {&parameter, &newest_version(call, parameter), {}};
  for (const ParameterVersion* version : versions_of(call, parameter))
    for (const std::string& label : version->labels)
      if (std::ranges::find(filters.labels(), label) != filters.labels().end())
        return {&parameter, version, ":" + label};
  return {};
}

}  // namespace

Result<wire::Value> get_parameters_by_path(Call& call) {
  const Request request(call.input);
  if (!request.path().starts_with('/'))
    return invalid("The parameter path must begin with a slash: " + std::string(request.path()) + ".");
  auto filters = Filters::of_path(request);
  if (!filters) return pass(filters);
  auto page = Page::open(call, request, 10,
                         std::string(request.path()) + (request.recursive() ? " recursive " : " ") +
                             filters->question());
  if (!page) return pass(page);
  wire::ssm::GetParametersByPathResult result;
  result.set_parameters({});
  Result<> outcome;
  call.turn.state.parameters.scan(
      Parameter::key_of(call.realm, prefix_of(request.path())), page->after(), [&](const Parameter& parameter) {
        if (!page->visits(parameter.key())) return false;
        const bool under = is_under(parameter.name, request.path(), request.recursive());
        const Selected selected = under ? chosen_version(call, parameter, *filters) : Selected();
        if (!selected.version || !filters->pass(parameter, *selected.version)) return true;
        if (!page->admits()) return false;
        auto view = parameter_view(call, selected, request.with_decryption());
        if (!view)
          outcome = pass(view);
        else
          result.add_parameters(std::move(*view));
        return bool(outcome);
      });
  if (!outcome) return pass(outcome);
  page->close(result);
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
