#include "base/limits.hpp"
#include "services/ssm/lookup.hpp"
#include "services/ssm/table.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {
namespace {

// Letters, digits and .-_; it begins with no digit and with neither aws nor ssm (Systems Manager guide, "Working
// with parameter labels").
bool is_label(std::string_view label) {
  std::string small(label);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (small.empty() || is_digit(small.front()) || small.starts_with("aws") || small.starts_with("ssm")) return false;
  return std::ranges::all_of(small, [&](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

// A label is on one version of a parameter: putting it on another moves it.
Result<wire::Value> label_parameter_version(Call& call) {
  const wire::ssm::LabelParameterVersionRequest request(call.input);
  auto parameter = find_parameter(call, request.name());
  if (!parameter) return pass(parameter);
  const std::int64_t number =
      request.has_parameter_version() ? request.parameter_version() : (*parameter)->version;
  auto version = find_version(call, **parameter, number);
  if (!version) return pass(version);
  wire::ssm::LabelParameterVersionResult result;
  result.set_invalid_labels({}).set_parameter_version(number);
  std::vector<std::string> labels = (*version)->labels, added;
  for (const std::string_view label : request.labels()) {
    if (!is_label(label)) {
      result.add_invalid_labels(label);
    } else if (std::ranges::find(labels, label) == labels.end()) {
      labels.emplace_back(label);
      added.emplace_back(label);
    }
  }
  if (labels.size() > limits::ssm_version_labels)
    return fail("ParameterVersionLabelLimitExceeded",
                "A parameter version can have maximum " + std::to_string(limits::ssm_version_labels) +
                    " labels. Move one or more labels to another version and try again.");
  if (added.empty()) return std::move(result).raw();
  auto& versions = call.turn.state.parameter_versions;
  const auto moves = [&](const std::string& label) { return std::ranges::find(added, label) != added.end(); };
  for (const ParameterVersion* other : versions_of(call, **parameter))
    if (std::ranges::any_of(other->labels, moves))
      call.turn.modify(versions, other->key(),
                       [&](ParameterVersion& changed) { std::erase_if(changed.labels, moves); });
  call.turn.modify(versions, (*version)->key(),
                   [&](ParameterVersion& changed) { changed.labels = std::move(labels); });
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
