#include "schedule/placement.hpp"

#include <gtest/gtest.h>

namespace slipway::schedule {
namespace {

using core::ecs::ContainerInstance;
using core::ecs::Task;
using core::host::Host;

const Realm realm{"000000000000", "us-east-1"};

struct Fleet {
  core::State state;
  core::Journal journal;

  void host(const std::string& id, std::int64_t cpu, std::int64_t memory, bool connected = true) {
    Host host{.id = id, .cpu_units = cpu, .memory_mib = memory, .reserved_tcp_ports = {22}};
    host.slipway_agent = true;
    host.session_instance_key = ContainerInstance::key_of(realm, id);
    state.hosts.put(journal, host);
    ContainerInstance instance;
    instance.realm = realm;
    instance.id = id;
    instance.cluster = "default";
    instance.host_id = id;
    instance.status = "ACTIVE";
    state.container_instances.put(journal, instance);
    if (connected) state.connected_instances.insert(instance.key());
  }
  void task(const std::string& host, std::int64_t cpu, std::int64_t memory, std::int64_t port = 0) {
    Task task;
    task.realm = realm;
    task.id = std::to_string(state.tasks.size());
    task.host_id = host;
    task.last_status = "RUNNING";
    task.cpu_units = cpu;
    task.memory_mib = memory;
    if (port) task.host_ports.push_back({"", 80, port, "tcp", {}});
    state.tasks.put(journal, task);
  }
};

TEST(Placement, TakesTheHostWithTheFewestTasks) {
  Fleet fleet;
  fleet.host("a", 2048, 4096);
  fleet.host("b", 2048, 4096);
  fleet.task("a", 128, 128);
  auto placed = place_on_instance(fleet.state, realm, "default", {.cpu_units = 256, .memory_mib = 256});
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->instance->id, "b");
  EXPECT_EQ(place_on_fargate(fleet.state, {.cpu_units = 256, .memory_mib = 256})->host->id, "b");
}

TEST(Placement, NamesWhatIsMissingPerInstance) {
  Fleet fleet;
  fleet.host("a", 1024, 4096);
  fleet.host("b", 8192, 1024);
  fleet.host("c", 8192, 8192);
  fleet.host("d", 8192, 8192, false);
  fleet.task("c", 0, 0, 8080);
  Needs needs{.cpu_units = 2048, .memory_mib = 2048, .host_ports = {{"", 80, 8080, "tcp", {}}}};
  auto placed = place_on_instance(fleet.state, realm, "default", needs);
  ASSERT_FALSE(placed);
  std::vector<std::string> reasons;
  for (const auto& obstacle : placed.error()) reasons.push_back(obstacle.reason);
  EXPECT_EQ(reasons,
            (std::vector<std::string>{"RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:PORTS", "AGENT"}));
  EXPECT_FALSE(place_on_fargate(fleet.state, needs));
}

TEST(Placement, APortIsFreeAgainForTheOtherProtocolAndReservedOnesNever) {
  Fleet fleet;
  fleet.host("a", 1024, 1024);
  fleet.task("a", 0, 0, 53);
  EXPECT_TRUE(place_on_fargate(fleet.state, {.host_ports = {{"", 53, 53, "udp", {}}}}));
  EXPECT_FALSE(place_on_fargate(fleet.state, {.host_ports = {{"", 22, 22, "tcp", {}}}}));
}

TEST(Placement, AnEmptyClusterGivesNoObstacles) {
  Fleet fleet;
  auto placed = place_on_instance(fleet.state, realm, "default", {});
  ASSERT_FALSE(placed);
  EXPECT_TRUE(placed.error().empty());
}

}  // namespace
}  // namespace slipway::schedule
