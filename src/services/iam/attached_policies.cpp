#include "services/iam/attached_policies.hpp"

#include "base/arn.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "services/common/aws_policies.hpp"
#include "services/common/iam_name.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {
namespace {

constexpr std::string_view resource_prefix = "policy";

// "/job-function/ViewOnlyAccess": path and name.
std::string_view path_and_name(std::string_view arn) {
  return arn.substr(arn.find('/'));
}

}  // namespace

Result<> check_policy_arn(const Call& call, std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->region.empty() ||
      !parsed->resource.starts_with(std::string(resource_prefix) + "/") || policy_name_of(arn).empty())
    return invalid_input("ARN " + std::string(arn) + " is not valid.");
  const auto* own = call.turn.state.policies.find(
      core::iam::ManagedPolicy::key_of(call.realm.account, policy_name_of(arn)));
  const bool there = parsed->account == "aws" ? is_iam_name(policy_name_of(arn)) : own && own->arn() == arn;
  if (!there) return no_such_entity("Policy " + std::string(arn) + " does not exist or is not attachable.");
  return {};
}

Result<PolicyArns> with_policy(const Call& call, PolicyArns held, std::string_view arn,
                               std::string_view quota) {
  if (auto good = check_policy_arn(call, arn); !good) return pass(good);
  if (std::ranges::find(held, arn) != held.end()) return held;
  if (is_aws_policy_arn(arn) && !find_aws_policy(arn))
    log::warn("an AWS policy was attached whose contents are not known here: it allows nothing",
              {{"policy", std::string(arn)}});
  if (held.size() >= limits::attached_policies) return over_quota(quota, limits::attached_policies);
  held.emplace_back(arn);
  return held;
}

Result<PolicyArns> without_policy(PolicyArns held, std::string_view arn) {
  const auto at = std::ranges::find(held, arn);
  if (at == held.end()) return no_such_entity("Policy " + std::string(arn) + " was not found.");
  held.erase(at);
  return held;
}

std::string_view policy_name_of(std::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

std::string_view policy_path_of(std::string_view arn) {
  const std::string_view whole = path_and_name(arn);
  return whole.substr(0, whole.rfind('/') + 1);
}

}  // namespace slipway::services::iam
