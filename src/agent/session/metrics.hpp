#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "runtime/container.hpp"
#include "wire/value.hpp"

// Telemetry: samples of containers become statistics sets (amazon-ecs-agent's tcs model).
namespace slipway::agent {

struct StatisticsSet {
  double least = 0, most = 0, sum = 0;
  std::int64_t samples = 0;

  void add(double value);
};

// The samples of one container since the last message.
class ContainerSamples {
 public:
  void add(const runtime::ContainerStats& stats);
  // {"cpuStatsSet", "memoryStatsSet", "networkStatsSet", "storageStatsSet"}; absent while there are no two
  // samples. Starts the next interval.
  wire::Value take(std::string_view container_name);

 private:
  struct Network {
    StatisticsSet rx_bytes, rx_packets, rx_errors, rx_dropped, rx_rate;
    StatisticsSet tx_bytes, tx_packets, tx_errors, tx_dropped, tx_rate;
  };
  void add_network(const runtime::ContainerStats& stats);

  std::optional<runtime::ContainerStats> last_;
  StatisticsSet cpu_percent_, memory_mib_, read_bytes_, write_bytes_;
  std::optional<Network> network_;
};

struct TaskSamples {
  std::string arn, family, revision;
  std::map<std::string, ContainerSamples> containers;  // by name
};

struct MetricsContext {
  std::string cluster, container_instance, message_id;
};

// PublishMetricsRequest messages, at most ten tasks in each; one with idle:true where there is no task.
std::vector<wire::Value> metrics_messages(const MetricsContext&, std::vector<TaskSamples*> tasks,
                                          Instant now);

struct ContainerHealth {
  std::string name, status;  // "HEALTHY", …
  Instant since;

  bool operator==(const ContainerHealth&) const = default;
};

struct TaskHealth {
  std::string arn, family, revision;
  std::vector<ContainerHealth> containers;  // those with a health check

  bool operator==(const TaskHealth&) const = default;
};

// PublishHealthRequest messages, at most ten tasks in each; none where there is no task.
std::vector<wire::Value> health_messages(const MetricsContext&, const std::vector<TaskHealth>& tasks,
                                         Instant now);

}  // namespace slipway::agent
