#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/api/api_client.hpp"
#include "agent/task/task_spec.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"

// What a task definition takes from Parameter Store and Secrets Manager, fetched as the task's execution role,
// as the stock agent does: ssm:GetParameters and secretsmanager:GetSecretValue. Values live in memory alone.
//
// Errors: "ResourceInitializationError", in the words of Fargate's stopped reasons (ECS developer guide,
// "Amazon ECS stopped task error messages").
namespace slipway::agent {

// NAME and value, in order. A value is what it was when the task started.
http::Task<Result<std::vector<std::pair<std::string, std::string>>>> fetch_secrets(
    ApiClient& api, RoleCredentials execution_role, std::vector<SecretReference> wanted, http::Cancel cancel);

// A secret {"username": …, "password": …} (ECS developer guide, "Using non-AWS container images").
http::Task<Result<std::pair<std::string, std::string>>> fetch_registry_credentials(
    ApiClient& api, RoleCredentials execution_role, SecretReference secret, http::Cancel cancel);

// "arn:aws:secretsmanager:us-east-1:111122223333:secret:name-AbCdEf[:json-key:version-stage:version-id]": what
// follows the ARN may be empty.
struct SecretPlace {
  std::string id, json_key, version_stage, version_id;

  bool operator==(const SecretPlace&) const = default;
};
SecretPlace parse_secret_place(std::string_view value_from);

}  // namespace slipway::agent
