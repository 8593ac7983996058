#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "services/common/test_world.hpp"
#include "services/ecs/acs.hpp"
#include "services/ecs/health.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/table.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using wire::Value;

// A region with the default cluster, one subnet, and one connected host of 2 CPUs and 4 GiB.
class Ecs : public testing::Test {
 protected:
  Ecs() {
    ok("CreateCluster", "{}");
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.vpcs, core::ec2::Vpc{.realm = world.realm, .id = "vpc-1", .cidr = "172.31.0.0/16"});
      core::ec2::Subnet subnet{
          .realm = world.realm, .id = "subnet-1", .vpc_id = "vpc-1", .cidr = "172.31.0.0/20"};
      subnet.availability_zone = "us-east-1a";
      turn.put(turn.state.subnets, subnet);
      core::ec2::SecurityGroup group{
          .realm = world.realm, .id = "sg-1", .vpc_id = "vpc-1", .name = "default"};
      turn.put(turn.state.security_groups, group);
      return {};
    });
    const Value made = ok("RegisterContainerInstance", R"({"cluster":"default","totalResources":[
        {"name":"CPU","type":"INTEGER","integerValue":2048},{"name":"MEMORY","type":"INTEGER","integerValue":4096},
        {"name":"PORTS","type":"STRINGSET","stringSetValue":["22"]}],
        "attributes":[{"name":"slipway.host-id","value":"h1"},{"name":"slipway.agent"}]})");
    instance = made.get("containerInstance", "containerInstanceArn").string();
    instance_key = world.state.container_instances.rows().begin()->first;
    world.apply([&](core::Turn& turn) {
      return connected(turn, world.environment, instance_key, {std::string(instance), "1.0", "", ""});
    });
    world.effects.clear();
  }

  Value ok(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    EXPECT_TRUE(output) << operation << ": "
                        << (output ? "" : output.error().code + ": " + output.error().message);
    return output ? *output : Value();
  }
  std::string refused(std::string_view operation, std::string_view input) {
    const std::size_t before = world.changes;
    auto output = world.call(table(), operation, input);
    EXPECT_FALSE(output) << operation << " was taken";
    EXPECT_EQ(world.changes, before) << "a refused call left a change";
    return output ? "" : output.error().code + ": " + output.error().message;
  }
  void define_hello() {
    ok("RegisterTaskDefinition", R"({"family":"hello","containerDefinitions":[{"name":"web","image":"hello:1",
       "memory":64,"portMappings":[{"containerPort":80}],"environment":[{"name":"A","value":"1"}],
       "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/hello","awslogs-region":"us-east-1",
       "awslogs-stream-prefix":"hello"}}}]})");
  }
  Value task(const std::string& arn) {
    return ok("DescribeTasks", R"({"tasks":[")" + arn + R"("]})").get("tasks").at(0);
  }
  void report(const std::string& arn, std::string_view members) {
    ok("SubmitTaskStateChange", R"({"task":")" + arn + "\"," + std::string(members) + "}");
  }

  TestWorld world;
  std::string instance, instance_key;
};

