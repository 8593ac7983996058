#include "base/limits.hpp"
#include "services/ssm/allowed_pattern.hpp"
#include "services/ssm/policies.hpp"
#include "services/ssm/table.hpp"
#include "services/ssm/tags.hpp"
#include "services/ssm/value.hpp"

namespace slipway::services::ssm {
namespace {

using Request = wire::ssm::PutParameterRequest;

// What the request says by itself and to a parameter that is there.
Result<> check_request(const Call& call, const Request& request, const Parameter* existing) {
  if (request.value().empty())
    return invalid(
        "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have "
        "length greater than or equal to 1.");
  if (request.value().contains("{{"))
    return invalid("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
  if (request.has_data_type() && request.data_type() != "text")
    return invalid("The following data type is not supported: " + std::string(request.data_type()) +
                   " (Data type names are all lowercase.)");
  if (!existing) {
    if (auto good = check_new_name(call.realm, request.name()); !good) return good;
    if (!request.has_type())
      return invalid("A parameter type is required when you create a parameter.");
    if (call.turn.state.parameters.size() >= limits::ssm_parameters)
      return fail("ParameterLimitExceeded",
                  "You have exceeded the number of parameters for this AWS account.");
    return {};
  }
  if (!request.overwrite())
    return fail("ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request "
                "to true.");
  if (request.has_tags())
    return invalid(
        "Invalid request: tags and overwrite can't be used together. To update the tags of a parameter, use "
        "AddTagsToResource or RemoveTagsFromResource.");
  if (request.has_type() && request.type() != newest_version(call, *existing).type)
    return fail("HierarchyTypeMismatchException",
                "Parameter Store doesn't support changing a parameter type. You must create a new, unique "
                "parameter.");
  return {};
}

// Metadata that the request leaves out stays what it was.
ParameterVersion next_version(const Call& call, const Request& request, const Parameter* existing) {
  ParameterVersion version;
  if (existing) version = newest_version(call, *existing);
  version.realm = call.realm;
  version.name = request.name();
  ++version.version;
  version.labels.clear();
  version.modified_by = call.caller.arn;
  version.modified_at = call.now();
  version.data_type = "text";
  if (request.has_type()) version.type = request.type();
  if (request.has_description()) version.description = request.description();
  if (request.has_allowed_pattern()) version.allowed_pattern = request.allowed_pattern();
  if (request.has_policies())
    version.policies = takes_policies_away(request.policies()) ? std::string_view() : request.policies();
  version.key_id.clear();
  if (version.type == "SecureString")
    version.key_id = request.has_key_id() ? request.key_id() : default_key;
  return version;
}

// Standard until something asks for more; a parameter never goes back (Systems Manager guide, "Managing
// parameter tiers").
Result<> choose_tier(const Request& request, ParameterVersion& version) {
  const std::size_t size = request.value().size();
  const std::string_view asked = request.tier();
  const bool was_advanced = version.tier == "Advanced";
  if (asked == "Standard" && was_advanced)
    return invalid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
        "advanced-parameter tier to the standard-parameter tier.");
  const bool needs_more = size > limits::ssm_standard_value_bytes || !version.policies.empty();
  const bool advanced =
      asked == "Advanced" || was_advanced || (asked == "Intelligent-Tiering" && needs_more);
  version.tier = advanced ? "Advanced" : "Standard";
  if (advanced && size > limits::ssm_advanced_value_bytes)
    return invalid("Advanced tier parameters support a maximum parameter value of 8192 characters.");
  if (!advanced && size > limits::ssm_standard_value_bytes)
    return invalid(
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger "
        "parameter value, upgrade the parameter to use the advanced-parameter tier.");
  if (!advanced && !version.policies.empty())
    return invalid("Parameter policies are for parameters of the advanced tier only.");
  return {};
}

Result<> check_version(const Request& request, ParameterVersion& version, Parameter& parameter) {
  if (request.has_key_id() && version.type != "SecureString")
    return invalid("KeyId is for parameters of type SecureString only.");
  if (auto chosen = choose_tier(request, version); !chosen) return chosen;
  auto expires_at = check_policies(version.policies);
  if (!expires_at) return pass(expires_at);
  parameter.expires_at = *expires_at;
  if (version.allowed_pattern.empty()) return {};
  auto pattern = AllowedPattern::parse(version.allowed_pattern);
  if (!pattern) return pass(pattern);
  if (!pattern->found_in(request.value()))
    return fail("ParameterPatternMismatchException",
                "Parameter value, cannot be validated against allowedPattern: " + version.allowed_pattern);
  return {};
}

// Makes room for a version. A label keeps its version (Systems Manager guide, "Working with parameter
// versions").
Result<> drop_oldest(Call& call, Parameter& parameter) {
  const ParameterVersion& oldest = *versions_of(call, parameter).front();
  if (!oldest.labels.empty())
    return fail("ParameterMaxVersionLimitExceeded",
                "You attempted to create a new version of " + parameter.name +
                    " by calling the PutParameter API with the overwrite flag. Version " +
                    std::to_string(oldest.version) +
                    ", the oldest version, can't be deleted because it has a label associated with it. Move the "
                    "label to another version of the parameter, and try again.");
  call.turn.erase(call.turn.state.parameter_versions, oldest.key());
  --parameter.versions;
  return {};
}

}  // namespace

Result<wire::Value> put_parameter(Call& call) {
  const Request request(call.input);
  auto& parameters = call.turn.state.parameters;
  const Parameter* existing = parameters.find(Parameter::key_of(call.realm, request.name()));
  if (auto good = check_request(call, request, existing); !good) return pass(good);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);
  Parameter parameter;
  if (existing) {
    parameter = *existing;
  } else {
    parameter.realm = call.realm;
    parameter.name = request.name();
    parameter.tags = std::move(*tags);
  }
  ParameterVersion version = next_version(call, request, existing);
  if (auto good = check_version(request, version, parameter); !good) return pass(good);
  if (auto sealed = seal_value(call, parameter.arn(), version, request.value()); !sealed) return pass(sealed);
  parameter.version = version.version;
  ++parameter.versions;
  if (parameter.versions > limits::ssm_parameter_versions)
    if (auto room = drop_oldest(call, parameter); !room) return pass(room);
  wire::ssm::PutParameterResult result;
  result.set_version(version.version).set_tier(version.tier);
  call.turn.put(parameters, std::move(parameter));
  call.turn.put(call.turn.state.parameter_versions, std::move(version));
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
