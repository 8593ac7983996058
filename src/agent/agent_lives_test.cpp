#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "agent/agent.hpp"
#include "agent/agent_test_util.hpp"

// What one life leaves to the next, and how connections come and go.
namespace slipway::agent {
namespace {

using test::awslogs;
using test::connected, test::hello, test::json, test::payload, test::reported, test::run_task, test::start,
    test::stop_task, test::World;
using wire::Value;

// --- Lives ---

TEST(AgentLives, TasksRunOnWithoutItAndAreFoundAgain) {
  World world;
  world.live([&world]() -> http::Task<void> { co_await start(world, awslogs); });
  ASSERT_EQ(world.host.containers()->size(), 1u);
  std::string id = world.host.containers()->at(0).id;
  world.host.append_output(id, runtime::OutputRecord::Stream::out, "said while nobody listened\n");
  world.host.kill_container(id, 42, false);
  world.server.calls.clear();
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_TRUE(co_await world.until([&world] { return world.agent->tasks() == 0; }));
  });
  EXPECT_EQ(world.server.reported(), std::vector<std::string>{"STOPPED"});
  EXPECT_EQ(world.server.inputs("SubmitTaskStateChange")[0].get("containers").at(0).get("exitCode").integer(),
            42);
  EXPECT_EQ(world.server.log_lines(), std::vector<std::string>{"said while nobody listened"});
  EXPECT_TRUE(world.host.containers()->empty());
}

// The batch arrived, its acknowledgement did not: whether the agent lives on or dies over it, the lines are
// there once.
TEST(AgentLives, ABatchWhoseAcknowledgementWasLostIsNotSentAgain) {
  World world;
  std::string mark;
  world.server.answer = [&mark](const test::ApiCall& call) -> std::optional<http::Response> {
    if (call.operation == "PutLogEvents") {
      mark = call.input.get("sequenceToken").string();
      return test::FakeServer::error(500, "InternalServerError", "after it was kept");
    }
    if (call.operation != "DescribeLogStreams" || mark.empty()) return std::nullopt;
    wire::Value stream = wire::Value::object(
        {{"logStreamName", call.input.get("logStreamNamePrefix")}, {"uploadSequenceToken", mark}});
    return http::Response{.body = wire::write_json(
                              wire::Value::object({{"logStreams", wire::Value::list({std::move(stream)})}}))};
  };
  world.live([&world]() -> http::Task<void> {
    co_await start(world, awslogs);
    std::string id = world.host.containers()->at(0).id;
    world.host.append_output(id, runtime::OutputRecord::Stream::out, "one\n");
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 1; }));
    co_await world.loop.sleep(1'000);  // it tries again after half a second
    world.host.append_output(id, runtime::OutputRecord::Stream::out, "two\n");
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 2; }));
  });
  world.live([&world]() -> http::Task<void> {
    std::string id = world.host.containers()->at(0).id;
    world.host.append_output(id, runtime::OutputRecord::Stream::out, "three\n");
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 3; }));
  });
  EXPECT_EQ(world.server.log_lines(), (std::vector<std::string>{"one", "two", "three"}));
}

// The service would drop what was said in two days' time, or long ago.
TEST(AgentLives, WhatWasSaidByAWrongClockIsKeptWithATimeThatIsTaken) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(world, awslogs);
    const std::string id = world.host.containers()->at(0).id;
    for (std::int64_t ahead_days : {2, -14, -20'000, 0}) {
      world.host_clock.ahead_ms = ahead_days * 86'400'000;
      world.host.append_output(id, runtime::OutputRecord::Stream::out, std::to_string(ahead_days) + "\n");
    }
    EXPECT_TRUE(co_await world.until([&world] { return world.server.log_lines().size() == 4; }));
  });
  const Instant now = SystemClock().now();
  for (const Value& input : world.server.inputs("PutLogEvents"))
    for (const Value& event : input.get("logEvents").items()) {
      EXPECT_LE(event.get("timestamp").integer(), now.ms);
      EXPECT_GE(event.get("timestamp").integer(), now.ms - 60'000);
    }
}

TEST(AgentLives, OutputThatCannotBeOpenedForAMomentIsShippedLater) {
  World world;
  world.host.fail_next("output", {"HostError", "output: Too many open files"});
  world.live([&world]() -> http::Task<void> {
    co_await start(world, awslogs);
    world.host.append_output(world.host.containers()->at(0).id, runtime::OutputRecord::Stream::out, "kept\n");
    EXPECT_TRUE(co_await world.until([&world] { return !world.server.log_lines().empty(); }));
  });
  EXPECT_EQ(world.server.log_lines(), std::vector<std::string>{"kept"});
}

TEST(AgentLives, StoppingItTellsHowManyTasksStay) {
  World world;
  world.live([&world]() -> http::Task<void> { co_await start(world, hello); });
  EXPECT_EQ(world.host.containers()->size(), 1u);
  EXPECT_EQ(world.tasks_left, 1u) << "the daemon would clear the host";
}

