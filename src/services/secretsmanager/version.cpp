#include "services/secretsmanager/version.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::services::secretsmanager {
namespace {

// A version without a stage may go when there are too many (Secrets Manager guide, "Secret versions"): the oldest
// of them makes room for the next.
Result<> make_room(Call& call, const Secret& secret) {
  const auto versions = versions_of(call.turn.state, secret);
  if (versions.size() < limits::secret_versions) return {};
  const SecretVersion* oldest = nullptr;
  for (const SecretVersion* version : versions)
    if (version->stages.empty() && (!oldest || version->created_at < oldest->created_at)) oldest = version;
  if (!oldest)
    return fail("LimitExceededException", "The secret has " + std::to_string(limits::secret_versions) +
                                              " versions, and each has a staging label.");
  call.turn.erase(call.turn.state.secret_versions, oldest->key());
  return {};
}

Result<const SecretVersion*> put_again(Call& call, const Secret& secret, const SecretVersion& version,
                                       const Value& value) {
  auto known = open_value(call, secret, version);
  if (!known) return pass(known);
  if (version.binary == value.binary && *known == value.bytes) return &version;
  return fail("ResourceExistsException", "You can't use ClientRequestToken " + version.id +
                                             " because that value is already in use for a version of secret " +
                                             secret.arn() + ".");
}

}  // namespace

std::string version_id_of(Call& call, std::string_view token) {
  return token.empty() ? random_uuid(call.turn.random) : std::string(token);
}

Result<const SecretVersion*> put_version(Call& call, const Secret& secret, const std::string& version_id,
                                         const Value& value, std::vector<std::string> stages) {
  if (const SecretVersion* version = find_version(call, secret, version_id))
    return put_again(call, secret, *version, value);
  if (stages.empty()) stages.emplace_back(current);
  if (!staged_version(call, secret, current) && std::ranges::find(stages, current) == stages.end())
    stages.emplace_back(current);
  SecretVersion version;
  version.realm = secret.realm;
  version.name = secret.name;
  version.id = version_id;
  version.created_at = call.now();
  if (auto sealed = seal_value(call, secret, version, value); !sealed) return pass(sealed);
  if (auto room = make_room(call, secret); !room) return pass(room);
  const std::string row = version.key();
  call.turn.put(call.turn.state.secret_versions, std::move(version));
  for (const std::string& stage : stages) move_stage(call, secret, stage, version_id);
  call.turn.modify(call.turn.state.secrets, secret.key(),
                   [&](Secret& changed) { changed.changed_at = call.now(); });
  return call.turn.state.secret_versions.find(row);
}

void move_stage(Call& call, const Secret& secret, const std::string& stage, const std::string& version_id) {
  const SecretVersion* from = staged_version(call, secret, stage);
  if (from && from->id == version_id) return;
  if (from) {
    if (stage == current) move_stage(call, secret, std::string(previous), from->id);
    remove_stage(call, *find_version(call, secret, from->id), stage);
  }
  call.turn.modify(call.turn.state.secret_versions,
                   SecretVersion::key_of(secret.realm, secret.name, version_id),
                   [&](SecretVersion& changed) { changed.stages.push_back(stage); });
}

void remove_stage(Call& call, const SecretVersion& version, std::string_view stage) {
  call.turn.modify(call.turn.state.secret_versions, version.key(),
                   [&](SecretVersion& changed) { std::erase(changed.stages, stage); });
}

void erase_secret(core::Turn& turn, const Secret& secret) {
  for (const SecretVersion* version : versions_of(turn.state, secret))
    turn.erase(turn.state.secret_versions, version->key());
  turn.erase(turn.state.secrets, secret.key());
}

}  // namespace slipway::services::secretsmanager
