#include "services/kms/table.hpp"

#include "services/kms/asks.hpp"
#include "wire/gen/kms.hpp"

namespace slipway::services::kms {

const ServiceTable& table() {
  namespace op = wire::kms::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::CancelKeyDeletion, write, cancel_key_deletion},
      {&op::CreateAlias, write, create_alias},
      {&op::CreateKey, write, create_key},
      {&op::Decrypt, read, decrypt},
      {&op::DeleteAlias, write, delete_alias},
      {&op::DescribeKey, write, describe_key},
      {&op::DisableKey, write, disable_key},
      {&op::DisableKeyRotation, write, disable_key_rotation},
      {&op::EnableKey, write, enable_key},
      {&op::EnableKeyRotation, write, enable_key_rotation},
      {&op::Encrypt, read, encrypt},
      {&op::GenerateDataKey, read, generate_data_key},
      {&op::GenerateDataKeyWithoutPlaintext, read, generate_data_key_without_plaintext},
      {&op::GenerateRandom, read, generate_random},
      {&op::GetKeyPolicy, read, get_key_policy},
      {&op::GetKeyRotationStatus, read, get_key_rotation_status},
      {&op::ListAliases, read, list_aliases},
      {&op::ListKeyPolicies, read, list_key_policies},
      {&op::ListKeys, read, list_keys},
      {&op::ListResourceTags, read, list_resource_tags},
      {&op::PutKeyPolicy, write, put_key_policy},
      {&op::ReEncrypt, read, re_encrypt},
      {&op::ScheduleKeyDeletion, write, schedule_key_deletion},
      {&op::TagResource, write, tag_resource},
      {&op::UntagResource, write, untag_resource},
      {&op::UpdateAlias, write, update_alias},
      {&op::UpdateKeyDescription, write, update_key_description},
  };
  static const ServiceTable service{&wire::kms::service, routes, /*generic_validation=*/true, asks()};
  return service;
}

}  // namespace slipway::services::kms