TEST_F(Ecs, HealthIsWhatTheEssentialContainersSay) {
  ok("RegisterTaskDefinition", R"({"family":"h","containerDefinitions":[
      {"name":"a","image":"i","memory":64,"healthCheck":{"command":["CMD","x"]}},
      {"name":"b","image":"i","memory":64,"healthCheck":{"command":["CMD","x"]}},
      {"name":"side","image":"i","memory":64,"essential":false,"healthCheck":{"command":["CMD","x"]}},
      {"name":"plain","image":"i","memory":64}]})");
  const std::string arn(ok("RunTask", R"({"taskDefinition":"h"})").get("tasks").at(0).get("taskArn").string());
  const auto tell = [&](const std::string& container, const std::string& status, const std::string& key) {
    const auto message = wire::parse_json(R"({"tasks":[{"taskArn":")" + arn +
                                          R"(","containers":[{"containerName":")" + container +
                                          R"(","healthStatus":")" + status + R"("}]}]})");
    world.apply([&](core::Turn& turn) -> Result<> {
      take_health(turn, key, *message);
      return {};
    });
    return std::string(task(arn).get("healthStatus").string());
  };
  EXPECT_EQ(task(arn).get("healthStatus").string(), "UNKNOWN");
  EXPECT_EQ(tell("a", "HEALTHY", instance_key), "UNKNOWN") << "b is not settled";
  EXPECT_EQ(tell("side", "UNHEALTHY", instance_key), "UNKNOWN");
  EXPECT_EQ(tell("b", "HEALTHY", instance_key), "HEALTHY") << "what is not essential, or has no check, is not asked";
  const auto version = task(arn).get("version").integer();
  EXPECT_EQ(tell("b", "HEALTHY", instance_key), "HEALTHY");
  EXPECT_EQ(task(arn).get("version").integer(), version) << "nothing changed";
  EXPECT_EQ(tell("b", "UNHEALTHY", world.realm.prefix() + "another"), "HEALTHY") << "of another node";
  EXPECT_EQ(tell("b", "WELL", instance_key), "HEALTHY");
  EXPECT_EQ(tell("plain", "UNHEALTHY", instance_key), "HEALTHY") << "it has no health check";
  EXPECT_EQ(tell("b", "UNHEALTHY", instance_key), "UNHEALTHY");
  EXPECT_EQ(task(arn).get("containers").at(1).get("healthStatus").string(), "UNHEALTHY");
  report(arn, R"("status":"STOPPED")");
  EXPECT_EQ(tell("b", "HEALTHY", instance_key), "UNHEALTHY") << "it is over";
}

TEST_F(Ecs, ATaskRunsAndStopsThroughItsStates) {
  define_hello();
  const Value ran = ok("RunTask", R"({"taskDefinition":"hello","startedBy":"me"})");
  ASSERT_EQ(ran.get("tasks").size(), 1u);
  EXPECT_TRUE(ran.get("failures").is(wire::Kind::list));
  const Value& first = ran.get("tasks").at(0);
  const std::string arn(first.get("taskArn").string());
  EXPECT_EQ(first.get("lastStatus").string(), "PENDING");
  EXPECT_EQ(first.get("group").string(), "family:hello");
  EXPECT_EQ(first.get("containerInstanceArn").string(), instance);
  ASSERT_EQ(world.effects.size(), 1u);
  const auto& sent = std::get<core::SendToAgent>(world.effects[0]);
  EXPECT_EQ(sent.container_instance_key, instance_key);
  EXPECT_NE(sent.frame.find(arn), std::string::npos);

  world.now = world.now + 1500;
  report(arn, R"("status":"RUNNING","containers":[{"containerName":"web","status":"RUNNING","runtimeId":"r1",
      "networkBindings":[{"bindIP":"0.0.0.0","containerPort":80,"hostPort":32768,"protocol":"tcp"}]}])");
  Value now = task(arn);
  EXPECT_EQ(now.get("lastStatus").string(), "RUNNING");
  EXPECT_EQ(now.get("startedAt").instant(), world.now);
  EXPECT_EQ(now.get("containers").at(0).get("networkBindings").at(0).get("hostPort").integer(), 32768);
  EXPECT_EQ(world.state.ledger.of("h1").tcp_ports.count(32768), 1u);

  const Value stopping = ok("StopTask", R"({"task":")" + arn + R"(","reason":"enough"})").get("task");
  EXPECT_EQ(stopping.get("desiredStatus").string(), "STOPPED");
  EXPECT_EQ(stopping.get("stopCode").string(), "UserInitiated");
  report(arn,
         R"("status":"STOPPED","containers":[{"containerName":"web","status":"STOPPED","exitCode":143}])");
  now = task(arn);
  EXPECT_EQ(now.get("lastStatus").string(), "STOPPED");
  EXPECT_EQ(now.get("stoppedReason").string(), "enough");
  EXPECT_EQ(now.get("containers").at(0).get("exitCode").integer(), 143);
  EXPECT_EQ(world.state.ledger.of("h1"), core::host::Claims{});
  EXPECT_GT(now.get("version").integer(), first.get("version").integer() + 3);
}

