#include "services/secretsmanager/lookup.hpp"

namespace slipway::services::secretsmanager {
namespace {

constexpr std::size_t suffix_characters = 6;

std::unexpected<Error> no_secret() {
  return fail("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

std::unexpected<Error> no_value(std::string_view kind, std::string_view what) {
  return fail("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for " +
                                               std::string(kind) + ": " + std::string(what));
}

const Secret* named(const Call& call, std::string_view name) {
  return call.turn.state.secrets.find(Secret::key_of(call.realm, name));
}

// "secret:name-AbCdEf", or "secret:name".
const Secret* find_by_arn(const Call& call, const Arn& arn) {
  static constexpr std::string_view kind = "secret:";
  if (arn.service != "secretsmanager" || arn.account != call.realm.account ||
      arn.region != call.realm.region || !arn.resource.starts_with(kind))
    return nullptr;
  const std::string_view name = std::string_view(arn.resource).substr(kind.size());
  if (name.size() > suffix_characters + 1) {
    const std::size_t dash = name.size() - suffix_characters - 1;
    const Secret* secret = name[dash] == '-' ? named(call, name.substr(0, dash)) : nullptr;
    if (secret && secret->suffix == name.substr(dash + 1)) return secret;
  }
  return named(call, name);
}

}  // namespace

std::unexpected<Error> invalid(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}
std::unexpected<Error> invalid_request(std::string message) {
  return fail("InvalidRequestException", std::move(message));
}
std::unexpected<Error> marked_for_deletion() {
  return invalid_request(
      "You can't perform this operation on the secret because it was marked for deletion.");
}

Result<const Secret*> find_secret(const Call& call, std::string_view secret_id) {
  const auto arn = secret_id.starts_with("arn:") ? Arn::parse(secret_id) : std::nullopt;
  const Secret* secret = arn ? find_by_arn(call, *arn) : named(call, secret_id);
  if (!secret) return no_secret();
  return secret;
}

Result<const Secret*> find_living_secret(const Call& call, std::string_view secret_id) {
  auto secret = find_secret(call, secret_id);
  if (secret && (*secret)->deleted()) return marked_for_deletion();
  return secret;
}

const SecretVersion* find_version(const Call& call, const Secret& secret, std::string_view version_id) {
  return call.turn.state.secret_versions.find(
      SecretVersion::key_of(secret.realm, secret.name, version_id));
}

const SecretVersion* staged_version(const Call& call, const Secret& secret, std::string_view stage) {
  for (const SecretVersion* version : versions_of(call.turn.state, secret))
    if (version->has_stage(stage)) return version;
  return nullptr;
}

Result<const SecretVersion*> choose_version(const Call& call, const Secret& secret,
                                            std::string_view version_id, std::string_view stage) {
  if (version_id.empty()) {
    if (stage.empty()) stage = current;
    const SecretVersion* version = staged_version(call, secret, stage);
    if (!version) return no_value("staging label", stage);
    return version;
  }
  const SecretVersion* version = find_version(call, secret, version_id);
  if (!version) return no_value("VersionId", version_id);
  if (!stage.empty() && !version->has_stage(stage))
    return invalid_request("You provided a VersionStage that is not associated to the provided VersionId.");
  return version;
}

std::vector<const SecretVersion*> versions_of(const core::State& state, const Secret& secret) {
  std::vector<const SecretVersion*> versions;
  state.secret_versions.scan(SecretVersion::prefix_of(secret.realm, secret.name), "",
                             [&](const SecretVersion& version) {
                               versions.push_back(&version);
                               return true;
                             });
  return versions;
}

}  // namespace slipway::services::secretsmanager
