#include "agent/metadata/documents.hpp"

namespace slipway::agent {

namespace {

using wire::Value;

// Counters above 2^63 do not occur within a machine's life.
Value number(std::uint64_t value) {
  return Value(static_cast<std::int64_t>(value));
}

Value cpu_document(const runtime::ContainerStats& stats) {
  return Value::object(
      {{"cpu_usage", Value::object({{"total_usage", number(stats.cpu_total_ns)},
                                    {"usage_in_kernelmode", number(stats.cpu_system_ns)},
                                    {"usage_in_usermode", number(stats.cpu_user_ns)}})},
       {"system_cpu_usage", number(stats.host_cpu_ns)},
       {"online_cpus", static_cast<std::int64_t>(stats.online_cpus)},
       {"throttling_data", Value::object({{"periods", number(stats.cpu_periods)},
                                          {"throttled_periods", number(stats.cpu_throttled_periods)},
                                          {"throttled_time", number(stats.cpu_throttled_ns)}})}});
}

Value memory_document(const runtime::ContainerStats& stats) {
  Value cache = number(stats.memory_cache_bytes);
  return Value::object({{"usage", number(stats.memory_bytes)},
                        {"max_usage", number(stats.memory_max_bytes)},
                        {"stats", Value::object({{"inactive_file", cache}, {"total_inactive_file", cache}})},
                        {"limit", number(stats.memory_limit_bytes)}});
}

Value io_document(const runtime::ContainerStats& stats) {
  Value list = Value::list();
  auto add = [&list](const char* operation, std::uint64_t bytes) {
    list.push_back(Value::object({{"major", 0}, {"minor", 0}, {"op", operation}, {"value", number(bytes)}}));
  };
  add("read", stats.block_read_bytes);
  add("write", stats.block_write_bytes);
  return Value::object({{"io_service_bytes_recursive", std::move(list)}});
}

Value networks_document(const runtime::ContainerStats& stats) {
  Value out = Value::object();
  for (const runtime::NetworkCounters& one : stats.networks)
    out.set(one.interface, Value::object({{"rx_bytes", number(one.rx_bytes)},
                                          {"rx_packets", number(one.rx_packets)},
                                          {"rx_errors", number(one.rx_errors)},
                                          {"rx_dropped", number(one.rx_dropped)},
                                          {"tx_bytes", number(one.tx_bytes)},
                                          {"tx_packets", number(one.tx_packets)},
                                          {"tx_errors", number(one.tx_errors)},
                                          {"tx_dropped", number(one.tx_dropped)}}));
  return out;
}

Value rates_document(const runtime::ContainerStats& before, const runtime::ContainerStats& last) {
  auto total = [](const runtime::ContainerStats& stats, std::uint64_t runtime::NetworkCounters::* counter) {
    double sum = 0;
    for (const runtime::NetworkCounters& one : stats.networks) sum += static_cast<double>(one.*counter);
    return sum;
  };
  double seconds = static_cast<double>(last.read_at - before.read_at) / 1000;
  auto rate = [&](std::uint64_t runtime::NetworkCounters::* counter) {
    return seconds > 0 ? (total(last, counter) - total(before, counter)) / seconds : 0.0;
  };
  return Value::object({{"rx_bytes_per_sec", rate(&runtime::NetworkCounters::rx_bytes)},
                        {"tx_bytes_per_sec", rate(&runtime::NetworkCounters::tx_bytes)}});
}

}  // namespace

Value stats_document(const Readings* readings, const std::string& container_id, const std::string& name) {
  if (!readings) return {};
  const runtime::ContainerStats& last = readings->last;
  const runtime::ContainerStats before = readings->before.value_or(runtime::ContainerStats{});
  Value out = Value::object({{"read", iso8601_ms(last.read_at)},
                             {"preread", iso8601_ms(before.read_at)},
                             {"pids_stats", Value::object({{"current", number(last.pids)}})},
                             {"blkio_stats", io_document(last)},
                             {"num_procs", 0},
                             {"storage_stats", Value::object()},
                             {"cpu_stats", cpu_document(last)},
                             {"precpu_stats", cpu_document(before)},
                             {"memory_stats", memory_document(last)},
                             {"name", name},
                             {"id", container_id}});
  if (!last.networks.empty()) {
    out.set("networks", networks_document(last));
    if (readings->before) out.set("network_rate_stats", rates_document(before, last));
  }
  return out;
}

}  // namespace slipway::agent
