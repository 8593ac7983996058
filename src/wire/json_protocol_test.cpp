#include <gtest/gtest.h>

#include "wire/gen/ecs.hpp"
#include "wire/gen/logs.hpp"
#include "wire/json_text.hpp"
#include "wire/protocol.hpp"

namespace slipway::wire {

namespace {

HttpRequestParts request(std::string target, std::string body) {
  return {.headers = {{"x-amz-target", std::move(target)}, {"content-type", "application/x-amz-json-1.1"}},
          .body = std::move(body)};
}

Result<Value> parse(const Operation& operation, std::string body) {
  return parse_request(ecs::service, operation, request("", std::move(body)));
}

std::string why(const Operation& operation, std::string body) {
  Result<Value> value = parse(operation, std::move(body));
  return value ? "accepted" : value.error().message;
}

TEST(JsonProtocol, FindsServiceAndOperation) {
  HttpRequestParts call = request("AmazonEC2ContainerServiceV20141113.RunTask", "{}");
  Hint found = hint(call);
  EXPECT_EQ(found.operation, "RunTask");
  EXPECT_EQ(service_by_target_prefix(found.target_prefix), &ecs::service);
  EXPECT_EQ(service_by_signing_name("logs"), &logs::service);
  EXPECT_EQ(service_by_id("ecs"), &ecs::service);
  EXPECT_EQ(service_by_id("nosuch"), nullptr);
  Result<const Operation*> operation = route(ecs::service, call);
  ASSERT_TRUE(operation);
  EXPECT_EQ(*operation, &ecs::operations::RunTask);
}

TEST(JsonProtocol, RefusesUnknownOperations) {
  for (const char* target :
       {"AmazonEC2ContainerServiceV20141113.NoSuch", "AmazonEC2ContainerServiceV20141113",
        "AmazonEC2ContainerServiceV20141113.", "Logs_20140328.RunTask", ""}) {
    Result<const Operation*> operation = route(ecs::service, request(target, "{}"));
    ASSERT_FALSE(operation) << target;
    EXPECT_EQ(operation.error().code, "UnknownOperationException");
    EXPECT_EQ(operation.error().http_status, 400);
  }
}

TEST(JsonProtocol, ReadsThroughViews) {
  Result<Value> input = parse(ecs::operations::RunTask, R"({
    "unknown": {"deep": [1, {"x": "y"}]}, "taskDefinition": "hello:1", "list": [[]], "count": 3, "alsoUnknown": null,
    "cluster": null, "group": "first", "group": "last", "enableECSManagedTags": true,
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"]}},
    "overrides": {"containerOverrides": [{"name": "a", "environment": [{"name": "K", "value": "V"}]}]}})");
  ASSERT_TRUE(input) << input.error().message;
  ecs::RunTaskRequest run(*input);
  EXPECT_EQ(run.task_definition(), "hello:1");
  EXPECT_EQ(run.count(), 3);
  EXPECT_FALSE(run.has_cluster());
  EXPECT_EQ(run.group(), "last");
  EXPECT_TRUE(run.enable_ecs_managed_tags());
  ASSERT_EQ(run.network_configuration().awsvpc_configuration().subnets().size(), 2u);
  EXPECT_EQ(run.network_configuration().awsvpc_configuration().subnets()[1], "subnet-2");
  int overrides = 0;
  for (ecs::ContainerOverride container : run.overrides().container_overrides())
    for (ecs::KeyValuePair variable : container.environment()) {
      EXPECT_EQ(variable.name(), "K");
      EXPECT_EQ(variable.value(), "V");
      ++overrides;
    }
  EXPECT_EQ(overrides, 1);
  EXPECT_EQ(input->find("unknown"), nullptr);
}

TEST(JsonProtocol, SaysWhatIsWrongInAwsWords) {
  const Operation& register_definition = ecs::operations::RegisterTaskDefinition;
  auto container = [&](std::string member) {
    return why(register_definition, "{\"containerDefinitions\":[{" + member + "}]}");
  };
  EXPECT_EQ(container(R"("memory":"512")"), "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(container(R"("essential":"true")"), "STRING_VALUE can not be converted to a Boolean");
  EXPECT_EQ(container(R"("name":1)"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(container(R"("name":true)"), "TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(container(R"("name":["a"])"), "Start of list found where not expected");
  EXPECT_EQ(container(R"("name":{})"), "Start of structure or map found where not expected.");
  EXPECT_EQ(container(R"("environment":{})"), "Start of structure or map found where not expected.");
  EXPECT_EQ(container(R"("environment":"x")"), "Expected list or null");
  EXPECT_EQ(container(R"("memory":1.5)"), "NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(container(R"("memory":2147483648)"), "NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(container(R"("memory":1e99)"), "NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(container(R"("memory":99999999999999999999)"), "NUMBER_VALUE can not be converted to an Integer");
  EXPECT_EQ(container(R"("memory":512.0)"), "accepted");
  EXPECT_EQ(container(R"("memory":-2147483648)"), "accepted");
}

TEST(JsonProtocol, RefusesWhatIsNoObject) {
  for (const char* body :
       {"[]", "\"x\"", "1", "true", "{", "{}}", "{\"cluster\":\"\xff\"}", "{\"cluster\""}) {
    Result<Value> value = parse(ecs::operations::ListTasks, body);
    ASSERT_FALSE(value) << body;
    EXPECT_EQ(value.error().code, "SerializationException");
    EXPECT_EQ(value.error().http_status, 400);
  }
  EXPECT_EQ(why(ecs::operations::ListTasks, ""), "accepted");
  EXPECT_EQ(why(ecs::operations::ListTasks, "null"), "accepted");
  EXPECT_NE(why(ecs::operations::ListTasks, "{\"x\":" + std::string(100'000, '[')), "accepted");
}

TEST(JsonProtocol, WritesAnswers) {
  ecs::RunTaskResponse answer;
  answer.add_tasks(
      ecs::Task().set_task_arn("arn").set_created_at(Instant{1'700'000'000'125}).set_last_status("PENDING"));
  answer.add_failures(ecs::Failure().set_reason("MISSING"));
  answer.set_failures(answer.failures());
  HttpResponseParts response = write_response(ecs::service, ecs::operations::RunTask, answer.raw(), "id-1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"tasks":[{"taskArn":"arn","createdAt":1700000000.125,"lastStatus":"PENDING"}],)"
            R"("failures":[{"reason":"MISSING"}]})");
  EXPECT_EQ(find_header(response.headers, "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(find_header(response.headers, "x-amzn-requestid"), "id-1");
  Result<Value> back = parse_response(ecs::service, ecs::operations::RunTask, response);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, answer.raw());
}

TEST(JsonProtocol, WritesErrors) {
  Error error{"ClusterNotFoundException", "Cluster not found.", 400};
  HttpResponseParts response = write_error(ecs::service, error, "id-2");
  EXPECT_EQ(response.body, R"({"__type":"ClusterNotFoundException","message":"Cluster not found."})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(parse_error(ecs::service, response), error);
  Result<Value> answer = parse_response(ecs::service, ecs::operations::RunTask, response);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), error);
  EXPECT_EQ(
      write_error(Hint{.protocol = Protocol::json, .json_version = "1.0"}, error, "id").headers[0].value,
      "application/x-amz-json-1.0");
}

TEST(JsonProtocol, WritesDetailsOfModelledErrors) {
  Error error{"ResourceInUseException", "It is.", 400};
  Value details = Value::object({{"resourceIds", Value::list({"a", "b"})}, {"notModelled", 1}});
  HttpResponseParts response = write_error(ecs::service, {"ConflictException", "It is.", 400}, "id", details);
  EXPECT_TRUE(response.body.starts_with(R"({"__type":"ConflictException","message":"It is.")"))
      << response.body;
  EXPECT_EQ(response.body.find("notModelled"), std::string::npos);
}

TEST(JsonProtocol, AnOperationWithoutOutputHasAnEmptyBody) {
  HttpResponseParts response = write_response(logs::service, logs::operations::CreateLogGroup, {}, "id");
  EXPECT_EQ(response.body, "");
  EXPECT_TRUE(parse_response(logs::service, logs::operations::CreateLogGroup, response));
}

TEST(JsonProtocol, ClientAndServerUnderstandEachOther) {
  ecs::RegisterContainerInstanceRequest given;
  given.set_cluster("default").add_total_resources(ecs::Resource().set_name("CPU").set_integer_value(1024));
  HttpRequestParts sent =
      write_request(ecs::service, ecs::operations::RegisterContainerInstance, given.raw());
  Result<const Operation*> operation = route(ecs::service, sent);
  ASSERT_TRUE(operation);
  Result<Value> got = parse_request(ecs::service, **operation, sent);
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, given.raw());
}

TEST(Views, CopiesAreIndependent) {
  ecs::Task task;
  task.set_last_status("PENDING").add_tags(ecs::Tag().set_key("a"));
  ecs::Task other = task;
  other.set_last_status("RUNNING").add_tags(ecs::Tag().set_key("b"));
  EXPECT_EQ(task.last_status(), "PENDING");
  EXPECT_EQ(task.tags().size(), 1u);
  EXPECT_EQ(other.tags().size(), 2u);
  EXPECT_FALSE(task.has_cpu());
  EXPECT_TRUE(task.overrides().absent());
}

TEST(Views, MapsKeepTheirOrder) {
  ecs::ContainerDefinition container;
  MapOf<std::string_view> labels;
  labels.set("z", "1");
  labels.set("a", "2");
  container.set_docker_labels(labels);
  std::string seen;
  for (auto [key, value] : container.docker_labels()) seen.append(key).append(value);
  EXPECT_EQ(seen, "z1a2");
  EXPECT_EQ(container.docker_labels().find("a"), "2");
  EXPECT_EQ(container.docker_labels().find("q"), std::nullopt);
  EXPECT_EQ(ecs::TransportProtocol::tcp, "tcp");
}

TEST(Services, AreListedInOrder) {
  std::string_view before;
  for (const Service* service : services()) {
    EXPECT_LT(before, service->id);
    before = service->id;
    for (const Operation& operation : service->operations)
      EXPECT_EQ(service->operation(operation.name), &operation);
    for (const Shape& shape : service->shapes)
      for (const Member& member : shape.members)
        if (shape.type == Type::structure) {
          EXPECT_EQ(shape.member(member.name), &member);
          EXPECT_EQ(shape.member_on_wire(member.wire_name), &member);
        }
  }
  EXPECT_FALSE(services().empty());
}

}  // namespace

}  // namespace slipway::wire
