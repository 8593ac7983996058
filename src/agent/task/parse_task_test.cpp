#include <gtest/gtest.h>

#include <algorithm>

#include "agent/task/container_spec.hpp"
#include "agent/task/task_test_util.hpp"

namespace slipway::agent {
namespace {

using test::task_json;

std::string refusal(const std::string& members) {
  Result<TaskSpec> spec = parse_task(task_json(members));
  return spec ? "" : spec.error().message;
}

TEST(ParseTask, MinimumRuns) {
  Result<TaskSpec> spec = parse_task(task_json("'containers':[{'name':'main','image':'busybox'}]"));
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->id, "aab05ecb00000000000000000000000f");
  EXPECT_EQ(spec->network_mode, TaskSpec::NetworkMode::bridge);
  EXPECT_FALSE(spec->containers[0].essential) << "as the stock agent reads an absent one";
  EXPECT_EQ(spec->containers[0].stop_timeout_s, 30);
  EXPECT_FALSE(spec->containers[0].command);
}

TEST(ParseTask, DockerSettings) {
  Result<TaskSpec> spec = parse_task(task_json(
      "'containers':[{'name':'main','image':'a','memory':64,'dockerConfig':{'config':'{\\'User\\':\\'1000\\',"
      "\\'Tty\\':true}','hostConfig':'{\\'CapAdd\\':[\\'NET_ADMIN\\'],\\'MemoryReservation\\':1048576,"
      "\\'Ulimits\\':[{\\'Name\\':\\'nofile\\',\\'Soft\\':10,\\'Hard\\':20}],"
      "\\'Tmpfs\\':{\\'/run\\':\\'size=16m,rw,noexec\\'},"
      "\\'LogConfig\\':{\\'Type\\':\\'awslogs\\',\\'Config\\':{\\'awslogs-group\\':\\'g\\'}}}'}}]"));
  ASSERT_TRUE(spec) << spec.error().message;
  const ContainerDefinition& main = spec->containers[0];
  EXPECT_EQ(main.user, "1000");
  EXPECT_TRUE(main.tty);
  EXPECT_EQ(main.memory_bytes, 64 * 1024 * 1024);
  EXPECT_EQ(main.memory_reservation_bytes, 1'048'576);
  EXPECT_EQ(main.cap_add, std::vector<std::string>{"NET_ADMIN"});
  EXPECT_EQ(main.ulimits.at(0).hard, 20);
  EXPECT_EQ(main.tmpfs.at(0).target, "/run");
  EXPECT_EQ(main.tmpfs.at(0).options, (std::vector<std::string>{"size=16m", "noexec"}));
  EXPECT_EQ(main.log.driver, "awslogs");
  EXPECT_EQ(main.log.options.at("awslogs-group"), "g");
}

TEST(ParseTask, RefusesWithTheMemberAtFault) {
  EXPECT_EQ(refusal("'containers':[]"), "UnrecognizedTaskError: Error loading task - it has no containers");
  EXPECT_NE(refusal("'containers':[{'name':'a','image':'b','environment':[]}]").find("environment"),
            std::string::npos);
  EXPECT_NE(refusal("'cpu':'256','containers':[{'name':'a','image':'b'}]").find("cpu"), std::string::npos);
  EXPECT_NE(refusal("'containers':[{'name':'a'}]").find("no image"), std::string::npos);
  EXPECT_NE(refusal("'containers':[{'image':'a'}]").find("no name"), std::string::npos);
  EXPECT_NE(
      refusal("'containers':[{'name':'a','image':'b'},{'name':'a','image':'b'}]").find("two containers"),
      std::string::npos);
  EXPECT_NE(refusal("'containers':[{'name':'a','image':'b','portMappings':[{'containerPort':70000}]}]")
                .find("port"),
            std::string::npos);
  EXPECT_NE(refusal("'networkMode':'awsvpc','containers':[{'name':'a','image':'b'}]").find("interface"),
            std::string::npos);
}

TEST(ParseTask, RefusesCirclesAndStrangers) {
  EXPECT_NE(
      refusal(
          "'containers':[{'name':'a','image':'x','dependsOn':[{'containerName':'b','condition':'START'}]},"
          "{'name':'b','image':'x','links':['a']}]")
          .find("circle"),
      std::string::npos);
  EXPECT_NE(
      refusal(
          "'containers':[{'name':'a','image':'x','dependsOn':[{'containerName':'z','condition':'START'}]}]")
          .find("unknown z"),
      std::string::npos);
  EXPECT_NE(
      refusal(
          "'containers':[{'name':'a','image':'x','mountPoints':[{'sourceVolume':'v','containerPath':'/v'}]}]")
          .find("unknown volume v"),
      std::string::npos);
}

TEST(ParseTask, RefusesWhatItWouldHaveToLeaveOut) {
  EXPECT_NE(refusal("'containers':[{'name':'a','image':'x','environmentFiles':[{'value':'s3','type':'s3'}]}]")
                .find("environmentFiles"),
            std::string::npos);
  EXPECT_NE(refusal("'containers':[{'name':'a','image':'x','secrets':[{'name':'P','valueFrom':'/p','provider':'ssm',"
                    "'target':'LOG_DRIVER'}]}]")
                .find("not for the environment"),
            std::string::npos);
  EXPECT_EQ(refusal("'containers':[{'name':'a','image':'x','secrets':[]}]"), "");
}

TEST(ParseTask, ArnsThatNameNoTask) {
  EXPECT_FALSE(task_id_of("nothing"));
  EXPECT_FALSE(task_id_of("arn:aws:ecs:us-east-1:000000000000:cluster/default"));
  EXPECT_FALSE(task_id_of("arn:aws:ecs:us-east-1:000000000000:task/default/.."));
  EXPECT_EQ(task_id_of("arn:aws:ecs:us-east-1:000000000000:task/default/abc"), "abc");
}

TEST(ParseTask, PortRangeIsOneMappingOfDynamicPorts) {
  Result<TaskSpec> spec =
      parse_task(task_json("'containers':[{'name':'a','image':'x','portMappings':[{'containerPortRange':'"
                           "9000-9002','protocol':'udp'}]}]"));
  ASSERT_TRUE(spec);
  ASSERT_EQ(spec->containers[0].ports.size(), 1u);
  EXPECT_EQ(spec->containers[0].ports[0].container_port, 9000);
  EXPECT_EQ(spec->containers[0].ports[0].count, 3);
  EXPECT_EQ(spec->containers[0].ports[0].host_port, 0);
  EXPECT_EQ(spec->containers[0].ports[0].protocol, "udp");
}

// --- The container for the host ---

TEST(ParseTask, LimitsOfDockersHostConfigAndOurs) {
  Result<TaskSpec> spec = parse_task(task_json(
      R"('slipway':{'ephemeralStorageGiB':21},'containers':[{'name':'a','image':'x','dockerConfig':{'hostConfig':
         '{\'MemorySwap\':83886080,\'MemorySwappiness\':10,\'SecurityOpt\':[\'apparmor=unconfined\']}'}}])"));
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->ephemeral_storage_gib, 21);
  EXPECT_EQ(spec->containers[0].memory_swap_bytes, 83'886'080);
  EXPECT_EQ(spec->containers[0].memory_swappiness, 10);
  EXPECT_EQ(spec->containers[0].apparmor, "unconfined");
  Result<TaskSpec> plain = parse_task(task_json(test::one));
  EXPECT_EQ(plain->ephemeral_storage_gib, 0);
  EXPECT_EQ(plain->containers[0].memory_swap_bytes, -1);
  EXPECT_EQ(plain->containers[0].memory_swappiness, -1);
}

