#include "agent/metadata/endpoint.hpp"

#include <gtest/gtest.h>

#include "agent/metadata/documents.hpp"
#include "agent/task/task_test_util.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

using wire::Value;

class HandClock final : public Clock {
 public:
  Instant now() override { return time; }
  Instant time{1'795'359'120'000};
};

const char* role =
    ",'roleCredentials':{'credentialsId':'cid','roleArn':'arn:role','accessKeyId':'ASIAX','secretAccessKey':'"
    "s',"
    "'sessionToken':'t','expiration':'2026-11-22T15:52:00Z'}";
const char* interface =
    ",'networkMode':'awsvpc','elasticNetworkInterfaces':[{'attachmentArn':'a','ec2Id':'eni-1','macAddress':'"
    "02:aa',"
    "'ipv4Addresses':[{'primary':true,'privateAddress':'172.31.0.9'}],'subnetGatewayIpv4Address':'172.31.0.1/"
    "20'}],"
    "'slipway':{'vpcId':'vpc-1','availabilityZone':'us-east-1a','taskTags':{'k':'v'}}";
const char* containers =
    "'cpu':0.5,'memory':256,'containers':[{'name':'main','image':'busybox','essential':true,'cpu':128,'"
    "memory':64}]";

class MetadataTest : public ::testing::Test {
 protected:
  MetadataTest()
      : endpoint(loop, clock, book,
                 {.cluster = "default",
                  .forward = [this](http::Request request) -> http::Task<Result<http::Response>> {
                    forwarded = request.target;
                    co_return http::Response{.status = 201, .body = "theirs"};
                  },
                  .call_as = [this](RoleCredentials role, std::string, std::string operation,
                                    wire::Value input) -> http::Task<Result<wire::Value>> {
                    called = role.access_key_id + " " + operation + " " + wire::write_json(input);
                    co_return api_answer;
                  },
                  .read_stats = [this](std::string) -> http::Task<Result<runtime::ContainerStats>> {
                    ++reads;
                    co_return runtime::ContainerStats{
                        .read_at = clock.time, .cpu_total_ns = 7, .memory_bytes = 9};
                  }}) {}

  http::Response get(const std::string& target, const std::string& from = "172.31.0.9",
                     const std::string& network = "vpc-1") {
    return send({.method = "GET", .target = target, .remote_address = from, .listener = network});
  }
  http::Response send(http::Request request) {
    return http::run_until_done(loop, endpoint.answer(std::move(request)));
  }
  http::Response put(const std::string& target, std::string text) {
    for (char& c : text)
      if (c == '\'') c = '"';
    return send({.method = "PUT",
                 .target = target,
                 .body = text,
                 .remote_address = "172.31.0.9",
                 .listener = "vpc-1"});
  }
  static Value body(const http::Response& response) {
    Result<Value> parsed = wire::parse_json(response.body);
    return parsed ? *parsed : Value();
  }

  http::Loop loop;
  HandClock clock;
  StatsBook book;
  std::string forwarded;
  int reads = 0;
  std::string called;  // as a task
  Result<Value> api_answer = Value::object();
  MetadataEndpoint endpoint;
  TaskMachine task = test::machine_of(std::string(containers) + role + interface);
};

TEST_F(MetadataTest, CredentialsInTheAgentsWords) {
  endpoint.add(task);
  http::Response answer = get("/v2/credentials/cid");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(body(answer).get("AccessKeyId").string(), "ASIAX");
  EXPECT_EQ(body(answer).get("SecretAccessKey").string(), "s");
  EXPECT_EQ(body(answer).get("Token").string(), "t");
  EXPECT_EQ(body(answer).get("Expiration").string(), "2026-11-22T15:52:00Z");
  EXPECT_EQ(body(answer).get("RoleArn").string(), "arn:role");
  EXPECT_EQ(get("/v2/credentials").status, 400);
  EXPECT_EQ(body(get("/v2/credentials/")).get("code").string(), "NoIdInRequest");
  EXPECT_EQ(body(get("/v2/credentials/other")).get("code").string(), "InvalidIdInRequest");
}

