#include <gtest/gtest.h>

#include <map>
#include <set>

#include "agent/metadata/documents.hpp"
#include "agent/task/task_test_util.hpp"

// Task metadata v4 as AWS publishes it, member by member:
//   EC2      docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html
//   Fargate
//   docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html
//   examples docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-examples.html
//   types    github.com/aws/amazon-ecs-agent ecs-agent/tmds/handlers/v4/state/response.go (1.105)
//   stats    docs.docker.com/reference/api/engine/version/v1.30 ContainerStats
namespace slipway::agent {
namespace {

using wire::Kind;
using wire::Value;

enum class On { both, ec2, fargate };
struct Member {
  const char* path;  // from the document's root; "[]" for a list's items
  Kind kind;
  bool always;  // for a running awsvpc task with everything set
  On on = On::both;
};

constexpr Member task_members[] = {
    {"Cluster", Kind::string, true},
    {"TaskARN", Kind::string, true},
    {"Family", Kind::string, true},
    {"Revision", Kind::string, true},
    {"DesiredStatus", Kind::string, true},
    {"KnownStatus", Kind::string, true},
    {"Limits", Kind::object, true},
    {"Limits.CPU", Kind::number, true},
    {"Limits.Memory", Kind::integer, true},
    {"PullStartedAt", Kind::string, true},
    {"PullStoppedAt", Kind::string, true},
    {"ExecutionStoppedAt", Kind::string, false},
    {"AvailabilityZone", Kind::string, true},
    {"LaunchType", Kind::string, true},
    {"ServiceName", Kind::string, false},
    {"Group", Kind::string, false},
    {"VPCID", Kind::string, true, On::ec2},
    {"ClockDrift", Kind::object, true, On::fargate},
    {"ClockDrift.ClockErrorBound", Kind::number, false, On::fargate},
    {"ClockDrift.ReferenceTimestamp", Kind::string, true, On::fargate},
    {"ClockDrift.ClockSynchronizationStatus", Kind::string, true, On::fargate},
    {"EphemeralStorageMetrics", Kind::object, true, On::fargate},
    {"EphemeralStorageMetrics.Utilized", Kind::integer, true, On::fargate},
    {"EphemeralStorageMetrics.Reserved", Kind::integer, true, On::fargate},
    {"TaskTags", Kind::object, true},
    {"TaskTags.k", Kind::string, true},
    {"ContainerInstanceTags", Kind::object, false},
    {"FaultInjectionEnabled", Kind::boolean, true},
    {"Containers", Kind::list, true},
    {"Containers[]", Kind::object, true},
};

constexpr Member container_members[] = {
    {"DockerId", Kind::string, true},
    {"Name", Kind::string, true},
    {"DockerName", Kind::string, true},
    {"Image", Kind::string, true},
    {"ImageID", Kind::string, true},
    {"Labels", Kind::object, true},
    {"Labels.com.amazonaws.ecs.cluster", Kind::string, true},
    {"Labels.com.amazonaws.ecs.container-name", Kind::string, true},
    {"Labels.com.amazonaws.ecs.task-arn", Kind::string, true},
    {"Labels.com.amazonaws.ecs.task-definition-family", Kind::string, true},
    {"Labels.com.amazonaws.ecs.task-definition-version", Kind::string, true},
    {"DesiredStatus", Kind::string, true},
    {"KnownStatus", Kind::string, true},
    {"ExitCode", Kind::integer, false},
    {"Limits", Kind::object, true},
    {"Limits.CPU", Kind::integer, true},
    {"Limits.Memory", Kind::integer, true},
    {"CreatedAt", Kind::string, true},
    {"StartedAt", Kind::string, true},
    {"FinishedAt", Kind::string, false},
    {"Type", Kind::string, true},
    {"ContainerARN", Kind::string, true},
    {"LogDriver", Kind::string, true},
    {"LogOptions", Kind::object, true},
    {"LogOptions.awslogs-group", Kind::string, true},
    {"Snapshotter", Kind::string, true, On::fargate},
    {"Networks", Kind::list, true},
    {"Networks[]", Kind::object, true},
    {"Networks[].NetworkMode", Kind::string, true},
    {"Networks[].IPv4Addresses", Kind::list, true},
    {"Networks[].IPv4Addresses[]", Kind::string, true},
    {"Networks[].AttachmentIndex", Kind::integer, true},
    {"Networks[].MACAddress", Kind::string, true},
    {"Networks[].IPv4SubnetCIDRBlock", Kind::string, true},
    {"Networks[].DomainNameServers", Kind::list, true},
    {"Networks[].DomainNameServers[]", Kind::string, true},
    {"Networks[].DomainNameSearchList", Kind::list, false},
    {"Networks[].DomainNameSearchList[]", Kind::string, false},
    {"Networks[].PrivateDNSName", Kind::string, true},
    {"Networks[].SubnetGatewayIpv4Address", Kind::string, true},
};

// Every path of a document; members of `maps` are a user's own names and stand for themselves.
void walk(const Value& value, const std::string& path, std::map<std::string, Kind>& into) {
  if (!path.empty()) into[path] = value.kind();
  for (const auto& [name, member] : value.is(Kind::object) ? value.entries() : decltype(value.entries()){})
    walk(member, (path.empty() ? "" : path + ".") + std::string(name.view()), into);
  for (const Value& item : value.is(Kind::list) ? value.items() : decltype(value.items()){})
    walk(item, path + "[]", into);
}

template <std::size_t Size>
void expect_schema(const Value& document, const Member (&members)[Size], On launch) {
  std::map<std::string, Kind> found;
  walk(document, "", found);
  std::set<std::string> known;
  for (const Member& member : members) {
    bool here = member.on == On::both || member.on == launch;
    auto at = found.find(member.path);
    if (here) known.insert(member.path);
    if (here && member.always) EXPECT_NE(at, found.end()) << member.path << " is missing";
    if (at == found.end()) continue;
    bool number = member.kind == Kind::number && at->second == Kind::integer;
    EXPECT_TRUE(at->second == member.kind || number) << member.path << " is of another kind";
  }
  for (const auto& [path, kind] : found)
    EXPECT_TRUE(known.contains(path) || path.starts_with("Containers[].")) << path << " is not AWS's";
}

TaskMachine running_task(const char* launch_type) {
  std::string text =
      std::string("'launchType':'") + launch_type +
      "','cpu':0.5,'memory':256,'group':'family:story','containers':[{'name':'main','image':'busybox',"
      "'essential':true,'cpu':128,'memory':64,"
      "'containerArn':'arn:aws:ecs:us-east-1:000000000000:container/default/t/c',"
      "'dockerConfig':{'hostConfig':'{\\'LogConfig\\':{\\'Type\\':\\'awslogs\\',\\'Config\\':{"
      "\\'awslogs-group\\':\\'/g\\'}}}'}}],'networkMode':'awsvpc','elasticNetworkInterfaces':[{"
      "'attachmentArn':'a','ec2Id':'eni-1','macAddress':'02:aa','privateDnsName':'ip-172-31-0-9.ec2.internal'"
      ","
      "'domainNameServers':['172.31.0.2'],'ipv4Addresses':[{'primary':true,'privateAddress':'172.31.0.9'}],"
      "'subnetGatewayIpv4Address':'172.31.0.1/20'}],'slipway':{'vpcId':'vpc-1',"
      "'availabilityZone':'us-east-1a','ephemeralStorageGiB':21,'taskTags':{'k':'v'}}";
  TaskMachine task = test::machine_of(text);
  Instant now = test::t0;
  task.accept(now);
  task.set_up_done(now);
  task.image_ready(0, {"sha256:aa", "sha256:bb"}, now);
  task.started(0, now, now);
  return task;
}

TEST(MetadataSchema, OnEc2) {
  TaskMachine task = running_task("EC2");
  Value document = task_document(task, "default", true, 1'048'577, test::t0);
  expect_schema(document, task_members, On::ec2);
  expect_schema(container_document(task, 0), container_members, On::ec2);
  EXPECT_EQ(document.get("Cluster").string(), "default");
  EXPECT_EQ(document.get("LaunchType").string(), "EC2");
  EXPECT_FALSE(task_document(task, "default", false, 1'048'577, test::t0).find("TaskTags"));
}

TEST(MetadataSchema, OnFargate) {
  TaskMachine task = running_task("FARGATE");
  Value document = task_document(task, "default", true, 1'048'577, test::t0);
  expect_schema(document, task_members, On::fargate);
  expect_schema(container_document(task, 0), container_members, On::fargate);
  EXPECT_EQ(document.get("Cluster").string(), "arn:aws:ecs:us-east-1:000000000000:cluster/default");
  std::string_view clock = document.get("ClockDrift", "ClockSynchronizationStatus").string();
  EXPECT_TRUE(clock == "SYNCHRONIZED" || clock == "NOT_SYNCHRONIZED") << clock;
  EXPECT_EQ(document.get("EphemeralStorageMetrics", "Utilized").integer(), 2) << "MiB, begun ones too";
  EXPECT_EQ(document.get("EphemeralStorageMetrics", "Reserved").integer(), 21'504);
  EXPECT_FALSE(task_document(task, "default", true, {}, test::t0).find("EphemeralStorageMetrics"))
      << "before it was counted";
}

TEST(MetadataSchema, ATaskWithoutLimitsAndTagsSaysNone) {
  TaskMachine task = test::machine_of(
      "'launchType':'EC2','containers':[{'name':'main','image':'busybox','essential':true}]");
  Value document = task_document(task, "default", true, 1'048'577, test::t0);
  EXPECT_FALSE(document.find("Limits"));
  EXPECT_FALSE(document.find("VPCID"));
  EXPECT_FALSE(document.find("TaskTags")) << "tags that there are not are left out";
  Value limits = container_document(task, 0).get("Limits");
  EXPECT_EQ(limits.get("CPU").integer(), 2);
  EXPECT_FALSE(limits.find("Memory"));
}

}  // namespace
}  // namespace slipway::agent
