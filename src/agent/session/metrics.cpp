#include "agent/session/metrics.hpp"

#include <algorithm>
#include <cmath>

namespace slipway::agent {

namespace {

using wire::Value;

constexpr std::size_t tasks_per_message = 10;
constexpr double mib = 1024 * 1024;

Value plain(const StatisticsSet& set) {
  return Value::object(
      {{"max", set.most}, {"min", set.least}, {"sampleCount", set.samples}, {"sum", set.sum}});
}

Value whole(const StatisticsSet& set) {
  auto number = [](double value) { return static_cast<std::int64_t>(std::llround(value)); };
  return Value::object({{"max", number(set.most)},
                        {"min", number(set.least)},
                        {"sampleCount", set.samples},
                        {"sum", number(set.sum)}});
}

// Counters are 64 bits in two members each.
Value counter(const StatisticsSet& set) {
  Value out = whole(set);
  for (wire::Key key : {wire::Key("overflowMax"), wire::Key("overflowMin"), wire::Key("overflowSum")})
    out.set(key, 0);
  return out;
}

}  // namespace

void StatisticsSet::add(double value) {
  least = samples == 0 ? value : std::min(least, value);
  most = samples == 0 ? value : std::max(most, value);
  sum += value;
  ++samples;
}

void ContainerSamples::add(const runtime::ContainerStats& stats) {
  if (last_ && stats.host_cpu_ns > last_->host_cpu_ns && stats.cpu_total_ns >= last_->cpu_total_ns) {
    double host_ns = static_cast<double>(stats.host_cpu_ns - last_->host_cpu_ns);
    cpu_percent_.add(100 * static_cast<double>(stats.cpu_total_ns - last_->cpu_total_ns) / host_ns);
  }
  std::uint64_t used = stats.memory_bytes - std::min(stats.memory_bytes, stats.memory_cache_bytes);
  memory_mib_.add(std::floor(static_cast<double>(used) / mib));
  read_bytes_.add(static_cast<double>(stats.block_read_bytes));
  write_bytes_.add(static_cast<double>(stats.block_write_bytes));
  if (!stats.networks.empty()) add_network(stats);
  last_ = stats;
}

void ContainerSamples::add_network(const runtime::ContainerStats& stats) {
  if (!network_) network_.emplace();
  runtime::NetworkCounters all, before;
  auto sum_up = [](const runtime::ContainerStats& from, runtime::NetworkCounters& into) {
    for (const runtime::NetworkCounters& one : from.networks) {
      into.rx_bytes += one.rx_bytes, into.rx_packets += one.rx_packets;
      into.rx_errors += one.rx_errors, into.rx_dropped += one.rx_dropped;
      into.tx_bytes += one.tx_bytes, into.tx_packets += one.tx_packets;
      into.tx_errors += one.tx_errors, into.tx_dropped += one.tx_dropped;
    }
  };
  sum_up(stats, all);
  auto add = [](StatisticsSet& set, std::uint64_t value) { set.add(static_cast<double>(value)); };
  add(network_->rx_bytes, all.rx_bytes), add(network_->rx_packets, all.rx_packets);
  add(network_->rx_errors, all.rx_errors), add(network_->rx_dropped, all.rx_dropped);
  add(network_->tx_bytes, all.tx_bytes), add(network_->tx_packets, all.tx_packets);
  add(network_->tx_errors, all.tx_errors), add(network_->tx_dropped, all.tx_dropped);
  if (!last_ || stats.read_at <= last_->read_at) return;
  sum_up(*last_, before);
  double seconds = static_cast<double>(stats.read_at - last_->read_at) / 1000;
  auto rate = [seconds](std::uint64_t now, std::uint64_t then) {
    return now < then ? 0 : static_cast<double>(now - then) / seconds;
  };
  network_->rx_rate.add(rate(all.rx_bytes, before.rx_bytes));
  network_->tx_rate.add(rate(all.tx_bytes, before.tx_bytes));
}

Value ContainerSamples::take(std::string_view container_name) {
  if (cpu_percent_.samples == 0) return {};
  Value out =
      Value::object({{"containerName", container_name},
                     {"cpuStatsSet", plain(cpu_percent_)},
                     {"memoryStatsSet", whole(memory_mib_)},
                     {"storageStatsSet", Value::object({{"readSizeBytes", counter(read_bytes_)},
                                                        {"writeSizeBytes", counter(write_bytes_)}})}});
  if (network_)
    out.set("networkStatsSet", Value::object({{"rxBytes", counter(network_->rx_bytes)},
                                              {"rxBytesPerSecond", plain(network_->rx_rate)},
                                              {"rxDropped", counter(network_->rx_dropped)},
                                              {"rxErrors", counter(network_->rx_errors)},
                                              {"rxPackets", counter(network_->rx_packets)},
                                              {"txBytes", counter(network_->tx_bytes)},
                                              {"txBytesPerSecond", plain(network_->tx_rate)},
                                              {"txDropped", counter(network_->tx_dropped)},
                                              {"txErrors", counter(network_->tx_errors)},
                                              {"txPackets", counter(network_->tx_packets)}}));
  cpu_percent_ = memory_mib_ = read_bytes_ = write_bytes_ = {};
  network_.reset();
  return out;
}

std::vector<Value> metrics_messages(const MetricsContext& context, std::vector<TaskSamples*> tasks,
                                    Instant now) {
  std::vector<Value> task_metrics;
  for (TaskSamples* task : tasks) {
    Value containers = Value::list();
    for (auto& [name, samples] : task->containers)
      if (Value one = samples.take(name)) containers.push_back(std::move(one));
    if (containers.empty()) continue;
    task_metrics.push_back(Value::object({{"taskArn", task->arn},
                                          {"taskDefinitionFamily", task->family},
                                          {"taskDefinitionVersion", task->revision},
                                          {"containerMetrics", std::move(containers)}}));
  }
  std::vector<Value> messages;
  std::size_t at = 0;
  do {
    std::size_t end = std::min(at + tasks_per_message, task_metrics.size());
    Value message =
        Value::object({{"timestamp", now},
                       {"metadata", Value::object({{"cluster", context.cluster},
                                                   {"containerInstance", context.container_instance},
                                                   {"fin", end == task_metrics.size()},
                                                   {"idle", task_metrics.empty()},
                                                   {"messageId", context.message_id}})}});
    if (end > at) {
      Value page = Value::list();
      for (; at < end; ++at) page.push_back(std::move(task_metrics[at]));
      message.set("taskMetrics", std::move(page));
    }
    messages.push_back(std::move(message));
  } while (at < task_metrics.size());
  return messages;
}

std::vector<Value> health_messages(const MetricsContext& context, const std::vector<TaskHealth>& tasks,
                                   Instant now) {
  std::vector<Value> messages;
  for (std::size_t at = 0; at < tasks.size();) {
    const std::size_t end = std::min(at + tasks_per_message, tasks.size());
    Value page = Value::list();
    for (; at < end; ++at) {
      Value containers = Value::list();
      for (const ContainerHealth& container : tasks[at].containers) {
        Value one =
            Value::object({{"containerName", container.name}, {"healthStatus", container.status}});
        if (container.since) one.set("statusSince", container.since);
        containers.push_back(std::move(one));
      }
      page.push_back(Value::object({{"taskArn", tasks[at].arn},
                                    {"taskDefinitionFamily", tasks[at].family},
                                    {"taskDefinitionVersion", tasks[at].revision},
                                    {"containers", std::move(containers)}}));
    }
    messages.push_back(
        Value::object({{"timestamp", now},
                       {"metadata", Value::object({{"cluster", context.cluster},
                                                   {"containerInstance", context.container_instance},
                                                   {"fin", end == tasks.size()},
                                                   {"messageId", context.message_id}})},
                       {"tasks", std::move(page)}}));
  }
  return messages;
}

}  // namespace slipway::agent
