#include "cli/run_definition.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <thread>

#include "base/encoding.hpp"
#include "wire/gen/ec2.hpp"
#include "wire/gen/ecs.hpp"
#include "wire/gen/iam.hpp"
#include "wire/gen/logs.hpp"
#include "wire/json_text.hpp"
#include "wire/protocol.hpp"

namespace slipway::cli {
namespace {

using wire::Value;

constexpr auto poll_interval = std::chrono::milliseconds(100);
constexpr std::string_view log_group = "/slipway/run";

Result<Value> read_definition(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail("InvalidArgument", "cannot read " + path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto parsed = wire::parse_json(text);
  if (!parsed) return fail("InvalidArgument", path + " is not JSON: " + parsed.error().message);
  if (parsed->kind() != wire::Kind::object)
    return fail("InvalidArgument", path + " must hold an object: RegisterTaskDefinition's input");
  // What `aws ecs describe-task-definition` printed serves as well.
  const Value* inner = parsed->find("taskDefinition");
  // Read as the server reads it: from here on every member has its type, and unknown ones are gone.
  auto definition = wire::parse_request(wire::ecs::service, wire::ecs::operations::RegisterTaskDefinition,
                                        {.body = inner ? wire::write_json(*inner) : text});
  if (!definition) return fail("InvalidArgument", path + ": " + definition.error().message);
  return definition;
}

// The run itself: what was made, what is watched.
class Run {
 public:
  Run(ApiClient& api, const RunOptions& options) : api_(api), options_(options) {}

  Result<int> operator()() {
    auto definition = read_definition(options_.definition_path);
    if (!definition) return pass(definition);
    if (auto made = prepare(*definition); !made) return pass(made);
    auto started = start(*definition);
    if (!started) return pass(started);
    return watch();
  }

 private:
  Result<Value> ecs(const wire::Operation& operation, const Value& input) {
    return api_.call(wire::ecs::service, operation, input);
  }

  Result<> make_role(std::string_view arn) {
    if (arn.empty()) return {};
    wire::iam::CreateRoleRequest request;
    request.set_role_name(arn.substr(arn.rfind('/') + 1));
    request.set_assume_role_policy_document(
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]})");
    auto made = api_.call(wire::iam::service, wire::iam::operations::CreateRole, request.raw());
    if (!made && made.error().code != "EntityAlreadyExists") return pass(made);
    return {};
  }

  Result<> prepare(Value& definition) {
    // For Fargate, logs ask for an execution role; it is we who want the logs.
    if (!definition.find("executionRoleArn"))
      definition.set("executionRoleArn", "arn:aws:iam::" + options_.account + ":role/slipwayRun");
    for (const char* role : {"taskRoleArn", "executionRoleArn"})
      if (auto made = make_role(definition.get(role).string()); !made) return made;
    auto group = api_.call(wire::logs::service, wire::logs::operations::CreateLogGroup,
                           wire::logs::CreateLogGroupRequest().set_log_group_name(log_group).raw());
    if (!group && group.error().code != "ResourceAlreadyExistsException") return pass(group);
    Value options = Value::object(
        {{"awslogs-group", log_group}, {"awslogs-region", "us-east-1"}, {"awslogs-stream-prefix", "run"}});
    Value containers = Value::list();
    for (Value container : definition.get("containerDefinitions").items()) {
      container.set("logConfiguration", Value::object({{"logDriver", "awslogs"}, {"options", options}}));
      containers.push_back(std::move(container));
    }
    for (const Value& container : containers.items())
      if (const Value* essential = container.find("essential"); !essential || essential->boolean())
        essential_.insert(std::string(container.get("name").string()));
    definition.set("containerDefinitions", std::move(containers));
    return {};
  }

  // The default VPC's subnets, for a task that has an interface.
  Result<Value> network_configuration() {
    wire::ec2::DescribeSubnetsRequest request;
    request.add_filters(wire::ec2::Filter().set_name("default-for-az").set_values([] {
      wire::ListOf<std::string_view> values;
      values.push_back("true");
      return values;
    }()));
    auto found = api_.call(wire::ec2::service, wire::ec2::operations::DescribeSubnets, request.raw());
    if (!found) return pass(found);
    Value subnets = Value::list();
    const wire::ec2::DescribeSubnetsResult result(*found);
    for (const auto subnet : result.subnets()) subnets.push_back(subnet.subnet_id());
    return Value::object({{"awsvpcConfiguration", Value::object({{"subnets", std::move(subnets)}})}});
  }

