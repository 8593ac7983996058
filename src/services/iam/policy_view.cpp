#include "services/iam/policy_view.hpp"

#include "base/encoding.hpp"
#include "services/iam/tags.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {
namespace {

// AWS's policies are as old as this clock's beginning: they have no date here that means anything.
constexpr Instant aws_policy_made{1'423'161'600'000};  // 2015-02-05, when AWS's first ones appeared

}  // namespace

std::size_t attachments_of(const Call& call, std::string_view arn) {
  const core::State& state = call.turn.state;
  const std::string value = call.realm.account + "/" + std::string(arn);
  return state.users.with("policy", value).size() + state.roles.with("policy", value).size() +
         state.groups.with("policy", value).size();
}

std::size_t boundaries_of(const Call& call, std::string_view arn) {
  const core::State& state = call.turn.state;
  const std::string value = call.realm.account + "/" + std::string(arn);
  return state.users.with("boundary", value).size() + state.roles.with("boundary", value).size();
}

wire::iam::Policy policy_view(const Call& call, const core::iam::ManagedPolicy& policy, Detail detail) {
  const std::string arn = policy.arn();
  wire::iam::Policy view;
  view.set_policy_name(policy.name)
      .set_policy_id(policy.id)
      .set_arn(arn)
      .set_path(policy.path)
      .set_default_version_id(policy.default_version)
      .set_attachment_count(std::int64_t(attachments_of(call, arn)))
      .set_permissions_boundary_usage_count(std::int64_t(boundaries_of(call, arn)))
      .set_is_attachable(true)
      .set_create_date(whole_seconds(policy.created_at))
      .set_update_date(whole_seconds(policy.updated_at));
  if (detail == Detail::listed) return view;
  if (!policy.description.empty()) view.set_description(policy.description);
  view.set_tags(tags_view(policy.tags));
  return view;
}

wire::iam::Policy policy_view(const Call& call, const AwsPolicy& policy, Detail detail) {
  const std::string arn = policy.arn();
  wire::iam::Policy view;
  view.set_policy_name(policy.name)
      .set_policy_id(policy.id())
      .set_arn(arn)
      .set_path(policy.path)
      .set_default_version_id(policy.version)
      .set_attachment_count(std::int64_t(attachments_of(call, arn)))
      .set_permissions_boundary_usage_count(std::int64_t(boundaries_of(call, arn)))
      .set_is_attachable(true)
      .set_create_date(aws_policy_made)
      .set_update_date(aws_policy_made);
  if (detail == Detail::whole) view.set_description(policy.description);
  return view;
}

wire::iam::PolicyVersion version_view(const core::iam::ManagedPolicy& policy,
                                      const core::iam::PolicyVersion& version, Detail detail) {
  wire::iam::PolicyVersion view;
  view.set_version_id(version.id)
      .set_is_default_version(version.id == policy.default_version)
      .set_create_date(whole_seconds(version.created_at));
  if (detail == Detail::whole) view.set_document(percent_encode(version.document));
  return view;
}

wire::iam::PolicyVersion version_view(const AwsPolicy& policy, Detail detail) {
  wire::iam::PolicyVersion view;
  view.set_version_id(policy.version).set_is_default_version(true).set_create_date(aws_policy_made);
  if (detail == Detail::whole) view.set_document(percent_encode(policy.document));
  return view;
}

}  // namespace slipway::services::iam
