#include "services/ssm/policies.hpp"

#include <set>

#include "base/limits.hpp"
#include "services/ssm/lookup.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ssm {
namespace {

using wire::Kind;
using wire::Value;

std::unexpected<Error> bad_attribute(std::string_view type, std::string_view name) {
  return fail("InvalidPolicyAttributeException",
              "The policy " + std::string(type) + " needs a valid attribute " + std::string(name) + ".");
}

// "Before": "15", "Unit": "Days" and their like.
Result<> check_period(std::string_view type, const Value& attributes, std::string_view name) {
  const std::string_view number = attributes.get(name).string(), unit = attributes.get("Unit").string();
  if (number.empty() || number.size() > 4 || number.find_first_not_of("0123456789") != number.npos ||
      number.find_first_not_of('0') == number.npos)
    return bad_attribute(type, name);
  if (unit != "Days" && unit != "Hours") return bad_attribute(type, "Unit");
  return {};
}

Result<> check_policy(const Value& policy, Instant& expires_at) {
  const std::string_view type = policy.get("Type").string();
  const Value& attributes = policy.get("Attributes");
  if (policy.get("Version").string() != "1.0") return bad_attribute(type, "Version");
  if (type == "ExpirationNotification") return check_period(type, attributes, "Before");
  if (type == "NoChangeNotification") return check_period(type, attributes, "After");
  if (type != "Expiration")
    return fail("InvalidPolicyTypeException", "The policy type " + std::string(type) +
                                                  " is not supported. Parameter Store supports the policy "
                                                  "types: Expiration, ExpirationNotification, and "
                                                  "NoChangeNotification.");
  if (expires_at)
    return fail("IncompatiblePolicyException", "There can be one Expiration policy for a parameter only.");
  const auto time = parse_iso8601(attributes.get("Timestamp").string());
  if (!time || !*time) return bad_attribute(type, "Timestamp");
  expires_at = *time;
  return {};
}

}  // namespace

bool takes_policies_away(std::string_view text) {
  const auto policies = wire::parse_json(text);
  return policies && (policies->is(Kind::list) || policies->is(Kind::object)) && policies->empty();
}

Result<Instant> check_policies(std::string_view text) {
  Instant expires_at;
  if (text.empty()) return expires_at;
  const auto policies = wire::parse_json(text);
  if (!policies || !policies->is(Kind::list)) return invalid("Policies must be a JSON list.");
  if (policies->size() > limits::ssm_parameter_policies)
    return fail("PoliciesLimitExceededException",
                "You specified more than the maximum number of allowed policies for the parameter. The maximum is " +
                    std::to_string(limits::ssm_parameter_policies) + ".");
  for (const Value& policy : policies->items())
    if (auto good = check_policy(policy, expires_at); !good) return pass(good);
  return expires_at;
}

wire::ListOf<wire::ssm::ParameterInlinePolicy> policies_view(std::string_view text) {
  wire::ListOf<wire::ssm::ParameterInlinePolicy> list;
  const auto policies = wire::parse_json(text);
  if (!policies) return list;
  for (const Value& policy : policies->items())
    list.push_back(wire::ssm::ParameterInlinePolicy()
                       .set_policy_text(wire::write_json(policy))
                       .set_policy_type(policy.get("Type").string())
                       .set_policy_status("Pending"));
  return list;
}

}  // namespace slipway::services::ssm
