#include "agent/agent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "agent/agent_test_util.hpp"

// The whole agent against a server of the test's own and a host in memory: bytes on real sockets in between.
namespace slipway::agent {
namespace {

using test::awslogs, test::awsvpc;
using test::connected, test::hello, test::json, test::payload, test::reported, test::run_task, test::start,
    test::stop_task, test::World;
using wire::Value;

TEST(Agent, RegistersWithWhatTheHostHas) {
  World world;
  world.live([&world]() -> http::Task<void> { EXPECT_TRUE(co_await connected(world)); });
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.server.unsigned_requests, 0u);
  std::vector<Value> registrations = world.server.inputs("RegisterContainerInstance");
  ASSERT_EQ(registrations.size(), 1u);
  const Value& input = registrations[0];
  EXPECT_EQ(input.get("cluster").string(), "default");
  EXPECT_EQ(input.get("totalResources").at(0).get("integerValue").integer(), 2'048);
  EXPECT_EQ(input.get("totalResources").at(1).get("integerValue").integer(), 4'096);
  EXPECT_EQ(input.get("totalResources").at(2).get("stringSetValue").at(0).string(), "22");
  std::string host_id;
  for (const Value& attribute : input.get("attributes").items())
    if (attribute.get("name").string() == "slipway.host-id") host_id = attribute.get("value").string();
  EXPECT_EQ(host_id, "host-1");
  EXPECT_NE(world.server.acs_queries.at(0).find("sendCredentials=true"), std::string::npos);
}

TEST(Agent, AnotherLifeIsTheSameInstance) {
  World world;
  for (int i = 0; i < 2; ++i)
    world.live([&world]() -> http::Task<void> { EXPECT_TRUE(co_await connected(world)); });
  std::vector<Value> registrations = world.server.inputs("RegisterContainerInstance");
  ASSERT_EQ(registrations.size(), 2u);
  EXPECT_FALSE(registrations[0].find("containerInstanceArn"));
  EXPECT_EQ(registrations[1].get("containerInstanceArn").string(), test::instance_arn);
  EXPECT_EQ(registrations[1].get("clientToken"), registrations[0].get("clientToken"));
}

TEST(Agent, InstanceThatTheServerForgotRegistersAnew) {
  World world;
  world.live([&world]() -> http::Task<void> { EXPECT_TRUE(co_await connected(world)); });
  world.server.answer = [](const test::ApiCall& call) -> std::optional<http::Response> {
    if (call.operation != "RegisterContainerInstance" || !call.input.find("containerInstanceArn"))
      return std::nullopt;
    return test::FakeServer::error(400, "InvalidParameterException", "unknown instance");
  };
  world.live([&world]() -> http::Task<void> { EXPECT_TRUE(co_await connected(world)); });
  EXPECT_EQ(world.server.inputs("RegisterContainerInstance").size(), 3u);
}

TEST(Agent, RefusedForGoodEndsIt) {
  World world;
  world.server.answer = [](const test::ApiCall&) -> std::optional<http::Response> {
    return test::FakeServer::error(400, "com.amazonaws.ecs#ClusterNotFoundException", "Cluster not found.");
  };
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await world.until([&world] { return !world.ended; }));
  });
  EXPECT_EQ(world.ended.error().code, "ClusterNotFoundException");
}