TEST_F(Ecs, AnAwsvpcTaskHasAnInterfaceUntilItIsDeprovisioned) {
  ok("RegisterTaskDefinition", R"({"family":"net","networkMode":"awsvpc","cpu":"256","memory":"512",
     "requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"web","image":"hello:1"}]})");
  EXPECT_EQ(refused("RunTask", R"({"taskDefinition":"net","launchType":"FARGATE"})"),
            "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is "
            "specified.");
  const Value ran = ok("RunTask", R"({"taskDefinition":"net","launchType":"FARGATE","networkConfiguration":
      {"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"]}}})");
  const Value& first = ran.get("tasks").at(0);
  const std::string arn(first.get("taskArn").string());
  EXPECT_EQ(first.get("lastStatus").string(), "PROVISIONING");
  EXPECT_EQ(first.find("containerInstanceArn"), nullptr);
  EXPECT_EQ(world.state.network_interfaces.size(), 1u);
  EXPECT_EQ(first.get("attachments").at(0).get("status").string(), "ATTACHING");
  report(arn, R"("status":"PENDING","attachments":[{"attachmentArn":"a","status":"ATTACHED"}])");
  EXPECT_EQ(task(arn).get("lastStatus").string(), "PENDING");
  EXPECT_EQ(task(arn).get("connectivity").string(), "CONNECTED");
  report(arn, R"("status":"STOPPED","containers":[{"containerName":"web","status":"STOPPED",
      "reason":"CannotPullContainerError: no such image"}])");
  const Value over = task(arn);
  EXPECT_EQ(over.get("stopCode").string(), "TaskFailedToStart");
  EXPECT_EQ(over.get("stoppedReason").string(), "CannotPullContainerError: no such image");
  EXPECT_EQ(over.get("attachments").at(0).get("status").string(), "DELETED");
  EXPECT_EQ(world.state.network_interfaces.size(), 0u);
}

TEST_F(Ecs, AnEssentialContainersEndIsTheTasks) {
  ok("RegisterTaskDefinition",
     R"({"family":"two","containerDefinitions":[{"name":"main","image":"i","memory":64},
     {"name":"side","image":"i","memory":64,"essential":false}]})");
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"two"})").get("tasks").at(0).get("taskArn").string());
  report(arn, R"("status":"RUNNING","containers":[{"containerName":"main","status":"RUNNING"},
      {"containerName":"side","status":"RUNNING"}])");
  report(arn,
         R"("status":"RUNNING","containers":[{"containerName":"side","status":"STOPPED","exitCode":1}])");
  EXPECT_EQ(task(arn).get("lastStatus").string(), "RUNNING");
  report(arn,
         R"("status":"RUNNING","containers":[{"containerName":"main","status":"STOPPED","exitCode":7}])");
  const Value stopping = task(arn);
  EXPECT_EQ(stopping.get("lastStatus").string(), "STOPPING");
  EXPECT_EQ(stopping.get("desiredStatus").string(), "STOPPED");
  EXPECT_EQ(stopping.get("stopCode").string(), "EssentialContainerExited");
  EXPECT_EQ(stopping.get("stoppedReason").string(), "Essential container in task exited");
}

TEST_F(Ecs, RunTaskAnswersAgainForItsToken) {
  define_hello();
  const std::string input = R"({"taskDefinition":"hello","clientToken":"t1","count":2})";
  const Value first = ok("RunTask", input), again = ok("RunTask", input);
  ASSERT_EQ(again.get("tasks").size(), 2u);
  EXPECT_EQ(first.get("tasks").at(1).get("taskArn"), again.get("tasks").at(1).get("taskArn"));
  EXPECT_EQ(world.state.tasks.size(), 2u);
  EXPECT_EQ(refused("RunTask", R"({"taskDefinition":"hello","clientToken":"t1"})"),
            "ConflictException: The clientToken was used before with other parameters.");
}

