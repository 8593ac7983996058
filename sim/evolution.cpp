#include "sim/evolution.hpp"

#include <optional>
#include <sstream>

#include "base/encoding.hpp"
#include "core/turn.hpp"
#include "sim/fleet.hpp"
#include "sim/golden_script.hpp"
#include "wire/json_text.hpp"

namespace slipway::sim {
namespace {

using core::is_optional;
using core::is_vector;
using wire::Value;

// Sets whatever it is to a value that no other field has.
class Filler {
 public:
  template <core::Entity E>
  E filled() {
    E entity;
    E::fields(entity, [&](int, const char*, auto& value) { fill(value); });
    return entity;
  }

 private:
  template <class T>
  void fill(T& value) {
    ++count_;
    if constexpr (std::is_same_v<T, bool>) {
      value = true;
    } else if constexpr (std::is_same_v<T, Instant>) {
      value = epoch + count_;
    } else if constexpr (std::is_same_v<T, Realm>) {
      value = {account, region};
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = "text-" + std::to_string(count_);
    } else if constexpr (is_optional<T>::value) {
      fill(value.emplace());
    } else if constexpr (is_vector<T>::value) {
      fill(value.emplace_back());
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
      value["key-" + std::to_string(count_)] = "value";
    } else if constexpr (core::Entity<T>) {
      value = filled<T>();
    } else {
      value = T(count_);
    }
  }

  int count_ = 0;
};

FixtureRow row_of_state(core::TableBase& table, std::string_view key) {
  FixtureRow row{core::row_of(table, key), *table.encoded(key), {}};
  row.shows = *table.describe_row(row.value);
  return row;
}

template <core::Entity E>
void add(std::vector<FixtureRow>& rows, core::Table<E>& table) {
  core::Journal journal;
  E entity = Filler().filled<E>();
  if constexpr (requires { entity.account; }) entity.account = account;
  const std::string key = entity.key();
  table.put(journal, std::move(entity));
  rows.push_back(row_of_state(table, key));
}

std::vector<FixtureRow> rows_of_state(core::State& state) {
  std::vector<FixtureRow> rows;
  for (core::TableBase* table : state.tables())
    table->each_key([&](std::string_view key) { rows.push_back(row_of_state(*table, key)); });
  return rows;
}

// A call that must succeed.
Value must(Fleet& fleet, const char* service, const char* operation, const std::string& input) {
  auto parsed = wire::parse_json(input);
  check(parsed.has_value(), "a fixture's call is no JSON");
  Life life;
  life.begin();
  std::optional<Result<Value>> answer;
  fleet.network().call("client", life.token(),
                       make_call(administrator(), region, service, operation, *parsed),
                       [&](Result<Value> result) { answer = std::move(result); });
  while (!answer) fleet.timeline.step(fleet.timeline.now() + 1'000);
  check(answer->has_value(), "a fixture's call failed");
  return **answer;
}

}  // namespace

std::vector<FixtureRow> every_field_rows() {
  std::vector<FixtureRow> rows;
  core::State state;
  add(rows, state.turn_marks);
  add(rows, state.accounts);
  add(rows, state.idempotency_tokens);
  add(rows, state.hosts);
  add(rows, state.clusters);
  add(rows, state.task_definitions);
  add(rows, state.task_definition_families);
  add(rows, state.tasks);
  add(rows, state.container_instances);
  add(rows, state.account_settings);
  add(rows, state.vpcs);
  add(rows, state.subnets);
  add(rows, state.security_groups);
  add(rows, state.network_interfaces);
  add(rows, state.route_tables);
  add(rows, state.network_acls);
  add(rows, state.internet_gateways);
  add(rows, state.addresses);
  add(rows, state.nat_gateways);
  add(rows, state.users);
  add(rows, state.roles);
  add(rows, state.access_keys);
  add(rows, state.policies);
  add(rows, state.groups);
  add(rows, state.instance_profiles);
  add(rows, state.log_groups);
  add(rows, state.log_streams);
  add(rows, state.kms_keys);
  add(rows, state.kms_aliases);
  add(rows, state.parameters);
  add(rows, state.parameter_versions);
  add(rows, state.secrets);
  add(rows, state.secret_versions);
  check(rows.size() == state.tables().size(), "a kind of row is missing from the fixtures");
  return rows;
}

std::vector<FixtureRow> small_store_rows() {
  Fleet fleet(1, false);
  GoldenScript script(fleet);
  fleet.start_server();
  script.happen({"node", "n1", "cpu", "2048", "memory", "4096"});
  fleet.timeline.run(epoch + 2'000);
  must(fleet, "iam", "CreateUser", R"({"UserName":"reader"})");
  must(
      fleet, "iam", "CreateRole",
      R"({"RoleName":"app","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",)"
      R"(\"Principal\":{\"Service\":\"ecs-tasks.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"})");
  must(fleet, "logs", "CreateLogGroup", R"({"logGroupName":"/ecs/hello"})");
  must(fleet, "logs", "CreateLogStream", R"({"logGroupName":"/ecs/hello","logStreamName":"hello/web/1"})");
  must(fleet, "ecs", "RegisterTaskDefinition",
       R"({"family":"hello","containerDefinitions":[{"name":"web","image":"hello:1","memory":64,)"
       R"("portMappings":[{"containerPort":80}]}],"taskRoleArn":"app","tags":[{"key":"team","value":"a"}]})");
  must(
      fleet, "ecs", "RegisterTaskDefinition",
      R"({"family":"net","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512",)"
      R"("containerDefinitions":[{"name":"web","image":"hello:1"}]})");
  const std::string subnet(
      must(fleet, "ec2", "DescribeSubnets", "{}").get("Subnets").at(0).get("SubnetId").string());
  must(fleet, "ecs", "RunTask", R"({"taskDefinition":"hello","clientToken":"once","startedBy":"me"})");
  must(
      fleet, "ecs", "RunTask",
      R"({"taskDefinition":"net","launchType":"FARGATE","networkConfiguration":{"awsvpcConfiguration":{"subnets":[")" +
          subnet + R"("]}}})");
  fleet.timeline.run(epoch + 10'000);
  const Value listed = must(fleet, "ecs", "ListTasks", R"({"family":"hello"})");
  must(fleet, "ecs", "StopTask",
       R"({"task":")" + std::string(listed.get("taskArns").at(0).string()) + R"("})");
  fleet.timeline.run(epoch + 60'000);
  check(!fleet.wrong(), "the fixture's fleet is in disorder");
  return rows_of_state(fleet.server()->state());
}

std::string format_fixture(const std::vector<FixtureRow>& rows) {
  std::string text;
  for (const auto& [row, value, shows] : rows) {
    auto description = wire::parse_json(shows);
    check(description.has_value(), "a row's description is no JSON");
    text +=
        wire::write_json(Value::object({{"row", row}, {"hex", hex(value)}, {"shows", *description}})) + "\n";
  }
  return text;
}

Result<std::vector<FixtureRow>> parse_fixture(const std::string& text) {
  std::vector<FixtureRow> rows;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    auto parsed = wire::parse_json(line);
    if (!parsed) return pass(parsed);
    auto value = unhex(parsed->get("hex").string());
    if (!value) return fail("DamagedFixture", "a row's value is no hexadecimal text");
    rows.push_back({std::string(parsed->get("row").string()), std::move(*value),
                    wire::write_json(parsed->get("shows"))});
  }
  return rows;
}

}  // namespace slipway::sim
