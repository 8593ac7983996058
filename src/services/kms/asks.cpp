#include "services/kms/asks.hpp"

#include "services/kms/lookup.hpp"

namespace slipway::services::kms {
namespace {

using namespace wire::kms;
namespace ops = wire::kms::operations;

// Nobody uses a key without its policy's leave, not even who may do everything else (KMS developer guide, "Key
// policies").
void on_key(const Call& call, const Key* key, std::string_view key_id, Ask& ask) {
  ask.resource = key                           ? key->arn()
                 : key_id.starts_with("arn:") ? std::string(key_id)
                 : call.realm.arn("kms", (key_id.starts_with("alias/") ? "" : "key/") + std::string(key_id));
  if (!key) return;
  ask.tags = &key->tags;
  ask.policy = key->policy;
  ask.policy_must_allow = true;
}

void on_key(const Call& call, std::string_view key_id, Asks& out) {
  on_key(call, kms_key_named(call, key_id), key_id, out.on({}));
  out.key("kms:calleraccount", call.caller.account);
}

void add_context(const wire::MapOf<std::string_view>& context, Asks& out) {
  for (const auto& [name, value] : context) {
    out.key("kms:encryptioncontext:" + std::string(name), value);
    out.key("kms:encryptioncontextkeys", name);
  }
}

template <class Request>
void of_key(const Call& call, Asks& out) {
  const Request request(call.input);
  on_key(call, request.key_id(), out);
  if constexpr (requires { request.encryption_context(); }) add_context(request.encryption_context(), out);
}

const Key* key_inside(const Call& call, std::string_view ciphertext) {
  const auto key = kms_key_of(call, ciphertext);
  return key ? *key : nullptr;
}

void decrypt(const Call& call, Asks& out) {
  const DecryptRequest request(call.input);
  on_key(call, key_inside(call, request.ciphertext_blob()), request.key_id(), out.on({}));
  out.key("kms:calleraccount", call.caller.account);
  add_context(request.encryption_context(), out);
}

void re_encrypt(const Call& call, Asks& out) {
  const ReEncryptRequest request(call.input);
  const Key* source = key_inside(call, request.ciphertext_blob());
  on_key(call, source, request.source_key_id(), out.also("kms:ReEncryptFrom", {}));
  const Key* destination = kms_key_named(call, request.destination_key_id());
  on_key(call, destination, request.destination_key_id(), out.also("kms:ReEncryptTo", {}));
  out.key("kms:calleraccount", call.caller.account);
}

void create_key(const Call& call, Asks& out) {
  const CreateKeyRequest request(call.input);
  out.on("*");
  if (request.tags().empty()) return;
  for (const auto tag : request.tags()) out.request_tag(tag.tag_key(), tag.tag_value());
  out.also("kms:TagResource", "*");
}

// Leave on the alias, by identity policies alone, and on the key that it points or pointed to.
void on_alias(const Call& call, std::string_view name, std::string_view target, Asks& out) {
  out.on(call.realm.arn("kms", name));
  for (const std::string_view key_id : {name, target})
    if (const Key* key = kms_key_named(call, key_id)) on_key(call, key, key_id, out.on({}));
}
void create_alias(const Call& call, Asks& out) {
  const CreateAliasRequest request(call.input);
  on_alias(call, request.alias_name(), request.target_key_id(), out);
}
void update_alias(const Call& call, Asks& out) {
  const UpdateAliasRequest request(call.input);
  on_alias(call, request.alias_name(), request.target_key_id(), out);
}
void delete_alias(const Call& call, Asks& out) {
  on_alias(call, DeleteAliasRequest(call.input).alias_name(), {}, out);
}

void tag_resource(const Call& call, Asks& out) {
  const TagResourceRequest request(call.input);
  on_key(call, request.key_id(), out);
  for (const auto tag : request.tags()) out.request_tag(tag.tag_key(), tag.tag_value());
}
void untag_resource(const Call& call, Asks& out) {
  const UntagResourceRequest request(call.input);
  on_key(call, request.key_id(), out);
  for (const std::string_view key : request.tag_keys()) out.tag_keys.emplace_back(key);
}

}  // namespace

// A key has a policy of its own, so none of these asks for itself only.
std::span<const AskEntry> asks() {
  static const AskEntry entries[] = {
      {&ops::CancelKeyDeletion, of_key<CancelKeyDeletionRequest>, false},
      {&ops::CreateAlias, create_alias, false},
      {&ops::CreateKey, create_key, false},
      {&ops::Decrypt, decrypt, false},
      {&ops::DeleteAlias, delete_alias, false},
      {&ops::DescribeKey, of_key<DescribeKeyRequest>, false},
      {&ops::DisableKey, of_key<DisableKeyRequest>, false},
      {&ops::DisableKeyRotation, of_key<DisableKeyRotationRequest>, false},
      {&ops::EnableKey, of_key<EnableKeyRequest>, false},
      {&ops::EnableKeyRotation, of_key<EnableKeyRotationRequest>, false},
      {&ops::Encrypt, of_key<EncryptRequest>, false},
      {&ops::GenerateDataKey, of_key<GenerateDataKeyRequest>, false},
      {&ops::GenerateDataKeyWithoutPlaintext, of_key<GenerateDataKeyWithoutPlaintextRequest>, false},
      {&ops::GetKeyPolicy, of_key<GetKeyPolicyRequest>, false},
      {&ops::GetKeyRotationStatus, of_key<GetKeyRotationStatusRequest>, false},
      {&ops::ListKeyPolicies, of_key<ListKeyPoliciesRequest>, false},
      {&ops::ListResourceTags, of_key<ListResourceTagsRequest>, false},
      {&ops::PutKeyPolicy, of_key<PutKeyPolicyRequest>, false},
      {&ops::ReEncrypt, re_encrypt, false},
      {&ops::ScheduleKeyDeletion, of_key<ScheduleKeyDeletionRequest>, false},
      {&ops::TagResource, tag_resource, false},
      {&ops::UntagResource, untag_resource, false},
      {&ops::UpdateKeyDescription, of_key<UpdateKeyDescriptionRequest>, false},
  };
  return entries;
}

}  // namespace slipway::services::kms
