#include "services/ec2/served.hpp"

#include "services/ec2/errors.hpp"

namespace slipway::services::ec2 {

Result<> check_required(const Call& call) {
  for (const wire::Member& member : call.operation.input->members)
    if (const wire::Value& value = call.input.get(member.name);
        member.required && (value.absent() || (value.is(wire::Kind::list) && value.empty()) ||
                            (value.is(wire::Kind::string) && value.string().empty())))
      return missing_parameter(member.name);
  return {};
}

Result<> check_dry_run(const Call& call) {
  if (!call.input.get("DryRun").boolean()) return {};
  return fail("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
}

Result<std::string_view> only_attribute(const Call& call, std::string_view id_member) {
  std::string_view attribute;
  for (const auto& [key, value] : call.input.entries()) {
    const std::string_view name = key.view();
    if (name == id_member || name == "DryRun") continue;
    if (!attribute.empty())
      return fail("InvalidParameterCombination", "Fields for multiple attribute types specified");
    attribute = name;
  }
  if (attribute.empty()) return fail("InvalidParameterCombination", "No attributes specified.");
  return attribute;
}

}  // namespace slipway::services::ec2