TEST(Agent, RunsAndStopsABridgeTask) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(world,
                   "'containers':[{'name':'main','image':'busybox','essential':true,"
                   "'portMappings':[{'containerPort':80,'hostPort':0},{'containerPortRange':'9000-9002'}]}]");
    EXPECT_EQ(world.host.published_ports(), 2u);
    co_await world.server.send(payload("m2", stop_task()));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_TRUE(co_await world.until([&world] { return world.agent->tasks() == 0; }));
  });
  EXPECT_EQ(world.server.reported(), (std::vector<std::string>{"PENDING", "RUNNING", "STOPPED"}));
  std::vector<Value> reports = world.server.inputs("SubmitTaskStateChange");
  const Value& running = reports[1].get("containers").at(0);
  EXPECT_EQ(running.get("status").string(), "RUNNING");
  EXPECT_EQ(running.get("imageDigest").string(), "sha256:d1");
  EXPECT_EQ(running.get("runtimeId").string().size(), 64u);
  EXPECT_EQ(running.get("networkBindings").at(0).get("containerPort").integer(), 80);
  EXPECT_GT(running.get("networkBindings").at(0).get("hostPort").integer(), 0);
  const Value& range = running.get("networkBindings").at(1);
  EXPECT_EQ(range.get("containerPortRange").string(), "9000-9002");
  EXPECT_EQ(range.get("hostPortRange").string(), "32769-32771");
  EXPECT_FALSE(range.find("containerPort"));
  EXPECT_FALSE(range.find("hostPort"));
  EXPECT_EQ(reports[2].get("containers").at(0).get("exitCode").integer(), 143);
  EXPECT_GT(reports[2].get("executionStoppedAt").number(), 1e9);
  EXPECT_EQ(world.host.published_ports(), 0u);
  EXPECT_EQ(world.host.task_cgroups(), 0u);
  EXPECT_TRUE(world.host.containers()->empty());
  EXPECT_TRUE(std::filesystem::is_empty(world.directory.path + "/agent/tasks"));
  std::vector<std::string> types = world.server.frame_types();
  EXPECT_EQ(std::ranges::count(types, std::string("AckRequest")), 2);
}

TEST(Agent, AwsvpcTaskReportsItsInterface) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(world, std::string(hello) + awsvpc);
    EXPECT_EQ(world.host.task_networks(), 1u);
    const runtime::ContainerSpec* spec = world.host.spec(world.host.containers()->at(0).id);
    EXPECT_EQ(spec->network.kind, runtime::NetworkNamespace::Kind::path);
    EXPECT_EQ(spec->files.at(2).contents, "nameserver " + world.host.resolvers("").servers.at(0) + "\n");
    world.host.kill_container(world.host.containers()->at(0).id, 137, true);
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_EQ(world.host.task_networks(), 0u);
  });
  bool attached = false;
  for (const Value& report : world.server.inputs("SubmitTaskStateChange"))
    if (report.get("attachments").at(0).get("attachmentArn").string() == "arn:attachment") attached = true;
  EXPECT_TRUE(attached);
  Value last = world.server.inputs("SubmitTaskStateChange").back();
  EXPECT_EQ(last.get("containers").at(0).get("reason").string(),
            "OutOfMemoryError: Container killed due to memory usage");
  EXPECT_EQ(last.get("containers").at(0).get("exitCode").integer(), 137);
}

TEST(Agent, PullFailure) {
  World world;
  world.images.refuse = [](const std::string& name) {
    return Error{"CannotPullContainerError", "manifest for " + name + " not found"};
  };
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task(hello)));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
  Value last = world.server.inputs("SubmitTaskStateChange").back();
  EXPECT_EQ(last.get("containers").at(0).get("reason").string(),
            "CannotPullContainerError: manifest for busybox not found");
  EXPECT_FALSE(last.get("containers").at(0).find("exitCode"));
}

TEST(Agent, NetworkFailureIsTheTasksReason) {
  World world;
  world.host.fail_next("create_task_network", {"ResourceInitializationError", "no veth left"});
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task(std::string(hello) + awsvpc)));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
  EXPECT_EQ(world.server.inputs("SubmitTaskStateChange").back().get("reason").string(),
            "ResourceInitializationError: no veth left");
  EXPECT_EQ(world.host.task_cgroups(), 0u);
}

TEST(Agent, TakenPort) {
  World world;
  world.host.fail_next("publish_ports",
                       {"PortTaken", "Bind for 0.0.0.0:80 failed: port is already allocated"});
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task("'containers':[{'name':'main','image':'busybox',"
                                                      "'essential':true,'portMappings':[{'containerPort':80,"
                                                      "'hostPort':80}]}]")));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
  std::string reason(
      world.server.inputs("SubmitTaskStateChange").back().get("containers").at(0).get("reason").string());
  EXPECT_TRUE(reason.starts_with("CannotStartContainerError: Error response from daemon")) << reason;
  EXPECT_TRUE(reason.ends_with("port is already allocated")) << reason;
}