// The start is under way when the agent is told to stop; it ends all the same, and the next life ships the
// output.
TEST(AgentLives, StopsWhileAContainerStarts) {
  World world;
  std::atomic<bool> starting = false;
  world.host.script = [&starting](const runtime::ContainerSpec&) {
    starting = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return runtime::FakeScript{.output = "hello\n"};
  };
  world.live([&world, &starting]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.send(payload("m1", run_task(awslogs)));
    EXPECT_TRUE(co_await world.until([&starting] { return starting.load(); }));
  });
  EXPECT_EQ(world.agent, nullptr);
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await world.until([&world] { return !world.server.log_lines().empty(); }));
  });
  EXPECT_EQ(world.server.log_lines(), std::vector<std::string>{"hello"});
}

TEST(AgentLives, UnreadableTaskFileIsSetAsideAndItsContainersGo) {
  World world;
  world.live([&world]() -> http::Task<void> { co_await start(world, hello); });
  std::string directory = world.directory.path + "/agent/tasks/";
  std::filesystem::directory_iterator first(directory);
  std::string path = first->path().string();
  std::ofstream(path, std::ios::trunc) << "{\"version\": 1, \"task\"";
  world.live([&world]() -> http::Task<void> { EXPECT_TRUE(co_await connected(world)); });
  EXPECT_TRUE(std::filesystem::exists(path + ".unreadable"));
  EXPECT_TRUE(world.host.containers()->empty());
}

TEST(AgentLives, PayloadAfterTheEndRunsNothing) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(world, hello);
    co_await world.server.send(payload("m2", stop_task()));
    EXPECT_TRUE(co_await world.until([&world] { return world.agent->tasks() == 0; }));
    world.server.calls.clear();
    co_await world.server.send(payload("m3", run_task(hello)));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_TRUE(world.host.containers()->empty());
  });
}

TEST(AgentLives, ATaskThatRanAndIsNotRememberedIsNotRunAgain) {
  World world;
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    wire::Value task = run_task(hello);
    task.slot("slipway").set("started", true);
    co_await world.server.send(payload("m1", std::move(task)));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
    EXPECT_TRUE(world.host.containers()->empty());
  });
  EXPECT_EQ(world.server.reported(), std::vector<std::string>{"STOPPED"});
}

TEST(AgentLives, SecretsAreNotOnDisk) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(
        world,
        std::string(hello) +
            ",'roleCredentials':{'credentialsId':'cid','roleArn':'arn:role','accessKeyId':'ASIAX',"
            "'secretAccessKey':'topsecret','sessionToken':'token','expiration':'2026-11-22T15:52:00Z'}");
    EXPECT_TRUE(co_await world.until(
        [&world] { return world.server.frame_types().back() == "IAMRoleCredentialsAckRequest"; }));
  });
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.directory.path)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(text.find("topsecret"), std::string::npos) << entry.path();
    EXPECT_EQ(static_cast<unsigned>(entry.status().permissions()) & 077, 0u) << entry.path();
  }
}

// --- Sessions ---

TEST(AgentLives, ComesBackAfterAClose) {
  World world;
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await connected(world));
    co_await world.server.close_acs(1001);
    EXPECT_TRUE(co_await world.until([&world] { return world.server.acs_queries.size() == 2; }));
    EXPECT_NE(world.server.acs_queries[1].find("sendCredentials=false"), std::string::npos);
  });
}

TEST(AgentLives, ManifestFindsTasksThatTheServerDoesNotWant) {
  World world;
  world.live([&world]() -> http::Task<void> {
    co_await start(world, hello);
    co_await world.server.send(
        json(std::string("{'type':'TaskManifestMessage','message':{'messageId':'m5',"
                         "'clusterArn':'c','containerInstanceArn':'i','timeline':1,'tasks':[]}}")));
    co_await world.server.send(
        json(std::string("{'type':'TaskManifestMessage','message':{'messageId':'m6',"
                         "'clusterArn':'c','containerInstanceArn':'i','timeline':2,'tasks':[]}}")));
    EXPECT_TRUE(co_await world.until(
        [&world] { return world.server.frame_types().back() == "TaskStopVerificationMessage"; }));
    std::vector<std::string> types = world.server.frame_types();
    EXPECT_EQ(std::ranges::count(types, std::string("TaskStopVerificationMessage")), 1);
    Value verification = world.server.frames.back().get("message");
    EXPECT_EQ(verification.get("messageId").string(), "m6") << "m5 is not above the payload's seqNum";
    EXPECT_EQ(verification.get("stopCandidates").at(0).get("taskArn").string(), test::task_arn);
    co_await world.server.send(Value::object(
        {{"type", "TaskStopVerificationAck"},
         {"message",
          Value::object({{"messageId", "m6"}, {"stopTasks", verification.get("stopCandidates")}})}}));
    EXPECT_TRUE(co_await reported(world, "STOPPED"));
  });
}

TEST(AgentLives, TelemetryStartsIdle) {
  World world;
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await world.until([&world] { return !world.server.telemetry.empty(); }));
  });
  const Value& first = world.server.telemetry[0];
  EXPECT_EQ(first.get("type").string(), "PublishMetricsRequest");
  EXPECT_TRUE(first.get("message", "metadata").get("idle").boolean());
}

}  // namespace
}  // namespace slipway::agent
