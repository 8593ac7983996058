#include "services/secretsmanager/table.hpp"

#include "services/secretsmanager/asks.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

const ServiceTable& table() {
  namespace op = wire::secretsmanager::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::BatchGetSecretValue, read, batch_get_secret_value},
      {&op::CreateSecret, write, create_secret},
      {&op::DeleteResourcePolicy, write, delete_resource_policy},
      {&op::DeleteSecret, write, delete_secret},
      {&op::DescribeSecret, read, describe_secret},
      {&op::GetRandomPassword, read, get_random_password},
      {&op::GetResourcePolicy, read, get_resource_policy},
      {&op::GetSecretValue, read, get_secret_value},
      {&op::ListSecretVersionIds, read, list_secret_version_ids},
      {&op::ListSecrets, read, list_secrets},
      {&op::PutResourcePolicy, write, put_resource_policy},
      {&op::PutSecretValue, write, put_secret_value},
      {&op::RestoreSecret, write, restore_secret},
      {&op::TagResource, write, tag_resource},
      {&op::UntagResource, write, untag_resource},
      {&op::UpdateSecret, write, update_secret},
      {&op::UpdateSecretVersionStage, write, update_secret_version_stage},
      {&op::ValidateResourcePolicy, read, validate_resource_policy},
  };
  static const ServiceTable service{&wire::secretsmanager::service, routes, /*generic_validation=*/true, asks()};
  return service;
}

}  // namespace slipway::services::secretsmanager
