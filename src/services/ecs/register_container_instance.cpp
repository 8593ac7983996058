#include <algorithm>
#include <charconv>

#include "services/ecs/container_instance_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::ContainerInstance;
using core::host::Host;
using wire::ecs::RegisterContainerInstanceRequest;

// Our agent names its machine, so that several instances and Fargate share one ledger; a stock one does not,
// and is a machine of its own.
constexpr std::string_view host_attribute = "slipway.host-id";
constexpr std::string_view agent_attribute = "slipway.agent";

std::vector<std::int64_t> ports_of(const wire::ecs::Resource& resource) {
  std::vector<std::int64_t> ports;
  for (const auto text : resource.string_set_value()) {
    std::int64_t port = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), port).ec == std::errc())
      ports.push_back(port);
  }
  return ports;
}

void set_resources(Host& host, const RegisterContainerInstanceRequest& request) {
  for (const auto resource : request.total_resources()) {
    if (resource.name() == "CPU") host.cpu_units = resource.integer_value();
    if (resource.name() == "MEMORY") host.memory_mib = resource.integer_value();
    if (resource.name() == "PORTS") host.reserved_tcp_ports = ports_of(resource);
    if (resource.name() == "PORTS_UDP") host.reserved_udp_ports = ports_of(resource);
  }
}

// The registration that this one repeats: by ARN (an agent that restarts) or by client token (a retry).
Result<const ContainerInstance*> known_instance(const Call& call,
                                                const RegisterContainerInstanceRequest& request,
                                                const std::string& cluster) {
  if (request.has_container_instance_arn()) {
    const auto* instance = find_container_instance(call, cluster, request.container_instance_arn());
    if (!instance || instance->status == "INACTIVE")
      return invalid_parameter("The container instance " + std::string(request.container_instance_arn()) +
                               " is not registered in this cluster.");
    return instance;
  }
  const std::string_view token = call.input.get("clientToken").string();
  if (!token.empty())
    for (const auto& key : call.turn.state.container_instances.with("cluster", call.realm.prefix() + cluster))
      if (const auto* each = call.turn.state.container_instances.find(key);
          each->client_token == token && each->status != "INACTIVE")
        return each;
  return nullptr;
}

}  // namespace

Result<wire::Value> register_container_instance(Call& call) {
  RegisterContainerInstanceRequest request(call.input);
  auto cluster = find_active_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  auto known = known_instance(call, request, (*cluster)->name);
  if (!known) return pass(known);

  core::State& state = call.turn.state;
  ContainerInstance instance = *known ? **known : ContainerInstance{};
  if (!*known) {
    instance.realm = call.realm;
    instance.id = random_hex(call.turn.random, 32);
    instance.cluster = (*cluster)->name;
    instance.status = "ACTIVE";
    instance.client_token = call.input.get("clientToken").string();
    instance.registered_at = call.now();
  }
  ++instance.version;
  std::erase_if(instance.attributes, [](const core::ecs::Attribute& each) { return !each.custom; });
  std::string host_id;
  bool slipway_agent = false;
  for (const auto attribute : request.attributes()) {
    instance.attributes.push_back(
        {std::string(attribute.name()), std::string(attribute.value()), attribute.has_value(), false, {}});
    if (attribute.name() == host_attribute) host_id = attribute.value();
    if (attribute.name() == agent_attribute) slipway_agent = true;
  }
  instance.attributes.push_back({"ecs.availability-zone", call.realm.region + "a", true, false, {}});
  if (auto merged = merge_tags(instance.tags, request.tags()); !merged) return pass(merged);
  instance.host_id = host_id.empty() ? "instance-" + instance.id : host_id;

  Host host;
  if (const auto* existing = state.hosts.find(Host::key_of(instance.host_id))) host = *existing;
  host.id = instance.host_id;
  host.slipway_agent = slipway_agent;
  host.session_instance_key = instance.key();
  set_resources(host, request);
  call.turn.put(state.hosts, std::move(host));
  const std::string key = instance.key();
  call.turn.put(state.container_instances, std::move(instance));

  wire::ecs::RegisterContainerInstanceResponse response;
  response.set_container_instance(container_instance_view(state, *state.container_instances.find(key), true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