struct Built {
  ResolvedImage image;
  TaskMachine machine;

  explicit Built(const std::string& members) : machine(test::machine_of(members)) {}
  Result<runtime::ContainerSpec> spec() {
    StartFacts facts{.image = image,
                     .ip = "172.17.0.5",
                     .addresses = {{"db", "172.17.0.9"}},
                     .volumes_dir = "/data/volumes",
                     .region = "us-east-1",
                     .container_endpoint_url = "http://169.254.170.2"};
    return container_spec(machine.spec(), machine.state(), 0, facts);
  }
  bool has_env(const std::string& line) {
    runtime::ContainerSpec made = *spec();
    return std::ranges::find(made.env, line) != made.env.end();
  }
};

TEST(ContainerSpec, EntryPointAndCommandAsDocker) {
  Built built("'containers':[{'name':'a','image':'x'}]");
  built.image.config.entrypoint = {"/entry"};
  built.image.config.cmd = {"default"};
  EXPECT_EQ(built.spec()->argv, (std::vector<std::string>{"/entry", "default"}));

  Built command("'containers':[{'name':'a','image':'x','command':['own']}]");
  command.image = built.image;
  EXPECT_EQ(command.spec()->argv, (std::vector<std::string>{"/entry", "own"}));

  Built entry("'containers':[{'name':'a','image':'x','entryPoint':['/mine']}]");
  entry.image = built.image;
  EXPECT_EQ(entry.spec()->argv, std::vector<std::string>{"/mine"})
      << "the image's command goes with its entry point";

  Built nothing("'containers':[{'name':'a','image':'x'}]");
  EXPECT_EQ(nothing.spec().error().code, "CannotCreateContainerError");
}

