#pragma once

#include "services/common/kms_key.hpp"
#include "services/common/test_calls.hpp"
#include "services/secretsmanager/table.hpp"

namespace slipway::services::secretsmanager {

class Secrets : public CallTest {
 protected:
  Secrets() : CallTest(table()) {}

  static wire::Value of(std::string_view id) { return wire::Value::object({{"SecretId", id}}); }
  static wire::Value with(wire::Value base, std::string_view member, wire::Value value) {
    base.set(member, std::move(value));
    return base;
  }
  // Its ARN.
  std::string make(std::string_view name, std::string_view value) {
    return std::string(
        ok("CreateSecret", wire::Value::object({{"Name", name}, {"SecretString", value}})).get("ARN").string());
  }
  // The version's id.
  std::string put(std::string_view id, std::string_view value, std::initializer_list<wire::Value> stages = {}) {
    wire::Value in = with(of(id), "SecretString", value);
    if (stages.size() > 0) in.set("VersionStages", wire::Value::list(stages));
    return std::string(ok("PutSecretValue", in).get("VersionId").string());
  }
  std::string value_of(std::string_view id, std::string_view stage = "AWSCURRENT") {
    return std::string(ok("GetSecretValue", with(of(id), "VersionStage", stage)).get("SecretString").string());
  }
  wire::Value stages(std::string_view id) { return ok("DescribeSecret", of(id)).get("VersionIdsToStages"); }

  static constexpr const char* not_found =
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
  static constexpr std::string_view token = "11111111-1111-1111-1111-111111111111";
};

}  // namespace slipway::services::secretsmanager
