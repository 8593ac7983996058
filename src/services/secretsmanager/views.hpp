#pragma once

#include "services/secretsmanager/tags.hpp"

namespace slipway::services::secretsmanager {

// What DescribeSecret and ListSecrets show alike: never a value.
template <class View>
void describe(View& view, const Secret& secret) {
  view.set_arn(secret.arn())
      .set_name(secret.name)
      .set_last_changed_date(secret.changed_at)
      .set_created_date(secret.created_at);
  if (!secret.description.empty()) view.set_description(secret.description);
  if (!secret.kms_key_id.empty()) view.set_kms_key_id(secret.kms_key_id);
  if (!secret.type.empty()) view.set_type(secret.type);
  if (secret.accessed_on) view.set_last_accessed_date(secret.accessed_on);
  if (secret.deleted()) view.set_deleted_date(secret.deleted_at);
  if (!secret.tags.empty()) view.set_tags(tags_view(secret.tags));
}

// Version ids to stages, of versions that have any.
wire::MapOf<wire::ListOf<std::string_view>> stages_view(const core::State& state, const Secret& secret);
wire::ListOf<std::string_view> stages_view(const SecretVersion& version);

}  // namespace slipway::services::secretsmanager