TEST(ContainerSpec, EnvironmentPrecedence) {
  Built built(
      "'containers':[{'name':'a','image':'x','command':['c'],'environment':{'FROM':'definition',"
      "'AWS_ENDPOINT_URL':'http://own','ECS_AGENT_URI':'mine'}}],'roleCredentials':{'credentialsId':'cid'}");
  built.image.config.env = {"FROM=image", "PATH=/bin", "AWS_REGION=image"};
  EXPECT_TRUE(built.has_env("FROM=definition"));
  EXPECT_TRUE(built.has_env("PATH=/bin"));
  EXPECT_TRUE(built.has_env("AWS_ENDPOINT_URL=http://own"));
  EXPECT_TRUE(built.has_env("AWS_REGION=us-east-1"));
  EXPECT_TRUE(built.has_env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/cid"));
  EXPECT_TRUE(built.has_env("ECS_AGENT_URI=http://169.254.170.2/api/endpoint0"));
  EXPECT_TRUE(built.has_env("AWS_EXECUTION_ENV=AWS_ECS_EC2"));
}

TEST(ContainerSpec, FilesNamesAndVolumes) {
  Built built(
      "'containers':[{'name':'a','image':'x','command':['c'],'links':['db:database'],'mountPoints':[{'"
      "sourceVolume':"
      "'..','containerPath':'/"
      "v','readOnly':true}]},{'name':'db','image':'y'}],'volumes':[{'name':'..','type':'host',"
      "'host':{}}]");
  Result<runtime::ContainerSpec> spec = built.spec();
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->hostname, "000000000000");
  ASSERT_EQ(spec->files.size(), 3u);
  EXPECT_NE(spec->files[1].contents.find("172.17.0.9\tdatabase db\n"), std::string::npos);
  EXPECT_NE(spec->files[1].contents.find("172.17.0.5\t000000000000\n"), std::string::npos);
  ASSERT_EQ(spec->mounts.size(), 1u);
  EXPECT_EQ(spec->mounts[0].source, "/data/volumes/task-aab05ecb00000000000000000000000f/v-..");
  EXPECT_TRUE(spec->mounts[0].read_only);
}

TEST(ContainerSpec, SignalNames) {
  EXPECT_EQ(signal_number("SIGQUIT"), 3);
  EXPECT_EQ(signal_number("INT"), 2);
  EXPECT_EQ(signal_number("9"), 9);
  EXPECT_EQ(signal_number(""), 15);
  EXPECT_EQ(signal_number("SIGNONSENSE"), 15);
}

}  // namespace
}  // namespace slipway::agent
