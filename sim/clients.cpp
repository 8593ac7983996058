#include "sim/clients.hpp"

namespace slipway::sim {

using wire::Value;

Clients::Clients(Fleet& fleet, std::uint64_t seed)
    : fleet_(fleet), random_(seed * 8 + 6), think_ms_(200 + std::int64_t(random_.below(2'000))) {
  life_.begin();
  operator_.begin();
}

void Clients::begin(std::size_t count) {
  find_subnets();
  for (std::size_t i = 0; i < count; ++i) think();
}

void Clients::think() {
  fleet_.timeline.after(std::int64_t(random_.below(std::uint64_t(think_ms_))), life_.token(),
                        [this] { call_something(); });
}

void Clients::call_something() {
  Operation operation = draw_operation(random_, knowledge_);
  ApiCall call =
      operation.body.empty()
          ? make_call(administrator(), region, operation.service, operation.name, operation.input)
          : make_json_call(administrator(), region, operation.service, operation.name, operation.body);
  fleet_.network().call("client", life_.token(), std::move(call), [this](Result<Value> answer) {
    learn(answer);
    think();
  });
}

void Clients::learn(const Result<Value>& answer) {
  if (!answer) return;
  for (const Value& task : answer->get("tasks").items())
    knowledge_.remember(knowledge_.tasks, task.get("taskArn").string());
  for (const Value& arn : answer->get("containerInstanceArns").items())
    knowledge_.remember(knowledge_.instances, arn.string());
  if (const Value& definition = answer->get("taskDefinition"))
    knowledge_.remember(knowledge_.definitions, definition.get("taskDefinitionArn").string());
}

void Clients::find_subnets() {
  fleet_.network().call("client", life_.token(),
                        make_call(administrator(), region, "ec2", "DescribeSubnets", Value::object()),
                        [this](Result<Value> answer) {
                          if (!answer)
                            return fleet_.timeline.after(1'000, life_.token(), [this] { find_subnets(); });
                          for (const Value& subnet : answer->get("Subnets").items())
                            knowledge_.subnets.emplace_back(subnet.get("SubnetId").string());
                        });
}

// Until the server has answered, whatever it says.
void Clients::insist(ApiCall call) {
  fleet_.network().call("client", operator_.token(), call, [this, call](Result<Value> answer) {
    const bool again =
        !answer && (answer.error().code == "Timeout" || answer.error().code == "ConnectFailed");
    if (again) fleet_.timeline.after(1'000, operator_.token(), [this, call] { insist(call); });
  });
}

// Deregistered, whether or not its agent has heard of it.
bool Clients::is_inactive(const Node& node) {
  const auto& instances = fleet_.server()->state().container_instances;
  const std::string id = node.instance_arn().substr(node.instance_arn().rfind('/') + 1);
  const auto* instance = instances.find(core::ecs::ContainerInstance::key_of({account, region}, id));
  return instance && instance->status == "INACTIVE";
}

void Clients::tidy_up() {
  for (const char* name : {"default", "blue", "green"})
    insist(
        make_call(administrator(), region, "ecs", "CreateCluster", Value::object({{"clusterName", name}})));
  for (const auto& node : fleet_.nodes()) {
    if (!node->running() || !is_inactive(*node)) continue;
    node->kill_agent();  // it would try again after an hour
    node->start_agent();
  }
  for (const auto& node : fleet_.nodes())
    if (!node->running() && !node->instance_arn().empty())
      insist(make_call(administrator(), region, "ecs", "DeregisterContainerInstance",
                       Value::object({{"cluster", node->options().cluster},
                                      {"containerInstance", node->instance_arn()},
                                      {"force", true}})));
}

}  // namespace slipway::sim
