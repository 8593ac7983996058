#include <algorithm>

#include "base/limits.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/tags.hpp"
#include "services/secretsmanager/version.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {
namespace {

using Request = wire::secretsmanager::CreateSecretRequest;

constexpr std::string_view suffix_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

Result<> check_request(const Request& request) {
  const bool good = std::ranges::all_of(request.name(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_+=.@-").contains(c);
  });
  if (!good)
    return invalid(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: "
        "/_+=.@-");
  if (request.has_add_replica_regions())
    return invalid("AddReplicaRegions is not supported: secrets are not replicated.");
  return {};
}

wire::Value answer(const Secret& secret, std::string_view version_id) {
  wire::secretsmanager::CreateSecretResponse response;
  response.set_arn(secret.arn()).set_name(secret.name);
  if (!version_id.empty()) response.set_version_id(version_id);
  return std::move(response).raw();
}

// A name is taken, except by the same call made before.
Result<wire::Value> create_again(Call& call, const Secret& secret, const Request& request,
                                 const std::optional<Value>& value) {
  if (secret.deleted())
    return invalid_request(
        "You can't create this secret because a secret with this name is already scheduled for deletion.");
  const SecretVersion* version = find_version(call, secret, request.client_request_token());
  if (value && version) {
    auto put = put_version(call, secret, version->id, *value, {});
    if (!put) return pass(put);
    return answer(secret, version->id);
  }
  return fail("ResourceExistsException",
              "The operation failed because the secret " + secret.name + " already exists.");
}

}  // namespace

Result<wire::Value> create_secret(Call& call) {
  const Request request(call.input);
  if (auto good = check_request(request); !good) return pass(good);
  auto value = value_of(request, false);
  if (!value) return pass(value);
  auto& secrets = call.turn.state.secrets;
  if (const Secret* known = secrets.find(Secret::key_of(call.realm, request.name())))
    return create_again(call, *known, request, *value);
  if (secrets.size() >= limits::secrets)
    return fail("LimitExceededException", "You have reached the maximum number of secrets.");
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);
  Secret secret;
  secret.realm = call.realm;
  secret.name = request.name();
  secret.suffix = random_text(call.turn.random, suffix_alphabet, 6);
  secret.description = request.description();
  secret.kms_key_id = request.kms_key_id();
  secret.type = request.type();
  secret.tags = std::move(*tags);
  secret.created_at = secret.changed_at = call.now();
  if (auto key = key_of(call, secret); !key) return pass(key);
  const std::string row = secret.key();
  call.turn.put(secrets, std::move(secret));
  const Secret& made = *secrets.find(row);
  if (!*value) return answer(made, {});
  const std::string version_id = version_id_of(call, request.client_request_token());
  if (auto put = put_version(call, made, version_id, **value, {}); !put) return pass(put);
  return answer(made, version_id);
}

}  // namespace slipway::services::secretsmanager
