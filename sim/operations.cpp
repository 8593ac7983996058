#include "sim/operations.hpp"

#include <algorithm>

namespace slipway::sim {
namespace {

using wire::Value;

constexpr std::size_t known_at_most = 60;

bool one_in(Random& random, std::uint64_t n) {
  return random.below(n) == 0;
}

template <class List>
std::string any_of(Random& random, const List& list, const char* otherwise) {
  if (list.empty() || one_in(random, 20)) return otherwise;
  return std::string(list[random.below(list.size())]);
}

std::string cluster(Random& random) {
  static const std::vector<std::string> names = {"default", "default", "default", "blue", "green"};
  return any_of(random, names, "no-such-cluster");
}

std::string family(Random& random) {
  static const std::vector<std::string> names = {"web", "net", "fargate", "pair", "ports", "role", "big"};
  return names[random.below(names.size())];
}

Value tags(Random& random) {
  Value list = Value::list();
  for (auto count = random.below(3); count > 0; --count)
    list.push_back(
        Value::object({{"key", "k" + std::to_string(random.below(4))}, {"value", random_hex(random, 4)}}));
  return list;
}

Value container(const char* name, const std::string& image, std::int64_t memory_mib) {
  return Value::object({{"name", name}, {"image", image}, {"memory", memory_mib}});
}

std::string image(Random& random) {
  static const char* names[] = {"forever",  "forever", "job",    "crash",
                                "stubborn", "missing", "broken", "hungry"};
  return names[random.below(8)];
}

// One definition per family, each of another kind.
Value definition(Random& random, const std::string& name) {
  Value web = container("web", image(random), std::int64_t(64 + random.below(400)));
  Value input = Value::object({{"family", name}});
  Value containers = Value::list();
  if (name == "web") {
    web.set("portMappings", Value::list({Value::object({{"containerPort", 80}})}));
    web.set("stopTimeout", std::int64_t(random.below(40)));
  } else if (name == "net" || name == "fargate") {
    input.set("networkMode", "awsvpc");
    if (name == "fargate") {
      input.set("requiresCompatibilities", Value::list({"FARGATE"}));
      input.set("cpu", "256");
      input.set("memory", "512");
    }
  } else if (name == "pair") {
    Value side = container("side", image(random), 64);
    side.set("essential", one_in(random, 3));
    side.set("dependsOn", Value::list({Value::object({{"containerName", "web"}, {"condition", "START"}})}));
    containers.push_back(std::move(side));
  } else if (name == "ports") {
    const std::int64_t port = 8'000 + std::int64_t(random.below(4));
    web.set("portMappings", Value::list({Value::object({{"containerPort", 80}, {"hostPort", port}})}));
  } else if (name == "role") {
    input.set("taskRoleArn", "role" + std::to_string(random.below(3)));
  } else if (name == "big") {
    web.set("cpu", std::int64_t(512 * (1 + random.below(8))));
    web.set("memory", std::int64_t(1024 * (1 + random.below(8))));
  }
  containers.push_back(std::move(web));
  input.set("containerDefinitions", std::move(containers));
  if (one_in(random, 3)) input.set("tags", tags(random));
  return input;
}

Operation register_definition(Random& random) {
  Value input = definition(random, family(random));
  switch (random.below(12)) {
    case 0:
      input.set("containerDefinitions", Value::list());
      break;
    case 1:
      input.set("family", "not a name");
      break;
    case 2:
      input.slot("containerDefinitions").mutable_at(0).set("memory", -5);
      break;
    default:
      break;
  }
  return {"ecs", "RegisterTaskDefinition", std::move(input), {}};
}

Value network(Random& random, const Knowledge& knowledge) {
  Value vpc = Value::object();
  Value subnets = Value::list();
  subnets.push_back(any_of(random, knowledge.subnets, "subnet-0"));
  if (one_in(random, 2)) subnets.push_back(any_of(random, knowledge.subnets, "subnet-0"));
  vpc.set("subnets", std::move(subnets));
  return Value::object({{"awsvpcConfiguration", std::move(vpc)}});
}

Value overrides(Random& random) {
  Value web = Value::object({{"name", one_in(random, 10) ? "nobody" : "web"}});
  const std::int64_t sizes[] = {-4096, 0, 16, 128, 100'000};
  web.set(std::string_view(one_in(random, 2) ? "cpu" : "memory"), sizes[random.below(5)]);
  return Value::object({{"containerOverrides", Value::list({std::move(web)})}});
}

std::string definition_name(Random& random, const Knowledge& knowledge) {
  if (one_in(random, 2)) return family(random);
  return any_of(random, knowledge.definitions, "no-such-family");
}

Operation run_task(Random& random, Knowledge& knowledge) {
  if (!knowledge.tokens.empty() && one_in(random, 5))
    return knowledge.tokens[random.below(knowledge.tokens.size())];
  const std::string name = definition_name(random, knowledge);
  Value input = Value::object({{"cluster", cluster(random)},
                               {"taskDefinition", name},
                               {"startedBy", "run-" + std::to_string(++knowledge.runs)}});
  const std::int64_t counts[] = {1, 1, 1, 2, 3, 10, 0, 11};
  if (one_in(random, 2)) input.set("count", counts[random.below(8)]);
  const bool own_network = name.find("net") != name.npos || name.find("fargate") != name.npos;
  if (own_network != one_in(random, 15)) input.set("networkConfiguration", network(random, knowledge));
  if ((name.find("fargate") != name.npos) != one_in(random, 15)) input.set("launchType", "FARGATE");
  if (one_in(random, 8)) input.set("overrides", overrides(random));
  if (one_in(random, 8)) input.set("tags", tags(random));
  if (one_in(random, 3)) input.set("clientToken", "token-" + std::to_string(knowledge.runs));
  Operation operation{"ecs", "RunTask", std::move(input), {}};
  if (operation.input.find("clientToken")) {
    knowledge.tokens.push_back(operation);
    if (one_in(random, 10)) operation.input.set("count", 2);  // later repeats have other parameters
    if (knowledge.tokens.size() > known_at_most) knowledge.tokens.erase(knowledge.tokens.begin());
  }
  return operation;
}

Operation start_task(Random& random, Knowledge& knowledge) {
  Value instances = Value::list();
  for (auto count = 1 + random.below(2); count > 0; --count)
    instances.push_back(any_of(random, knowledge.instances, "no-such-instance"));
  return {"ecs",
          "StartTask",
          Value::object({{"taskDefinition", definition_name(random, knowledge)},
                         {"containerInstances", std::move(instances)},
                         {"startedBy", "run-" + std::to_string(++knowledge.runs)}}),
          {}};
}

Operation stop_task(Random& random, const Knowledge& knowledge) {
  Value input = Value::object({{"cluster", one_in(random, 6) ? cluster(random) : "default"},
                               {"task", any_of(random, knowledge.tasks, "no-such-task")}});
  if (one_in(random, 2)) input.set("reason", "reason " + random_hex(random, 4));
  return {"ecs", "StopTask", std::move(input), {}};
}

Operation read_tasks(Random& random, const Knowledge& knowledge) {
  if (one_in(random, 3)) {
    Value input =
        Value::object({{"cluster", cluster(random)}, {"maxResults", std::int64_t(1 + random.below(20))}});
    if (one_in(random, 2)) input.set("desiredStatus", "STOPPED");
    if (one_in(random, 4)) input.set("family", family(random));
    return {"ecs", "ListTasks", std::move(input), {}};
  }
  Value tasks = Value::list();
  for (auto count = 1 + random.below(8); count > 0; --count)
    tasks.push_back(any_of(random, knowledge.tasks, "no-such-task"));
  return {"ecs", "DescribeTasks", Value::object({{"cluster", "default"}, {"tasks", std::move(tasks)}}), {}};
}

Operation clusters(Random& random) {
  const std::string name = cluster(random);
  switch (random.below(4)) {
    case 0:
      return {"ecs", "CreateCluster", Value::object({{"clusterName", name}, {"tags", tags(random)}}), {}};
    case 1:
      return {"ecs", "DescribeClusters", Value::object({{"clusters", Value::list({name})}}), {}};
    case 2:
      return {"ecs", "ListClusters", Value::object(), {}};
    default:
      if (name == "default")
        return {"ecs", "CreateCluster", Value::object({{"clusterName", "not a name"}}), {}};
      return {"ecs", "DeleteCluster", Value::object({{"cluster", name}}), {}};
  }
}

Operation definitions(Random& random, const Knowledge& knowledge) {
  switch (random.below(4)) {
    case 0:
      return {"ecs",
              "DeregisterTaskDefinition",
              Value::object({{"taskDefinition", any_of(random, knowledge.definitions, "web:99")}}),
              {}};
    case 1:
      return {"ecs", "ListTaskDefinitions", Value::object({{"maxResults", 3}}), {}};
    case 2:
      return {"ecs", "ListTaskDefinitionFamilies", Value::object(), {}};
    default:
      return {"ecs",
              "DescribeTaskDefinition",
              Value::object({{"taskDefinition", definition_name(random, knowledge)}}),
              {}};
  }
}

Operation instances(Random& random, const Knowledge& knowledge) {
  const std::string name = any_of(random, knowledge.instances, "no-such-instance");
  switch (random.below(8)) {
    case 0:
    case 1:
      return {"ecs",
              "UpdateContainerInstancesState",
              Value::object({{"containerInstances", Value::list({name})},
                             {"status", one_in(random, 3) ? "DRAINING" : "ACTIVE"}}),
              {}};
    case 2:
      return {"ecs",
              "DeregisterContainerInstance",
              Value::object({{"containerInstance", name}, {"force", one_in(random, 6)}}),
              {}};
    case 3:
      return {"ecs",
              "DescribeContainerInstances",
              Value::object({{"containerInstances", Value::list({name})}}),
              {}};
    default:
      return {"ecs", "ListContainerInstances", Value::object(), {}};
  }
}

Operation tagging(Random& random, const Knowledge& knowledge) {
  const std::string arn =
      any_of(random, one_in(random, 2) ? knowledge.tasks : knowledge.definitions, "no-such-arn");
  switch (random.below(3)) {
    case 0:
      return {"ecs", "TagResource", Value::object({{"resourceArn", arn}, {"tags", tags(random)}}), {}};
    case 1:
      return {"ecs",
              "UntagResource",
              Value::object({{"resourceArn", arn}, {"tagKeys", Value::list({"k0", "k1"})}}),
              {}};
    default:
      return {"ecs", "ListTagsForResource", Value::object({{"resourceArn", arn}}), {}};
  }
}

Operation identities(Random& random) {
  static const char* trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
      R"("Principal":{"Service":"ecs-tasks.amazonaws.com"}}]})";
  const std::string role = "role" + std::to_string(random.below(3)),
                    user = "user" + std::to_string(random.below(3));
  switch (random.below(9)) {
    case 0:
    case 1:
      return {
          "iam", "CreateRole", Value::object({{"RoleName", role}, {"AssumeRolePolicyDocument", trust}}), {}};
    case 2:
      return {"iam", "DeleteRole", Value::object({{"RoleName", role}}), {}};
    case 3:
      return {"iam", "CreateUser", Value::object({{"UserName", user}}), {}};
    case 4:
      return {"iam", "DeleteUser", Value::object({{"UserName", user}}), {}};
    case 5:
      return {"iam", "CreateAccessKey", Value::object({{"UserName", user}}), {}};
    case 6:
      return {"iam", "ListAccessKeys", Value::object({{"UserName", user}}), {}};
    case 7:
      return {
          "iam",
          "AttachRolePolicy",
          Value::object({{"RoleName", role}, {"PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}}),
          {}};
    default:
      return {"iam", "ListRoles", Value::object(), {}};
  }
}

Operation log_groups(Random& random) {
  const std::string group = "/ecs/g" + std::to_string(random.below(3)),
                    stream = "s" + std::to_string(random.below(5));
  Value input = Value::object({{"logGroupName", group}});
  switch (random.below(7)) {
    case 0:
      return {"logs", "CreateLogGroup", std::move(input), {}};
    case 1:
      return {"logs", "DeleteLogGroup", std::move(input), {}};
    case 2:
      input.set("retentionInDays", one_in(random, 4) ? 2 : 7);
      return {"logs", "PutRetentionPolicy", std::move(input), {}};
    case 3:
      input.set("logStreamName", stream);
      return {"logs", "DeleteLogStream", std::move(input), {}};
    default:
      input.set("logStreamName", stream);
      return {"logs", "CreateLogStream", std::move(input), {}};
  }
}

// Bytes that no client of ours would send.
Operation malformed(Random& random) {
  static const char* operations[] = {"RunTask", "StopTask", "RegisterTaskDefinition",
                                     "SubmitTaskStateChange"};
  static const char* bodies[] = {"",
                                 "{",
                                 "[]",
                                 "null",
                                 R"({"cluster":7})",
                                 R"({"count":"many","taskDefinition":"web"})",
                                 R"({"taskDefinition":{"a":1}})",
                                 R"({"containerDefinitions":[null],"family":"web"})",
                                 R"({"task":"x","containers":[{"containerName":1}]})",
                                 "\xff\xfe",
                                 R"({"taskDefinition":"web","count":1e99})"};
  return {"ecs", operations[random.below(4)], {}, std::string(" ") + bodies[random.below(11)]};
}

}  // namespace

void Knowledge::remember(std::deque<std::string>& list, std::string_view arn) {
  if (std::ranges::find(list, arn) != list.end()) return;
  list.emplace_back(arn);
  if (list.size() > known_at_most) list.pop_front();
}

Operation draw_operation(Random& random, Knowledge& knowledge) {
  const auto draw = random.below(100);
  if (draw < 8) return register_definition(random);
  if (draw < 34) return run_task(random, knowledge);
  if (draw < 38) return start_task(random, knowledge);
  if (draw < 52) return stop_task(random, knowledge);
  if (draw < 66) return read_tasks(random, knowledge);
  if (draw < 72) return clusters(random);
  if (draw < 77) return definitions(random, knowledge);
  if (draw < 81) return instances(random, knowledge);
  if (draw < 85) return tagging(random, knowledge);
  if (draw < 91) return identities(random);
  if (draw < 97) return log_groups(random);
  return malformed(random);
}

}  // namespace slipway::sim