TEST(Agent, TaskThatCannotBeReadIsReportedAndAcknowledged) {
  World world;
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task("'containers':[]")));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_TRUE(co_await world.until([&world] { return !world.server.frames.empty(); }));
    EXPECT_EQ(world.server.frame_types().back(), "AckRequest");
    // And what is no frame at all leaves the connection up.
    co_await world.server.send(Value("text"));
    co_await world.server.send(json("{'type':'Unknown','message':{'messageId':'x'}}"));
    co_await world.server.send(
        json("{'type':'HeartbeatMessage','message':{'messageId':'h1','healthy':true}}"));
    EXPECT_TRUE(co_await world.until(
        [&world] { return world.server.frame_types().back() == "HeartbeatAckRequest"; }));
  });
}

TEST(Agent, StopOfAnUnknownTaskIsReported) {
  World world;
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", stop_task()));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
}

TEST(Agent, ReportsAreRepeatedInOrderUntilTaken) {
  World world;
  std::atomic<bool> pending_told = false, running_refused = false;
  world.server.answer = [&](const test::ApiCall& call) -> std::optional<http::Response> {
    if (call.operation != "SubmitTaskStateChange" || running_refused) return std::nullopt;
    pending_told = true;
    running_refused = call.input.get("status").string() == "RUNNING";
    return test::FakeServer::error(500, "ServerException", "not now");
  };
  // On a worker: the container runs once PENDING was refused.
  world.host.script = [&](const runtime::ContainerSpec&) {
    for (int i = 0; i < 2'000 && !pending_told; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return runtime::FakeScript{};
  };
  world.live([&]() -> http::Task<void> {
    co_await start(world, hello);
    EXPECT_TRUE(
        co_await world.until([&] { return std::ranges::count(world.server.reported(), "RUNNING") == 2; }));
  });
  std::vector<std::string> reports = world.server.reported();
  // However often PENDING was repeated before the container ran, it was never taken: the truth has overtaken
  // it.
  ASSERT_GE(reports.size(), 3u);
  reports.erase(std::unique(reports.begin(), reports.end() - 1), reports.end() - 1);
  EXPECT_EQ(reports, (std::vector<std::string>{"PENDING", "RUNNING", "RUNNING"}));
}

TEST(Agent, RefusedReportIsDroppedAndTheNextOneGoes) {
  World world;
  world.server.answer = [](const test::ApiCall& call) -> std::optional<http::Response> {
    if (call.operation != "SubmitTaskStateChange" || call.input.get("status").string() != "PENDING")
      return std::nullopt;
    return test::FakeServer::error(400, "InvalidParameterException", "unknown task");
  };
  world.live([&world]() -> http::Task<void> { co_await start(world, hello); });
  EXPECT_EQ(world.server.reported(), (std::vector<std::string>{"PENDING", "RUNNING"}));
}

// --- Logs ---

TEST(Agent, OutputReachesTheLogServiceLiveAndWhole) {
  World world;
  world.host.script = [](const runtime::ContainerSpec&) { return runtime::FakeScript{.output = "hello\n"}; };
  world.live([&world]() -> http::Task<void> {
    co_await start(world, awslogs);
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 1; }));
    std::string id = world.host.containers()->at(0).id;
    world.host.append_output(id, runtime::OutputRecord::Stream::out, "second\nwithout end");
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 2; }));
    world.host.kill_container(id, 0, false);
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
  EXPECT_EQ(world.server.log_lines(), (std::vector<std::string>{"hello", "second", "without end"}));
  Value created = world.server.inputs("CreateLogStream").at(0);
  EXPECT_EQ(created.get("logGroupName").string(), "/ecs/hello");
  EXPECT_EQ(created.get("logStreamName").string(), "p/main/x");
}

TEST(Agent, MissingLogGroupIsAStartFailure) {
  World world;
  world.server.answer = [](const test::ApiCall& call) -> std::optional<http::Response> {
    if (call.operation != "CreateLogStream") return std::nullopt;
    return test::FakeServer::error(400, "ResourceNotFoundException",
                                   "The specified log group does not exist.");
  };
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task(awslogs)));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
  std::string reason(
      world.server.inputs("SubmitTaskStateChange").back().get("containers").at(0).get("reason").string());
  EXPECT_EQ(
      reason,
      "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to "
      "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.");
}

}  // namespace
}  // namespace slipway::agent
