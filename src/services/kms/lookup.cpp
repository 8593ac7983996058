#include "services/kms/lookup.hpp"

#include "base/limits.hpp"
#include "services/common/resource_policy.hpp"

namespace slipway::services::kms {

Result<const Key*> find_key(Call& call, std::string_view key_id) {
  return find_kms_key(call, key_id, AliasUse::refused);
}

Result<const Key*> find_customer_key(Call& call, std::string_view key_id) {
  auto key = find_key(call, key_id);
  if (key && !(*key)->made_for.empty())
    return fail("AccessDeniedException", (*key)->arn() + " is managed by AWS and cannot be changed.");
  return key;
}

Result<const Key*> find_living_key(Call& call, std::string_view key_id) {
  auto key = find_customer_key(call, key_id);
  if (key && (*key)->state == KeyState::pending_deletion) return pending_deletion(**key);
  return key;
}

std::unexpected<Error> invalid(std::string message) {
  return fail("ValidationException", std::move(message));
}
std::unexpected<Error> unsupported(std::string message) {
  return fail("UnsupportedOperationException", std::move(message));
}
std::unexpected<Error> pending_deletion(const Key& key) {
  return fail("KMSInvalidStateException", key.arn() + " is pending deletion.");
}

std::string_view state_name(KeyState state) {
  switch (state) {
    case KeyState::enabled:
      return wire::kms::KeyState::Enabled;
    case KeyState::disabled:
      return wire::kms::KeyState::Disabled;
    case KeyState::pending_deletion:
      break;
  }
  return wire::kms::KeyState::PendingDeletion;
}

wire::kms::KeyMetadata metadata_view(const Key& key) {
  wire::kms::KeyMetadata view;
  view.set_aws_account_id(key.realm.account)
      .set_key_id(key.id)
      .set_arn(key.arn())
      .set_creation_date(key.created_at)
      .set_enabled(key.state == KeyState::enabled)
      .set_description(key.description)
      .set_key_usage("ENCRYPT_DECRYPT")
      .set_key_state(state_name(key.state))
      .set_origin("AWS_KMS")
      .set_key_manager(key.made_for.empty() ? "CUSTOMER" : "AWS")
      .set_customer_master_key_spec("SYMMETRIC_DEFAULT")
      .set_key_spec("SYMMETRIC_DEFAULT")
      .add_encryption_algorithms("SYMMETRIC_DEFAULT")
      .set_multi_region(false)
      .set_current_key_material_id(key.material().id);
  if (key.deletes_at) view.set_deletion_date(key.deletes_at);
  return view;
}

std::string default_policy(const Realm& realm) {
  return R"({"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions",)"
         R"("Effect":"Allow","Principal":{"AWS":"arn:aws:iam::)" +
         realm.account + R"(:root"},"Action":"kms:*","Resource":"*"}]})";
}

Result<> check_policy(std::string_view document) {
  if (document.size() > limits::kms_policy_bytes)
    return fail("LimitExceededException", "The key policy is larger than " +
                                              std::to_string(limits::kms_policy_bytes) + " bytes.");
  return check_resource_policy(document);
}

}  // namespace slipway::services::kms
