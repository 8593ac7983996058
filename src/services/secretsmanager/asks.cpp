#include "services/secretsmanager/asks.hpp"

#include "services/common/kms_key.hpp"
#include "services/secretsmanager/listing.hpp"
#include "services/secretsmanager/lookup.hpp"

namespace slipway::services::secretsmanager {
namespace {

using namespace wire::secretsmanager;
namespace ops = wire::secretsmanager::operations;

// What stands for the six characters of a secret that is not there: a policy that ends in -?????? means it.
constexpr std::string_view no_suffix = "-??????";

std::string arn_of(const Call& call, std::string_view name) {
  if (name.starts_with("arn:")) return std::string(name);
  return call.realm.arn("secretsmanager", "secret:" + std::string(name).append(no_suffix));
}

void fill(const Secret& secret, Ask& ask) {
  ask.resource = secret.arn();
  ask.tags = &secret.tags;
  ask.policy = secret.resource_policy;
}

void on_secret(const Call& call, std::string_view secret_id, Asks& out) {
  const auto secret = find_secret(call, secret_id);
  Ask& ask = out.on(secret ? std::string() : arn_of(call, secret_id));
  if (secret) fill(**secret, ask);
  out.key("secretsmanager:secretid", ask.resource);
}

void ask_decrypt(const Call& call, const Secret& secret, std::string_view version_id, std::string_view stage,
                 Asks& out) {
  const auto version = choose_version(call, secret, version_id, stage);
  if (!version) return;
  const auto key = kms_key_of(call, (*version)->value_sealed);
  if (key)
    ask_for_key(call, out, "kms:Decrypt", *key, "secretsmanager",
                {{"SecretARN", secret.arn()}, {"SecretVersionId", (*version)->id}});
}

// A new version is sealed with a data key on AWS.
void ask_encrypt(const Call& call, std::string_view key_id, Asks& out) {
  if (!key_id.empty())
    ask_for_key(call, out, "kms:GenerateDataKey", kms_key_named(call, key_id), "secretsmanager", {});
}

template <class Request>
bool has_value(const Request& request) {
  return request.has_secret_string() || request.has_secret_binary();
}

template <class Request>
void of_secret(const Call& call, Asks& out) {
  on_secret(call, Request(call.input).secret_id(), out);
}

void create_secret(const Call& call, Asks& out) {
  const CreateSecretRequest request(call.input);
  const std::string resource = arn_of(call, request.name());
  out.on(resource);
  out.key("secretsmanager:name", request.name());
  if (!request.tags().empty()) {
    for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
    out.also("secretsmanager:TagResource", resource);
  }
  if (has_value(request)) ask_encrypt(call, request.kms_key_id(), out);
}

void get_secret_value(const Call& call, Asks& out) {
  const GetSecretValueRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  if (request.has_version_id()) out.key("secretsmanager:versionid", request.version_id());
  out.key("secretsmanager:versionstage", request.has_version_stage() ? request.version_stage() : current);
  if (const auto secret = find_secret(call, request.secret_id()))
    ask_decrypt(call, **secret, request.version_id(), request.version_stage(), out);
}

// Leave for the batch, and for each of its secrets.
void batch_get_secret_value(const Call& call, Asks& out) {
  const BatchGetSecretValueRequest request(call.input);
  out.on("*");
  const auto also = [&](const Secret& secret) {
    fill(secret, out.also("secretsmanager:GetSecretValue", {}));
    ask_decrypt(call, secret, {}, {}, out);
  };
  for (const std::string_view id : request.secret_id_list()) {
    const auto secret = find_secret(call, id);
    if (secret)
      also(**secret);
    else
      out.also("secretsmanager:GetSecretValue", arn_of(call, id));
  }
  if (!request.has_filters()) return;
  out.also("secretsmanager:ListSecrets", "*");
  const auto filters = request.filters();
  call.turn.state.secrets.scan(call.realm.prefix(), "", [&](const Secret& secret) {
    if (!secret.deleted() && passes(secret, filters)) also(secret);
    return true;
  });
}

void put_secret_value(const Call& call, Asks& out) {
  const PutSecretValueRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  if (const auto secret = find_secret(call, request.secret_id())) ask_encrypt(call, (*secret)->kms_key_id, out);
}

void update_secret(const Call& call, Asks& out) {
  const UpdateSecretRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  const auto secret = find_secret(call, request.secret_id());
  if (!secret || !has_value(request)) return;
  ask_encrypt(call, request.has_kms_key_id() ? request.kms_key_id() : (*secret)->kms_key_id, out);
}

void update_stage(const Call& call, Asks& out) {
  const UpdateSecretVersionStageRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  out.key("secretsmanager:versionstage", request.version_stage());
}

void delete_secret(const Call& call, Asks& out) {
  const DeleteSecretRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  out.key("secretsmanager:forcedeletewithoutrecovery",
          request.force_delete_without_recovery() ? "true" : "false");
  if (request.has_recovery_window_in_days())
    out.key("secretsmanager:recoverywindowindays", std::to_string(request.recovery_window_in_days()));
}

void put_resource_policy(const Call& call, Asks& out) {
  const PutResourcePolicyRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  out.key("secretsmanager:blockpublicpolicy", request.block_public_policy() ? "true" : "false");
}

void tag_resource(const Call& call, Asks& out) {
  const TagResourceRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
}
void untag_resource(const Call& call, Asks& out) {
  const UntagResourceRequest request(call.input);
  on_secret(call, request.secret_id(), out);
  for (const std::string_view key : request.tag_keys()) out.tag_keys.emplace_back(key);
}
void validate_resource_policy(const Call& call, Asks& out) {
  const ValidateResourcePolicyRequest request(call.input);
  if (request.has_secret_id()) on_secret(call, request.secret_id(), out);
}

}  // namespace

// A secret may have a policy of its own, so none of these asks for itself only.
std::span<const AskEntry> asks() {
  static const AskEntry entries[] = {
      {&ops::BatchGetSecretValue, batch_get_secret_value, false},
      {&ops::CreateSecret, create_secret, false},
      {&ops::DeleteResourcePolicy, of_secret<DeleteResourcePolicyRequest>, false},
      {&ops::DeleteSecret, delete_secret, false},
      {&ops::DescribeSecret, of_secret<DescribeSecretRequest>, false},
      {&ops::GetResourcePolicy, of_secret<GetResourcePolicyRequest>, false},
      {&ops::GetSecretValue, get_secret_value, false},
      {&ops::ListSecretVersionIds, of_secret<ListSecretVersionIdsRequest>, false},
      {&ops::PutResourcePolicy, put_resource_policy, false},
      {&ops::PutSecretValue, put_secret_value, false},
      {&ops::RestoreSecret, of_secret<RestoreSecretRequest>, false},
      {&ops::TagResource, tag_resource, false},
      {&ops::UntagResource, untag_resource, false},
      {&ops::UpdateSecret, update_secret, false},
      {&ops::UpdateSecretVersionStage, update_stage, false},
      {&ops::ValidateResourcePolicy, validate_resource_policy, false},
  };
  return entries;
}

}  // namespace slipway::services::secretsmanager
