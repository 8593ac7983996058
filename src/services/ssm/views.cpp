#include "services/ssm/views.hpp"

#include "services/ssm/policies.hpp"

namespace slipway::services::ssm {
namespace {

// What DescribeParameters and GetParameterHistory have in common.
template <class View>
void describe(View& view, const ParameterVersion& version) {
  view.set_name(version.name)
      .set_type(version.type)
      .set_last_modified_date(version.modified_at)
      .set_last_modified_user(version.modified_by)
      .set_version(version.version)
      .set_tier(version.tier)
      .set_policies(policies_view(version.policies))
      .set_data_type(version.data_type);
  if (!version.key_id.empty()) view.set_key_id(version.key_id);
  if (!version.description.empty()) view.set_description(version.description);
  if (!version.allowed_pattern.empty()) view.set_allowed_pattern(version.allowed_pattern);
}

}  // namespace

Result<wire::ssm::Parameter> parameter_view(Call& call, const Selected& selected, bool decrypt) {
  const ParameterVersion& version = *selected.version;
  const std::string arn = selected.parameter->arn();
  auto value = open_value(call, arn, version, decrypt);
  if (!value) return pass(value);
  wire::ssm::Parameter view;
  view.set_name(version.name)
      .set_type(version.type)
      .set_value(*value)
      .set_version(version.version)
      .set_last_modified_date(version.modified_at)
      .set_arn(arn)
      .set_data_type(version.data_type);
  if (!selected.selector.empty()) view.set_selector(selected.selector);
  return view;
}

wire::ssm::ParameterMetadata metadata_view(const Parameter& parameter, const ParameterVersion& version) {
  wire::ssm::ParameterMetadata view;
  describe(view, version);
  view.set_arn(parameter.arn());
  return view;
}

Result<wire::ssm::ParameterHistory> history_view(Call& call, const Parameter& parameter,
                                                 const ParameterVersion& version, bool decrypt) {
  auto value = open_value(call, parameter.arn(), version, decrypt);
  if (!value) return pass(value);
  wire::ssm::ParameterHistory view;
  describe(view, version);
  view.set_value(*value).set_labels({});
  for (const std::string& label : version.labels) view.add_labels(label);
  return view;
}

}  // namespace slipway::services::ssm