  Result<> start(const Value& definition) {
    auto registered = ecs(wire::ecs::operations::RegisterTaskDefinition, definition);
    if (!registered) return pass(registered);
    Value request =
        Value::object({{"taskDefinition", registered->get("taskDefinition").get("taskDefinitionArn")},
                       {"startedBy", "slipway run"}});
    bool ec2 = definition.get("requiresCompatibilities").empty();
    for (const Value& each : definition.get("requiresCompatibilities").items()) ec2 |= each.string() == "EC2";
    request.set("launchType", ec2 ? "EC2" : "FARGATE");
    if (definition.get("networkMode").string() == "awsvpc") {
      auto network = network_configuration();
      if (!network) return pass(network);
      request.set("networkConfiguration", std::move(*network));
    }
    auto ran = ecs(wire::ecs::operations::RunTask, request);
    if (!ran) return pass(ran);
    if (ran->get("tasks").empty())
      return fail("CannotRun", "there is no room for the task on this host: " +
                                   std::string(ran->get("failures").at(0).get("reason").string()));
    const Value& task = ran->get("tasks").at(0);
    task_arn_ = task.get("taskArn").string();
    for (const Value& container : task.get("containers").items())
      streams_.push_back({std::string(container.get("name").string()), {}});
    return {};
  }

  Result<Value> describe() {
    auto described =
        ecs(wire::ecs::operations::DescribeTasks, Value::object({{"tasks", Value::list({task_arn_})}}));
    if (!described) return pass(described);
    return described->get("tasks").at(0);
  }

  Result<int> watch() {
    bool stopping = false, told = false;
    for (;;) {
      if (*options_.interrupted && !stopping) {
        stopping = true;
        auto stopped = ecs(wire::ecs::operations::StopTask,
                           Value::object({{"task", task_arn_}, {"reason", "interrupted"}}));
        if (!stopped) return pass(stopped);
      }
      auto task = describe();
      if (!task) return pass(task);
      if (!told && task->get("lastStatus").string() == "RUNNING") told = tell_address(*task);
      print_output();
      if (task->get("lastStatus").string() == "STOPPED") {
        print_output();
        return exit_code(*task);
      }
      std::this_thread::sleep_for(poll_interval);
    }
  }

  static std::string host_ports(const Value& binding) {
    const Value& range = binding.get("hostPortRange");
    return range ? std::string(range.string()) : std::to_string(binding.get("hostPort").integer());
  }

  bool tell_address(const Value& task) {
    for (const Value& container : task.get("containers").items()) {
      for (const Value& binding : container.get("networkBindings").items())
        std::fprintf(stderr, "slipway: %s listens on 127.0.0.1:%s\n",
                     std::string(container.get("name").string()).c_str(), host_ports(binding).c_str());
      for (const Value& interface : container.get("networkInterfaces").items())
        std::fprintf(stderr, "slipway: %s has the address %s\n",
                     std::string(container.get("name").string()).c_str(),
                     std::string(interface.get("privateIpv4Address").string()).c_str());
    }
    return true;
  }

  // Every container's new lines, in the order of their stream; prefixed with the container's name when there
  // are several.
  void print_output() {
    for (auto& stream : streams_) {
      for (;;) {
        Value request = Value::object(
            {{"logGroupName", log_group},
             {"logStreamName", "run/" + stream.container + "/" + task_arn_.substr(task_arn_.rfind('/') + 1)},
             {"startFromHead", true}});
        if (!stream.token.empty()) request.set("nextToken", stream.token);
        auto page = api_.call(wire::logs::service, wire::logs::operations::GetLogEvents, request);
        if (!page) break;  // no line yet, so no stream
        for (const Value& event : page->get("events").items()) {
          if (streams_.size() > 1) std::printf("%s | ", stream.container.c_str());
          const std::string_view text = event.get("message").string();
          std::printf("%.*s\n", int(text.size()), text.data());
        }
        stream.token = page->get("nextForwardToken").string();
        if (page->get("events").empty()) break;
      }
    }
    std::fflush(stdout);
  }

  Result<int> exit_code(const Value& task) {
    const std::string_view stop_code = task.get("stopCode").string();
    if (stop_code == "TaskFailedToStart")
      return fail("TaskFailedToStart", std::string(task.get("stoppedReason").string()));
    for (const Value& container : task.get("containers").items()) {
      if (!container.get("reason").string().empty())
        std::fprintf(stderr, "slipway: %s: %s\n", std::string(container.get("name").string()).c_str(),
                     std::string(container.get("reason").string()).c_str());
    }
    return task_code(task);
  }

  int task_code(const Value& task) const {
    constexpr int terminated = 143, killed = 137;
    std::optional<int> first;
    bool any_succeeded = false;
    for (const Value& container : task.get("containers").items()) {
      const Value* exit = container.find("exitCode");
      if (!exit || !essential_.contains(std::string(container.get("name").string()))) continue;
      const int code = int(exit->integer());
      const bool stopped_with_others = code == terminated || code == killed;
      if (code != 0 && (!stopped_with_others || !container.get("reason").string().empty())) return code;
      any_succeeded |= code == 0;
      if (!first) first = code;
    }
    return any_succeeded ? 0 : first.value_or(130);
  }

  struct Stream {
    std::string container;
    std::string token;
  };
  ApiClient& api_;
  const RunOptions& options_;
  std::string task_arn_;
  std::vector<Stream> streams_;
  std::set<std::string> essential_;  // containers
};

}  // namespace

Result<int> run_definition(ApiClient& api, const RunOptions& options) {
  return Run(api, options)();
}

}  // namespace slipway::cli