TEST_F(Ecs, NoRoomIsAFailureNotAnError) {
  ok("RegisterTaskDefinition",
     R"({"family":"big","containerDefinitions":[{"name":"c","image":"i","memory":8192}]})");
  const Value ran = ok("RunTask", R"({"taskDefinition":"big"})");
  EXPECT_EQ(ran.get("tasks").size(), 0u);
  EXPECT_EQ(ran.get("failures").at(0).get("reason").string(), "RESOURCE:MEMORY");
  EXPECT_EQ(ran.get("failures").at(0).get("arn").string(), instance);
}

TEST_F(Ecs, WhatNoNodeCarriesOutIsRefusedWhenItIsRun) {
  ok("RegisterTaskDefinition",
     R"({"family":"files","containerDefinitions":[{"name":"c","image":"i","memory":64,
     "environmentFiles":[{"value":"arn:aws:s3:::b/a.env","type":"s3"}]}]})");
  EXPECT_EQ(refused("RunTask", R"({"taskDefinition":"files"})"),
            "UnsupportedFeatureException: Container 'c' uses environmentFiles, which Slipway does not serve yet.");
}

TEST_F(Ecs, SecretsNeedARoleThatMayReadThemAndNamesOfTheirOwn) {
  const auto with = [](const std::string& members) {
    return R"({"family":"s","containerDefinitions":[{"name":"c","image":"i","memory":64,
        "environment":[{"name":"A","value":"1"}],"secrets":[{"name":"B","valueFrom":"/b"}]}])" + members + "}";
  };
  EXPECT_EQ(refused("RegisterTaskDefinition", with("")),
            "ClientException: When you are specifying container secrets, you must also specify a value for "
            "'executionRoleArn'.");
  ok("RegisterTaskDefinition", with(R"(,"executionRoleArn":"arn:aws:iam::000000000000:role/x")"));
  EXPECT_EQ(refused("RegisterTaskDefinition",
                    R"({"family":"s","executionRoleArn":"r","containerDefinitions":[{"name":"c","image":"i","memory":64,
                    "environment":[{"name":"A","value":"1"}],"secrets":[{"name":"A","valueFrom":"/b"}]}]})"),
            "ClientException: The secret name must be unique and not shared with any new or existing environment "
            "variables set on the container, such as 'A'.");
}

TEST_F(Ecs, OverridesClaimNoLessThanNothing) {
  define_hello();
  auto with = [](std::string_view size) {
    return R"({"taskDefinition":"hello","overrides":{"containerOverrides":[{"name":"web",)" +
           std::string(size) + "}]}}";
  };
  EXPECT_EQ(refused("RunTask", with(R"("cpu":-4096)")),
            "InvalidParameterException: Invalid setting for container 'web'. The cpu must not be negative.");
  EXPECT_EQ(refused("RunTask", with(R"("memory":0)")),
            "InvalidParameterException: Invalid setting for container 'web'. The minimum memory is 6 MiB.");
  EXPECT_EQ(refused("RunTask", with(R"("memoryReservation":-1)")),
            "InvalidParameterException: Invalid setting for container 'web'. The memory reservation must be "
            "a positive "
            "number.");
  EXPECT_EQ(ok("RunTask", with(R"("cpu":0,"memory":6)")).get("tasks").size(), 1u);
}

