#include "services/ecs/asks.hpp"

#include <gtest/gtest.h>

#include "services/common/authorize.hpp"
#include "services/common/test_world.hpp"
#include "services/ecs/table.hpp"

// What an operation acts upon is what is judged, however its request names it.
namespace slipway::services::ecs {
namespace {

class AsksTest : public testing::Test {
 protected:
  AsksTest() {
    core::iam::User user;
    user.account = world.realm.account, user.name = "ann", user.id = "AIDAANN", user.path = "/";
    core::iam::AccessKey key;
    key.account = user.account, key.id = "AKIAANN", key.user_name = "ann", key.active = true;
    core::iam::Role admin;
    admin.account = user.account, admin.name = "admin", admin.id = "AROAADMIN", admin.path = "/";
    admin.trust_policy =
        R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"}}})";
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.users, user);
      turn.put(turn.state.access_keys, key);
      turn.put(turn.state.roles, admin);
      for (const char* name : {"red", "blue"}) {
        core::ecs::Cluster cluster;
        cluster.realm = world.realm, cluster.name = name, cluster.status = "ACTIVE";
        turn.put(turn.state.clusters, cluster);
        core::ecs::Task task;
        task.realm = world.realm, task.id = std::string(name) + "task", task.cluster = name;
        task.tags = {{"team", name}};
        turn.put(turn.state.tasks, task);
      }
      return {};
    });
    ann = {.kind = auth::PrincipalKind::user, .account = user.account, .arn = user.arn(), .user_id = user.id};
    ann.access_key_id = key.id;
  }

  void may(const std::string& statements) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.modify(
          turn.state.users, core::iam::User::key_of(world.realm.account, "ann"), [&](core::iam::User& user) {
            user.policies = {{"p", R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", {}}};
          });
      return {};
    });
  }
  static std::string allow(const std::string& action, const std::string& resource,
                           const std::string& more = "") {
    return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource + "\"" + more + "}";
  }
  static std::string arn(const std::string& resource) {
    return "arn:aws:ecs:us-east-1:000000000000:" + resource;
  }

  // Empty, or the refusal's words.
  std::string asked(std::string_view operation, const std::string& input) {
    const wire::Value value = *wire::parse_json(input);
    std::string why;
    world.apply([&](core::Turn& turn) -> Result<> {
      Call call{turn, world.environment, ann, world.realm, *wire::ecs::service.operation(operation), value};
      if (auto allowed = authorize(call, table()); !allowed) why = allowed.error().message;
      return {};
    });
    return why;
  }

  TestWorld world;
  auth::Principal ann;
};

