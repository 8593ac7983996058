#pragma once

#include "services/secretsmanager/value.hpp"
#include "services/secretsmanager/views.hpp"

namespace slipway::services::secretsmanager {

// Remembers the day on which a version was read, once a day: of a read call the only change.
void note_access(Call& call, const Secret& secret, const SecretVersion& version);

// Fills an answer with a version and its value. Error: DecryptionFailure.
template <class View>
Result<> show_value(Call& call, const Secret& secret, const SecretVersion& version, View& view) {
  auto value = open_value(call, secret, version);
  if (!value) return pass(value);
  view.set_arn(secret.arn())
      .set_name(secret.name)
      .set_version_id(version.id)
      .set_created_date(version.created_at);
  if (!version.stages.empty()) view.set_version_stages(stages_view(version));
  if (version.binary)
    view.set_secret_binary(*value);
  else
    view.set_secret_string(*value);
  note_access(call, secret, version);
  return {};
}

}  // namespace slipway::services::secretsmanager