TEST_F(Ecs, AReportThatComesLateTakesNothingBack) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  auto container = [&] { return task(arn).get("containers").at(0); };
  report(arn, R"("status":"RUNNING","containers":[{"containerName":"web","status":"RUNNING"}])");
  report(arn, R"("status":"PENDING","containers":[{"containerName":"web","status":"PENDING"}])");
  EXPECT_EQ(container().get("lastStatus").string(), "RUNNING");
  report(arn, R"("status":"NONSENSE","containers":[{"containerName":"web","status":"ASLEEP"}])");
  EXPECT_EQ(container().get("lastStatus").string(), "RUNNING");
  report(arn,
         R"("containers":[{"containerName":"web","exitCode":3,"networkBindings":[{"hostPort":70000}]}])");
  report(arn, R"("containers":[{"containerName":"web","exitCode":4}])");
  EXPECT_EQ(container().get("exitCode").integer(), 3);
  EXPECT_TRUE(world.state.ledger.of("h1").tcp_ports.empty());
}

TEST_F(Ecs, ARangeOfPortsIsShownAndClaimedAsARange) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  report(arn,
         R"("status":"RUNNING","containers":[{"containerName":"web","status":"RUNNING","networkBindings":[
      {"bindIP":"0.0.0.0","containerPortRange":"9000-9002","hostPortRange":"32770-32772","protocol":"tcp"}]}])");
  const Value binding = task(arn).get("containers").at(0).get("networkBindings").at(0);
  EXPECT_EQ(binding.get("containerPortRange").string(), "9000-9002");
  EXPECT_EQ(binding.get("hostPortRange").string(), "32770-32772");
  EXPECT_FALSE(binding.find("containerPort"));
  EXPECT_FALSE(binding.find("hostPort"));
  EXPECT_EQ(world.state.ledger.of("h1").tcp_ports, (std::multiset<std::int64_t>{32770, 32771, 32772}));
  report(arn, R"("status":"STOPPED")");
  EXPECT_TRUE(world.state.ledger.of("h1").tcp_ports.empty());
}

TEST_F(Ecs, BadDefinitionsAreRefusedInEcsWords) {
  auto with = [](std::string_view container) {
    return R"({"family":"f","containerDefinitions":[)" + std::string(container) + "]}";
  };
  EXPECT_EQ(refused("RegisterTaskDefinition", R"({"family":"f","containerDefinitions":[]})"),
            "ClientException: Container list cannot be empty.");
  EXPECT_EQ(refused("RegisterTaskDefinition", with(R"({"name":"c","memory":64})")),
            "ClientException: Container.image should not be null or empty.");
  EXPECT_EQ(refused("RegisterTaskDefinition", with(R"({"name":"c","image":"i"})")),
            "ClientException: Invalid setting for container 'c'. At least one of 'memory' or "
            "'memoryReservation' must be specified.");
  EXPECT_EQ(refused("RegisterTaskDefinition",
                    R"({"family":"a b","containerDefinitions":[{"name":"c","image":"i","memory":64}]})"),
            "ClientException: Family contains invalid characters.");
  EXPECT_EQ(
      refused("RegisterTaskDefinition", R"({"family":"f","networkMode":"awsvpc","cpu":"256","memory":"4096",
            "requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"c","image":"i"}]})"),
      "ClientException: No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the "
      "Amazon ECS documentation for the valid values.");
  EXPECT_EQ(refused("RunTask", R"({"taskDefinition":"nope"})"), "ClientException: TaskDefinition not found.");
  EXPECT_EQ(refused("RunTask", R"({"cluster":"nope","taskDefinition":"nope"})"),
            "ClusterNotFoundException: Cluster not found.");
  EXPECT_EQ(refused("StopTask", R"({"task":"nope"})"),
            "InvalidParameterException: The referenced task was not found.");
}

