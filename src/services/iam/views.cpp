#include "services/iam/views.hpp"

#include "base/encoding.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {
namespace {

wire::iam::AttachedPermissionsBoundary boundary_view(const std::string& policy_arn) {
  wire::iam::AttachedPermissionsBoundary boundary;
  boundary.set_permissions_boundary_type("Policy").set_permissions_boundary_arn(policy_arn);
  return boundary;
}

}  // namespace

wire::iam::User user_view(const core::iam::User& user, Detail detail) {
  wire::iam::User view;
  view.set_path(user.path)
      .set_user_name(user.name)
      .set_user_id(user.id)
      .set_arn(user.arn())
      .set_create_date(whole_seconds(user.created_at));
  if (detail == Detail::listed) return view;
  if (!user.permissions_boundary.empty())
    view.set_permissions_boundary(boundary_view(user.permissions_boundary));
  if (!user.tags.empty()) view.set_tags(tags_view(user.tags));
  return view;
}

// Policy documents travel percent-encoded (RFC 3986); clients decode them (IAM API, GetRole).
wire::iam::Role role_view(const core::iam::Role& role, Detail detail) {
  wire::iam::Role view;
  view.set_path(role.path)
      .set_role_name(role.name)
      .set_role_id(role.id)
      .set_arn(role.arn())
      .set_create_date(whole_seconds(role.created_at))
      .set_assume_role_policy_document(percent_encode(role.trust_policy))
      .set_max_session_duration(role.max_session_s);
  if (!role.description.empty()) view.set_description(role.description);
  if (detail == Detail::listed) return view;
  if (!role.permissions_boundary.empty())
    view.set_permissions_boundary(boundary_view(role.permissions_boundary));
  if (!role.tags.empty()) view.set_tags(tags_view(role.tags));
  return view;
}

}  // namespace slipway::services::iam
