#pragma once

#include <gtest/gtest.h>

#include <string>

#include "services/common/test_world.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

// For tests of operations: calls with JSON in, and either the answer or "Code 404: message" out.
class IamTest : public testing::Test {
 protected:
  wire::Value ok(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    EXPECT_TRUE(output) << operation << ": " << (output ? "" : output.error().message);
    return output ? *output : wire::Value::object();
  }
  std::string error(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    if (output) return "no error";
    const Error& error = output.error();
    return error.code + " " + std::to_string(error.http_status) + ": " + error.message;
  }
  std::string json(std::string_view operation, std::string_view input) {
    return wire::write_json(ok(operation, input));
  }

  void make_user(const std::string& name) { ok("CreateUser", R"({"UserName":")" + name + R"("})"); }
  void make_role(const std::string& name) {
    auto input = wire::Value::object({{"RoleName", name}, {"AssumeRolePolicyDocument", trust}});
    ASSERT_TRUE(world.call(table(), "CreateRole", input));
  }
  // As if the call were signed with a key of this user.
  void call_as_user(const std::string& name) {
    const auto* user = world.state.users.find(core::iam::User::key_of(world.realm.account, name));
    ASSERT_TRUE(user);
    world.caller = {
        .kind = auth::PrincipalKind::user, .account = user->account, .arn = user->arn(), .user_id = user->id};
  }

  static constexpr std::string_view trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
  TestWorld world;
};

}  // namespace slipway::services::iam
