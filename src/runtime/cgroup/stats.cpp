// The counters of a group: isolation.md's table of what lies where in the two versions, as code.
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "runtime/cgroup/cgroups.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t number_in(const std::string& path) {
  return number(read_file_or_empty(path));
}

// The value of "key value" on a line of its own.
std::uint64_t value_of(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ' ')
      return number(line.substr(key.size() + 1));
    at = end + 1;
  }
  return 0;
}

// Sums "… Read 4096" lines (version 1) or "rbytes=4096" fields (version 2) over all devices.
std::uint64_t sum_after(std::string_view text, std::string_view mark) {
  std::uint64_t sum = 0;
  for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1))
    sum += number(text.substr(at + mark.size()));
  return sum;
}

std::uint64_t host_memory_bytes() {
  return std::uint64_t(::sysconf(_SC_PHYS_PAGES)) * std::uint64_t(::sysconf(_SC_PAGESIZE));
}

// First line of /proc/stat, without guest time, which user time holds already.
std::uint64_t host_cpu_ns() {
  const std::string text = read_file("/proc/stat", 256).value_or("");
  std::string_view line = std::string_view(text).substr(0, text.find('\n'));
  std::uint64_t ticks = 0;
  for (int field = 0; field < 8; ++field) {
    const std::size_t at = line.find_first_of("0123456789");
    if (at == line.npos) break;
    line.remove_prefix(at);
    ticks += number(line);
    line.remove_prefix(std::min(line.find(' '), line.size()));
  }
  return ticks * (1'000'000'000ull / std::uint64_t(::sysconf(_SC_CLK_TCK)));
}

}  // namespace

std::uint64_t Cgroups::oom_kills(std::string_view group) const {
  const std::string at = directory("memory", group);
  if (at.empty()) return 0;
  return value_of(read_file_or_empty(at + (v2() ? "/memory.events" : "/memory.oom_control")), "oom_kill");
}

void Cgroups::read(std::string_view group, ContainerStats& stats) const {
  stats.read_at = Instant{now_ns() / 1'000'000};
  stats.online_cpus = unsigned(::sysconf(_SC_NPROCESSORS_ONLN));
  stats.host_cpu_ns = host_cpu_ns();
  v2() ? read_v2(group, stats) : read_v1(group, stats);
  const std::uint64_t all = host_memory_bytes();
  if (stats.memory_limit_bytes == 0 || stats.memory_limit_bytes > all) stats.memory_limit_bytes = all;
}

void Cgroups::read_v1(std::string_view group, ContainerStats& stats) const {
  const std::string memory = directory("memory", group), cpu = directory("cpu", group),
                    cpuacct = directory("cpuacct", group), blkio = directory("blkio", group),
                    pids = directory("pids", group);
  stats.cpu_total_ns = number_in(cpuacct + "/cpuacct.usage");
  const std::uint64_t tick_ns = 1'000'000'000ull / std::uint64_t(::sysconf(_SC_CLK_TCK));
  const std::string times = read_file_or_empty(cpuacct + "/cpuacct.stat");
  stats.cpu_user_ns = value_of(times, "user") * tick_ns;
  stats.cpu_system_ns = value_of(times, "system") * tick_ns;
  const std::string throttling = read_file_or_empty(cpu + "/cpu.stat");
  stats.cpu_periods = value_of(throttling, "nr_periods");
  stats.cpu_throttled_periods = value_of(throttling, "nr_throttled");
  stats.cpu_throttled_ns = value_of(throttling, "throttled_time");
  stats.memory_bytes = number_in(memory + "/memory.usage_in_bytes");
  stats.memory_max_bytes = number_in(memory + "/memory.max_usage_in_bytes");
  const std::string parts = read_file_or_empty(memory + "/memory.stat");
  stats.memory_cache_bytes = value_of(parts, "total_inactive_file");
  stats.memory_limit_bytes = value_of(parts, "hierarchical_memory_limit");
  stats.pids = number_in(pids + "/pids.current");
  const std::string blocks = read_file_or_empty(blkio + "/blkio.throttle.io_service_bytes_recursive");
  stats.block_read_bytes = sum_after(blocks, " Read ");
  stats.block_write_bytes = sum_after(blocks, " Write ");
}

void Cgroups::read_v2(std::string_view group, ContainerStats& stats) const {
  const std::string at = directory("", group);
  const std::string cpu = read_file_or_empty(at + "/cpu.stat");
  stats.cpu_total_ns = value_of(cpu, "usage_usec") * 1'000;
  stats.cpu_user_ns = value_of(cpu, "user_usec") * 1'000;
  stats.cpu_system_ns = value_of(cpu, "system_usec") * 1'000;
  stats.cpu_periods = value_of(cpu, "nr_periods");
  stats.cpu_throttled_periods = value_of(cpu, "nr_throttled");
  stats.cpu_throttled_ns = value_of(cpu, "throttled_usec") * 1'000;
  stats.memory_bytes = number_in(at + "/memory.current");
  stats.memory_max_bytes = number_in(at + "/memory.peak");
  stats.memory_cache_bytes = value_of(read_file_or_empty(at + "/memory.stat"), "inactive_file");
  stats.pids = number_in(at + "/pids.current");
  const std::string blocks = read_file_or_empty(at + "/io.stat");
  stats.block_read_bytes = sum_after(blocks, "rbytes=");
  stats.block_write_bytes = sum_after(blocks, "wbytes=");
  // The smallest limit on the way up holds.
  for (std::string up(group);; up.erase(up.rfind('/'))) {
    const std::uint64_t limit = number_in(directory("", up) + "/memory.max");  // "max" reads as 0
    if (limit > 0 && (stats.memory_limit_bytes == 0 || limit < stats.memory_limit_bytes))
      stats.memory_limit_bytes = limit;
    if (up.find('/') == up.npos) break;
  }
}

}  // namespace slipway::runtime
