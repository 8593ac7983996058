#include "base/limits.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/version.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {
namespace {

using Request = wire::secretsmanager::UpdateSecretVersionStageRequest;

// A stage that is on a version leaves it only if the caller names that version.
Result<> check_move(const Call& call, const Secret& secret, const Request& request) {
  const std::string_view from = request.remove_from_version_id(), to = request.move_to_version_id();
  const std::string stage(request.version_stage());
  for (const std::string_view id : {from, to})
    if (!id.empty() && !find_version(call, secret, id))
      return fail("ResourceNotFoundException",
                  "Secrets Manager can't find the specified secret value for VersionId: " + std::string(id));
  const SecretVersion* holder = staged_version(call, secret, stage);
  if (to.empty() && stage == current)
    return invalid("You can only move staging label " + stage +
                   " to a different secret version. It can't be completely removed.");
  if (!from.empty() && (!holder || holder->id != from))
    return invalid("The staging label " + stage + " isn't currently attached to version " +
                   std::string(from) + ".");
  if (to.empty()) {
    if (from.empty()) return invalid("RemoveFromVersionId or MoveToVersionId must be given.");
    return {};
  }
  if (from.empty() && holder && holder->id != to)
    return invalid("The parameter RemoveFromVersionId can't be empty. Staging label " + stage +
                   " is currently attached to version " + holder->id +
                   ", so you must explicitly reference that version in RemoveFromVersionId.");
  const auto& stages = find_version(call, secret, to)->stages;
  if (holder != find_version(call, secret, to) && stages.size() >= limits::secret_version_stages)
    return fail("LimitExceededException", "A version can have no more than " +
                                              std::to_string(limits::secret_version_stages) +
                                              " staging labels.");
  return {};
}

}  // namespace

Result<wire::Value> update_secret_version_stage(Call& call) {
  const Request request(call.input);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  if (auto good = check_move(call, **secret, request); !good) return pass(good);
  const std::string stage(request.version_stage());
  if (request.has_move_to_version_id())
    move_stage(call, **secret, stage, std::string(request.move_to_version_id()));
  else if (request.has_remove_from_version_id())
    remove_stage(call, *find_version(call, **secret, request.remove_from_version_id()), stage);
  call.turn.modify(call.turn.state.secrets, (*secret)->key(),
                   [&](Secret& changed) { changed.changed_at = call.now(); });
  wire::secretsmanager::UpdateSecretVersionStageResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
