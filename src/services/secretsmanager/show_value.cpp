#include "services/secretsmanager/show_value.hpp"

namespace slipway::services::secretsmanager {

void note_access(Call& call, const Secret& secret, const SecretVersion& version) {
  constexpr std::int64_t day_ms = 24 * 3'600'000;
  const Instant today{call.now().ms / day_ms * day_ms};
  auto& state = call.turn.state;
  if (version.accessed_on != today)
    call.turn.modify(state.secret_versions, version.key(),
                     [&](SecretVersion& changed) { changed.accessed_on = today; });
  if (secret.accessed_on != today)
    call.turn.modify(state.secrets, secret.key(), [&](Secret& changed) { changed.accessed_on = today; });
}

}  // namespace slipway::services::secretsmanager