TEST_F(Ecs, RevisionsCountUpAndInactiveOnesAreRefused) {
  define_hello();
  define_hello();
  EXPECT_EQ(ok("DescribeTaskDefinition", R"({"taskDefinition":"hello"})")
                .get("taskDefinition", "revision")
                .integer(),
            2);
  ok("DeregisterTaskDefinition", R"({"taskDefinition":"hello:2"})");
  EXPECT_EQ(ok("DescribeTaskDefinition", R"({"taskDefinition":"hello"})")
                .get("taskDefinition", "revision")
                .integer(),
            1);
  EXPECT_EQ(refused("RunTask", R"({"taskDefinition":"hello:2"})"),
            "ClientException: TaskDefinition is inactive");
  const Value page = ok("ListTaskDefinitions", R"({"familyPrefix":"hello","maxResults":1,"sort":"DESC"})");
  EXPECT_EQ(page.get("taskDefinitionArns").size(), 1u);
  EXPECT_EQ(page.find("nextToken"), nullptr);
}

TEST_F(Ecs, ListingsPageWithTokensOfTheirQuestionAlone) {
  define_hello();
  ok("RunTask", R"({"taskDefinition":"hello","count":5})");
  std::set<std::string> seen;
  std::string token;
  for (int pages = 0; pages < 5; ++pages) {
    const Value page = ok(
        "ListTasks", R"({"maxResults":2)" + (token.empty() ? "" : R"(,"nextToken":")" + token + "\"") + "}");
    for (const Value& arn : page.get("taskArns").items()) seen.emplace(arn.string());
    token = page.get("nextToken").string();
    if (token.empty()) break;
  }
  EXPECT_EQ(seen.size(), 5u);
  const Value page = ok("ListTasks", R"({"maxResults":2})");
  EXPECT_EQ(refused("ListTasks", R"({"family":"other","nextToken":")" +
                                     std::string(page.get("nextToken").string()) + "\"}"),
            "InvalidParameterException: Invalid token.");
}

TEST_F(Ecs, AReconnectedAgentIsToldEverything) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  world.apply([&](core::Turn& turn) -> Result<> {
    disconnected(turn, instance_key);
    return {};
  });
  ok("StopTask", R"({"task":")" + arn + "\"}");
  world.effects.clear();
  world.apply([&](core::Turn& turn) {
    return connected(turn, world.environment, instance_key, {instance, "1.0", "", ""});
  });
  ASSERT_EQ(world.effects.size(), 2u);  // the manifest, and the stop
  const auto& manifest = std::get<core::SendToAgent>(world.effects[0]).frame;
  const auto& stop = std::get<core::SendToAgent>(world.effects[1]).frame;
  EXPECT_NE(manifest.find("TaskManifestMessage"), std::string::npos);
  EXPECT_NE(stop.find(R"("desiredStatus":"STOPPED")"), std::string::npos);
}

TEST_F(Ecs, AForcedDeregistrationEndsTheHostsFargateTasksToo) {
  ok("RegisterTaskDefinition", R"({"family":"net","networkMode":"awsvpc","cpu":"256","memory":"512",
     "requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"web","image":"hello:1"}]})");
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"net","launchType":"FARGATE","networkConfiguration":
      {"awsvpcConfiguration":{"subnets":["subnet-1"]}}})")
          .get("tasks")
          .at(0)
          .get("taskArn")
          .string());
  const std::string named = R"({"containerInstance":")" + instance + '"';
  EXPECT_EQ(refused("DeregisterContainerInstance", named + "}"),
            "InvalidParameterException: Found running tasks on the instance.");
  ok("DeregisterContainerInstance", named + R"(,"force":true})");
  EXPECT_EQ(task(arn).get("lastStatus").string(), "STOPPED");
  EXPECT_EQ(task(arn).get("stopCode").string(), "TerminationNotice");
  EXPECT_EQ(world.state.network_interfaces.size(), 0u);
}

TEST_F(Ecs, AReconnectedAgentIsToldWhatHasStarted) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  auto sent_again = [&] {
    world.effects.clear();
    world.apply([&](core::Turn& turn) {
      return connected(turn, world.environment, instance_key, {instance, "1.0", "", ""});
    });
    return std::get<core::SendToAgent>(world.effects.at(1)).frame;
  };
  EXPECT_EQ(sent_again().find(R"("started":true)"), std::string::npos);
  report(arn, R"("status":"RUNNING","containers":[{"containerName":"web","status":"RUNNING"}])");
  EXPECT_NE(sent_again().find(R"("started":true)"), std::string::npos);
}