TEST_F(AsksTest, ATaskIsItselfUnderEveryName) {
  may(allow("ecs:*", "*") + R"(,{"Effect":"Deny","Action":"ecs:*","Resource":")" + arn("task/blue/*") +
      "\"}");
  EXPECT_EQ(asked("StopTask", R"({"cluster":"red","task":"redtask"})"), "");
  for (const std::string& name : {std::string("bluetask"), arn("task/bluetask"), arn("task/blue/bluetask")})
    EXPECT_NE(asked("StopTask", R"({"cluster":"blue","task":")" + name + "\"}"), "") << name;
  for (const std::string& name : {arn("task/bluetask"), arn("task/red/bluetask"), arn("task/x/y/bluetask")})
    EXPECT_NE(asked("TagResource", R"({"tags":[{"key":"a","value":"b"}],"resourceArn":")" + name + "\"}"), "")
        << name;
  EXPECT_NE(asked("DescribeTasks", R"({"cluster":"blue","tasks":["bluetask"]})"), "");
}

TEST_F(AsksTest, EveryTaskOfACallIsJudged) {
  may(allow("ecs:DescribeTasks", "*", R"(,"Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}})"));
  EXPECT_EQ(asked("DescribeTasks", R"({"cluster":"red","tasks":["redtask"]})"), "");
  EXPECT_NE(asked("DescribeTasks", R"({"cluster":"red","tasks":["redtask","other"]})"), "");
  may(allow("ecs:StopTask", "*",
            R"(,"Condition":{"ArnEquals":{"ecs:cluster":")" + arn("cluster/red") + "\"}}"));
  EXPECT_EQ(asked("StopTask", R"({"cluster":"red","task":"redtask"})"), "");
  EXPECT_EQ(asked("StopTask", R"({"cluster":")" + arn("cluster/red") + R"(","task":"redtask"})"), "");
  EXPECT_NE(asked("StopTask", R"({"cluster":"blue","task":"bluetask"})"), "");
}

TEST_F(AsksTest, ARoleIsPassedUnderItsOwnPath) {
  may(allow("ecs:*", "*") + "," + allow("iam:PassRole", "arn:aws:iam::000000000000:role/dev/*"));
  auto pass = [&](const std::string& role) {
    return asked("RegisterTaskDefinition",
                 R"({"family":"f","containerDefinitions":[],"taskRoleArn":")" + role + "\"}");
  };
  EXPECT_NE(pass("arn:aws:iam::000000000000:role/dev/admin"), "") << "the role of that name has another path";
  EXPECT_NE(pass("admin"), "");
  EXPECT_EQ(pass("arn:aws:iam::000000000000:role/dev/worker"), "");
  EXPECT_NE(asked("RunTask", R"({"taskDefinition":"f","overrides":{"executionRoleArn":"admin"}})"), "");
  EXPECT_EQ(asked("RunTask", R"({"taskDefinition":"f"})"), "");
  world.apply([&](core::Turn& turn) -> Result<> {
    core::ecs::TaskDefinition definition;
    definition.realm = world.realm, definition.family = "f", definition.revision = 1,
    definition.status = "ACTIVE";
    definition.execution_role_arn = "admin";
    turn.put(turn.state.task_definitions, definition);
    return {};
  });
  EXPECT_NE(asked("RunTask", R"({"taskDefinition":"f"})"), "") << "a definition's roles are passed again";
  may(allow("ecs:*", "*") + "," +
      allow("iam:PassRole", "*",
            R"(,"Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}})"));
  EXPECT_NE(pass("admin"), "");
}

TEST_F(AsksTest, TagsOnCreationNeedLeaveToTag) {
  const std::string tagged = R"({"clusterName":"new","tags":[{"key":"team","value":"red"}]})";
  may(allow("ecs:CreateCluster", "*"));
  EXPECT_EQ(asked("CreateCluster", R"({"clusterName":"new"})"), "");
  EXPECT_NE(asked("CreateCluster", tagged).find("ecs:TagResource"), std::string::npos);
  may(allow("ecs:CreateCluster", "*") + "," +
      allow(
          "ecs:TagResource", "*",
          R"(,"Condition":{"StringEquals":{"ecs:CreateAction":"CreateCluster","aws:RequestTag/team":"red"}})"));
  EXPECT_EQ(asked("CreateCluster", tagged), "");
  EXPECT_NE(asked("TagResource",
                  R"({"resourceArn":")" + arn("cluster/red") + R"(","tags":[{"key":"team","value":"red"}]})"),
            "");
}

TEST_F(AsksTest, KeysOfADefinition) {
  may(allow(
      "ecs:RegisterTaskDefinition", "*",
      R"(,"Condition":{"StringEquals":{"ecs:privileged":"false"},"ForAnyValue:StringEquals":{"ecs:compute-compatibility":"FARGATE"},"NumericLessThanEquals":{"ecs:task-cpu":"512"}})"));
  auto define = [&](const std::string& more) {
    return asked("RegisterTaskDefinition",
                 R"({"family":"f","requiresCompatibilities":["FARGATE"])" + more + "}");
  };
  EXPECT_EQ(define(R"(,"cpu":"256","containerDefinitions":[{"name":"a"}])"), "");
  EXPECT_NE(define(R"(,"cpu":"256","containerDefinitions":[{"name":"a"},{"name":"b","privileged":true}])"),
            "");
  EXPECT_NE(define(R"(,"cpu":"1024","containerDefinitions":[])"), "");
}

}  // namespace
}  // namespace slipway::services::ecs