TEST_F(MetadataTest, CredentialsThatHaveNotComeYet) {
  TaskSpec spec = task.spec();
  spec.role.access_key_id.clear();
  TaskMachine waiting(spec, test::fresh_state(1));
  endpoint.add(waiting);
  EXPECT_EQ(get("/v2/credentials/cid").status, 503);
  EXPECT_EQ(body(get("/v2/credentials/cid")).get("code").string(), "CredentialsUninitialized");
}

TEST_F(MetadataTest, IdsHoldOnlyForTheTasksOwnAddress) {
  endpoint.add(task);
  EXPECT_EQ(get("/v2/credentials/cid", "172.31.0.10").status, 400);
  EXPECT_EQ(get("/v2/credentials/cid", "172.31.0.9", "vpc-2").status, 400)
      << "another VPC may use the address too";
  EXPECT_EQ(get("/v2/credentials/cid", "172.31.0.9", runtime::bridge_router).status, 400);
  EXPECT_EQ(get("/v4/endpoint0", "172.31.0.10").status, 404);
  EXPECT_EQ(get("/v4/endpoint0").status, 200);
  endpoint.remove(task.spec().id);
  EXPECT_EQ(get("/v4/endpoint0").status, 404);
}

TEST_F(MetadataTest, HeadersAndPathsMakeNobodyElse) {
  endpoint.add(task);
  for (const char* name : {"X-Forwarded-For", "X-Real-IP", "Forwarded", "Host"}) {
    http::Request request{.method = "GET",
                          .target = "/v2/credentials/cid",
                          .remote_address = "172.31.0.10",
                          .listener = "vpc-1"};
    request.headers.add(name, "172.31.0.9");
    EXPECT_EQ(send(std::move(request)).status, 400) << name;
  }
  for (const char* path : {"/v4/other/../endpoint0", "/v4/../v4/endpoint0", "/v4/%65ndpoint0",
                           "/v4//endpoint0", "/v4/ENDPOINT0", "/v4/*", "/v3/endpoint0/../endpoint0"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(get("/v2/credentials/cid-execution").status, 400) << "the execution role is the agent's";
}

TEST_F(MetadataTest, ATaskThatHasEndedHasNothingEvenIfItsAddressIsUsedAgain) {
  endpoint.add(task);
  TaskSpec spec = task.spec();
  spec.id = "bbbbbbbb000000000000000000000000";
  spec.role.credentials_id = "cid2";
  TaskState state = test::fresh_state(1);
  state.containers[0].endpoint_id = "endpoint-of-b";
  TaskMachine next(spec, state);
  task.want_stopped(clock.time);
  ASSERT_EQ(task.state().containers[0].phase, ContainerState::Phase::stopped);
  endpoint.add(next);
  EXPECT_EQ(get("/v2/credentials/cid2").status, 200);
  EXPECT_EQ(get("/v2/credentials/cid").status, 400);
  EXPECT_EQ(get("/v4/endpoint0").status, 404);
  EXPECT_EQ(body(get("/v2/metadata")).get("Containers").size(), 1u);
}

TEST_F(MetadataTest, TasksInTheHostsNetworkShareItsAddress) {
  TaskMachine host = test::machine_of(std::string(containers) + role + ",'networkMode':'host'");
  endpoint.add(host);
  EXPECT_EQ(get("/v4/endpoint0", "169.254.0.1", runtime::bridge_router).status, 200);
  EXPECT_EQ(get("/v4/endpoint0", "172.31.0.9", "vpc-1").status, 404);
}

TEST_F(MetadataTest, ABridgedContainerIsNobodyOfTheHostsNetwork) {
  TaskMachine host = test::machine_of(std::string(containers) + role + ",'networkMode':'host'");
  endpoint.add(host);
  TaskMachine plain = test::machine_of(containers);
  TaskSpec spec = plain.spec();
  spec.id = "bridged";
  TaskState state = test::fresh_state(1);
  state.containers[0].endpoint_id = "of-the-bridged";
  state.containers[0].ip = "172.17.0.5";
  TaskMachine bridged(spec, state);
  endpoint.add(bridged);
  EXPECT_EQ(get("/v4/of-the-bridged", "172.17.0.5", runtime::bridge_router).status, 200);
  EXPECT_EQ(get("/v4/endpoint0", "172.17.0.5", runtime::bridge_router).status, 404)
      << "an id that it has found out";
  EXPECT_EQ(get("/v2/credentials/cid", "172.17.0.5", runtime::bridge_router).status, 400);
  EXPECT_EQ(get("/v4/of-the-bridged", "169.254.0.1", runtime::bridge_router).status, 404);
}

TEST_F(MetadataTest, InTheHostsNetworkEachTaskHasItsOwnMeasure) {
  std::string mode = std::string(containers) + role + ",'networkMode':'host'";
  TaskMachine first = test::machine_of(mode);
  TaskSpec spec = first.spec();
  spec.id = "other";
  TaskState state = test::fresh_state(1);
  state.containers[0].endpoint_id = "second";
  TaskMachine other(spec, state);
  endpoint.add(first);
  endpoint.add(other);
  for (int i = 0; i < 100; ++i) get("/v4/endpoint0", "169.254.0.1", runtime::bridge_router);
  EXPECT_EQ(get("/v4/endpoint0", "169.254.0.1", runtime::bridge_router).status, 429);
  EXPECT_EQ(get("/v4/second", "169.254.0.1", runtime::bridge_router).status, 200);
}

TEST_F(MetadataTest, VersionTwoKnowsCallersByTheirInterface) {
  endpoint.add(task);
  EXPECT_EQ(body(get("/v2/metadata")).get("TaskARN").string(), test::task_arn);
  const std::string id = task.state().containers[0].id;
  EXPECT_EQ(body(get("/v2/metadata/" + id)).get("DockerId").string(), id);
  EXPECT_EQ(get("/v2/stats").status, 200);
  EXPECT_EQ(get("/v2/metadata", "172.31.0.10").status, 400);
  EXPECT_EQ(get("/v2/metadata/" + id, "172.31.0.10").status, 400);
}

TEST_F(MetadataTest, ContainerAndTask) {
  endpoint.add(task);
  Value container = body(get("/v4/endpoint0"));
  EXPECT_EQ(container.get("Name").string(), "main");
  EXPECT_EQ(container.get("Limits", "CPU").integer(), 128);
  EXPECT_EQ(container.get("Limits", "Memory").integer(), 64);
  const Value& network = container.get("Networks").at(0);
  EXPECT_EQ(network.get("IPv4Addresses").at(0).string(), "172.31.0.9");
  EXPECT_EQ(network.get("IPv4SubnetCIDRBlock").string(), "172.31.0.0/20");
  Value whole = body(get("/v4/endpoint0/task"));
  EXPECT_EQ(whole.get("TaskARN").string(), test::task_arn);
  EXPECT_DOUBLE_EQ(whole.get("Limits", "CPU").number(), 0.5);
  EXPECT_EQ(whole.get("AvailabilityZone").string(), "us-east-1a");
  EXPECT_EQ(whole.get("Containers").size(), 1u);
  EXPECT_FALSE(whole.find("TaskTags"));
  EXPECT_EQ(body(get("/v4/endpoint0/taskWithTags")).get("TaskTags", "k").string(), "v");
  EXPECT_EQ(body(get("/v3/endpoint0/task")).get("Family").string(), "story");
  EXPECT_EQ(get("/v4/endpoint0/nothing").status, 404);
}

TEST_F(MetadataTest, StatsAreReadOnceAndThenOfTheBook) {
  endpoint.add(task);
  EXPECT_EQ(get("/v4/endpoint0/stats").body, "null") << "it does not run";
  task.accept(clock.time);
  task.set_up_done(clock.time);
  task.image_ready(0, {.digest = "sha256:aa"}, clock.time);
  task.started(0, clock.time, clock.time);
  Value stats = body(get("/v4/endpoint0/stats"));
  EXPECT_EQ(stats.get("cpu_stats", "cpu_usage").get("total_usage").integer(), 7);
  EXPECT_EQ(stats.get("memory_stats", "usage").integer(), 9);
  Value all = body(get("/v4/endpoint0/task/stats"));
  EXPECT_EQ(all.get(task.state().containers[0].id, "id").string(), task.state().containers[0].id);
  EXPECT_EQ(reads, 1);
}

constexpr const char* state = "/api/endpoint0/task-protection/v1/state";

TEST_F(MetadataTest, ProtectionIsAskedForWithTheTasksRole) {
  endpoint.add(task);
  api_answer = test::json("{'protectedTasks':[],'failures':[{'arn':'t','reason':'TASK_NOT_VALID'}]}");
  http::Response answer = put(state, "{'ProtectionEnabled':true,'ExpiresInMinutes':60}");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"failure":{"Arn":"t","Detail":null,"Reason":"TASK_NOT_VALID"}})");
  EXPECT_EQ(called, std::string("ASIAX UpdateTaskProtection {\"cluster\":\"") + task.spec().cluster_arn +
                        "\",\"tasks\":[\"" + test::task_arn +
                        "\"],\"protectionEnabled\":true,\"expiresInMinutes\":60}");
  api_answer = test::json(
      "{'failures':[],'protectedTasks':[{'taskArn':'t','protectionEnabled':true,'expirationDate':0.5}]}");
  EXPECT_EQ(body(get(state)).get("protection", "ExpirationDate").string(), "1970-01-01T00:00:00.500Z");
  EXPECT_TRUE(called.starts_with("ASIAX GetTaskProtection "));
}