TEST_F(Ecs, ARunningTaskIsGivenNewCredentialsBeforeTheOldOnesEnd) {
  world.apply([&](core::Turn& turn) -> Result<> {
    core::iam::Role worker;
    worker.account = "000000000000", worker.name = "worker", worker.path = "/";
    worker.trust_policy =
        R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"}}})";
    turn.put(turn.state.roles, worker);
    return {};
  });
  ok("RegisterTaskDefinition", R"({"family":"roles","taskRoleArn":"arn:aws:iam::000000000000:role/worker",
     "containerDefinitions":[{"name":"web","image":"hello:1","memory":64}]})");
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"roles"})").get("tasks").at(0).get("taskArn").string());
  auto message = [](const core::Effect& effect) {
    return *wire::parse_json(std::get<core::SendToAgent>(effect).frame);
  };
  const Value first = message(world.effects.back()).get("message").get("tasks").at(0).get("roleCredentials");
  ASSERT_FALSE(first.absent());
  auto after = [&](std::int64_t ms) {
    world.now = world.now + ms;
    world.effects.clear();
    world.apply([&](core::Turn& turn) -> Result<> {
      tick(turn, world.environment);
      return {};
    });
    return world.effects.size();
  };
  const std::int64_t renewed_ms = limits::task_credentials_life_ms * 5 / 6;
  EXPECT_EQ(after(renewed_ms), 0u) << "they are still good for an hour";
  world.state.connected_instances.clear();
  EXPECT_EQ(after(1), 0u) << "nobody is there to take them";
  world.state.connected_instances.insert(instance_key);
  ASSERT_EQ(after(1), 1u);
  const Value sent = message(world.effects[0]);
  EXPECT_EQ(sent.get("type").string(), "IAMRoleCredentialsMessage");
  EXPECT_EQ(sent.get("message", "roleType").string(), "TaskApplication");
  EXPECT_EQ(sent.get("message", "taskArn").string(), arn);
  const Value& second = sent.get("message", "roleCredentials");
  EXPECT_EQ(second.get("credentialsId").string(), first.get("credentialsId").string());
  for (const char* member : {"accessKeyId", "secretAccessKey", "sessionToken"})
    EXPECT_NE(second.get(member).string(), first.get(member).string()) << member;
  EXPECT_EQ(parse_iso8601(second.get("expiration").string())->ms / 1000,
            (world.now.ms + limits::task_credentials_life_ms) / 1000);
  EXPECT_EQ(after(renewed_ms), 0u) << "once, until the next are due";
  report(arn, R"("status":"STOPPED")");
  EXPECT_EQ(after(2 * renewed_ms), 0u) << "a task that is over gets none";
}

TEST_F(Ecs, AClusterKeepsTheEndpointUrlOut) {
  define_hello();
  auto says_no = [&] {
    ok("RunTask", R"({"taskDefinition":"hello"})");
    const Value sent = *wire::parse_json(std::get<core::SendToAgent>(world.effects.back()).frame);
    const Value& ours = sent.get("message").get("tasks").at(0).get("slipway");
    EXPECT_TRUE(ours.find("createdAt"));
    return ours.find("setEndpointUrl") && !ours.get("setEndpointUrl").boolean();
  };
  EXPECT_FALSE(says_no());
  ok("TagResource", R"({"resourceArn":"arn:aws:ecs:us-east-1:000000000000:cluster/default",
     "tags":[{"key":"slipway:aws-endpoint-url","value":"off"}]})");
  EXPECT_TRUE(says_no());
  ok("TagResource", R"({"resourceArn":"arn:aws:ecs:us-east-1:000000000000:cluster/default",
     "tags":[{"key":"slipway:aws-endpoint-url","value":"on"}]})");
  EXPECT_FALSE(says_no());
}

