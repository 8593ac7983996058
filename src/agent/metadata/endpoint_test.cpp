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
                  .read_stats = [this](std::string) -> http::Task<Result<runtime::ContainerStats>> {
                    ++reads;
                    co_return runtime::ContainerStats{
                        .read_at = clock.time, .cpu_total_ns = 7, .memory_bytes = 9};
                  }}) {}

  http::Response get(const std::string& target, const std::string& from = "172.31.0.9",
                     const std::string& network = "vpc-1") {
    http::Request request{.method = "GET", .target = target, .remote_address = from, .listener = network};
    return http::run_until_done(loop, endpoint.answer(std::move(request)));
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

TEST_F(MetadataTest, TasksInTheHostsNetworkShareItsAddress) {
  TaskMachine host = test::machine_of(std::string(containers) + role + ",'networkMode':'host'");
  endpoint.add(host);
  EXPECT_EQ(get("/v4/endpoint0", "169.254.0.1", runtime::bridge_router).status, 200);
  EXPECT_EQ(get("/v4/endpoint0", "172.31.0.9", "vpc-1").status, 404);
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

TEST_F(MetadataTest, EverythingElseIsTheApis) {
  http::Response answer = get("/v2/hello/manifests/1?x=y");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "theirs");
  EXPECT_EQ(forwarded, "/v2/hello/manifests/1?x=y");
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