TEST_F(MetadataTest, ProtectionIsRefusedInTheAgentsWords) {
  endpoint.add(task);
  EXPECT_EQ(put(state, "nonsense").status, 400);
  EXPECT_EQ(put(state, "{'ProtectionEnabled':'yes'}").status, 400);
  EXPECT_EQ(put(state, "{'ProtectionEnabled':true,'Other':1}").status, 400);
  EXPECT_EQ(body(put(state, "{}")).get("error", "Message").string(),
            "Invalid request: does not contain 'ProtectionEnabled' field");
  EXPECT_EQ(put("/api/other/task-protection/v1/state", "{'ProtectionEnabled':true}").status, 404);
  EXPECT_EQ(get(state, "172.31.0.10").status, 404) << "another's id";
  EXPECT_EQ(get("/api/endpoint0/fault/v1/network-latency/status").status, 404);
  EXPECT_EQ(called, "");
  api_answer = fail("AccessDeniedException", "not allowed");
  http::Response denied = get(state);
  EXPECT_EQ(denied.status, 400);
  EXPECT_EQ(body(denied).get("error", "Code").string(), "AccessDeniedException");
  EXPECT_EQ(body(denied).get("error", "Arn").string(), test::task_arn);
  TaskMachine plain = test::machine_of(std::string(containers) + interface);
  endpoint.remove(task.spec().id);
  endpoint.add(plain);
  EXPECT_EQ(get(state).status, 403);
}

TEST_F(MetadataTest, EverythingElseIsTheApis) {
  http::Response answer = get("/v2/hello/manifests/1?x=y");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "theirs");
  EXPECT_EQ(forwarded, "/v2/hello/manifests/1?x=y");
  get("/v2/credentials/manifests/1");
  EXPECT_EQ(forwarded, "/v2/credentials/manifests/1") << "a repository may be called so";
}

TEST_F(MetadataTest, SixtyAtOnceThenForty) {
  endpoint.add(task);
  int served = 0;
  for (int i = 0; i < 100; ++i)
    if (get("/v4/endpoint0").status == 200) ++served;
  EXPECT_EQ(served, limits::metadata_burst);
  EXPECT_EQ(get("/v4/endpoint0", "172.31.0.10").status, 404) << "another caller has its own measure";
  clock.time = clock.time + 500;
  served = 0;
  for (int i = 0; i < 100; ++i)
    if (get("/v4/endpoint0").status == 200) ++served;
  EXPECT_EQ(served, limits::metadata_requests_per_s / 2);
}

}  // namespace
}  // namespace slipway::agent