TEST_F(Ecs, TheAgentIsToldWhetherATaskReachesTheOutside) {
  ok("RegisterTaskDefinition", R"({"family":"net","networkMode":"awsvpc","cpu":"256","memory":"512",
     "requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"web","image":"hello:1"}]})");
  auto told = [&](const std::string& assign_public_ip) {
    ok("RunTask",
       R"({"taskDefinition":"net","launchType":"FARGATE","networkConfiguration":{"awsvpcConfiguration":
       {"subnets":["subnet-1"],"assignPublicIp":")" +
           assign_public_ip + "\"}}}");
    const Value sent = *wire::parse_json(std::get<core::SendToAgent>(world.effects.back()).frame);
    const Value& ours = sent.get("message").get("tasks").at(0).get("slipway");
    EXPECT_TRUE(ours.find("internet"));
    return ours.get("internet").boolean();
  };
  EXPECT_FALSE(told("ENABLED")) << "there is no route";
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.put(turn.state.internet_gateways,
             core::ec2::InternetGateway{.realm = world.realm, .id = "igw-1", .vpc_id = "vpc-1"});
    core::ec2::RouteTable main{.realm = world.realm, .id = "rtb-1", .vpc_id = "vpc-1"};
    main.routes.push_back({"0.0.0.0/0", "igw-1", {}});
    main.associations.push_back({"rtbassoc-1", "", {}});
    turn.put(turn.state.route_tables, main);
    return {};
  });
  EXPECT_TRUE(told("ENABLED"));
  EXPECT_FALSE(told("DISABLED"));
}

TEST_F(Ecs, NoTaskWithoutAServiceIsProtected) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  const std::string both = R"({"cluster":"default","tasks":[")" + arn + R"(","other"])";
  for (const auto& [operation, rest] : {std::pair{"GetTaskProtection", "}"},
                                        std::pair{"UpdateTaskProtection", R"(,"protectionEnabled":true})"}}) {
    const Value answer = ok(operation, both + rest);
    EXPECT_TRUE(answer.get("protectedTasks").is(wire::Kind::list));
    EXPECT_EQ(answer.get("failures").at(0).get("arn").string(), arn);
    EXPECT_EQ(answer.get("failures").at(0).get("reason").string(), "TASK_NOT_VALID");
    EXPECT_EQ(answer.get("failures").at(1).get("reason").string(), "MISSING");
  }
  EXPECT_EQ(refused("UpdateTaskProtection", both + R"(,"protectionEnabled":true,"expiresInMinutes":2881})"),
            "InvalidParameterException: expiresInMinutes must be between 1 and 2880.");
  EXPECT_EQ(refused("GetTaskProtection", R"({"cluster":"default","tasks":[]})"),
            "InvalidParameterException: Tasks cannot be empty.");
  EXPECT_TRUE(refused("GetTaskProtection", R"({"cluster":"nowhere","tasks":["t"]})")
                  .starts_with("ClusterNotFoundException"));
}

TEST_F(Ecs, StoppedTasksAreForgottenAfterAnHour) {
  define_hello();
  const std::string arn(
      ok("RunTask", R"({"taskDefinition":"hello"})").get("tasks").at(0).get("taskArn").string());
  report(arn, R"("status":"STOPPED")");
  auto pass_time = [&](std::int64_t ms) {
    world.now = world.now + ms;
    world.apply([&](core::Turn& turn) -> Result<> {
      tick(turn, world.environment);
      return {};
    });
  };
  pass_time(59 * 60'000);
  EXPECT_EQ(world.state.tasks.size(), 1u);
  pass_time(60'001);
  EXPECT_EQ(world.state.tasks.size(), 0u);
}

}  // namespace
}  // namespace slipway::services::ecs
