#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What every tool here shares: a clock, quantiles, flags, one JSON line of results.
namespace slipway::bench {

std::int64_t monotonic_ns();

// CPU that all threads of a process have used. 0 for no process.
std::int64_t process_cpu_ns(int pid);
// CPU that the whole machine has used (all but idle and iowait), in steps of 10 ms.
std::int64_t machine_cpu_ns();

// Sorts. `share` of 0.5 is the median; nearest rank, 0 for no samples.
std::int64_t quantile(std::vector<std::int64_t>& samples, double share);

// "--name value" pairs.
class Flags {
 public:
  Flags(int argc, char** argv) : arguments_(argv + 1, argv + argc) {}
  std::string text(std::string_view name, std::string_view otherwise = "") const;
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  // Every value of a flag that may come more than once.
  std::vector<std::string> all(std::string_view name) const;

 private:
  std::vector<std::string> arguments_;
};

// {"bench":"…","ops_per_s":…}: keys as given, in order.
class JsonLine {
 public:
  explicit JsonLine(std::string_view bench);
  JsonLine& add(std::string_view name, double value);
  JsonLine& add(std::string_view name, std::string_view value);
  // "<prefix>p50_ms", p95, p99, min and max of nanoseconds.
  JsonLine& add_latency(std::string_view prefix, std::vector<std::int64_t> samples_ns);
  void print() const;

 private:
  std::string text_;
};

// Prints to stderr and exits with 1: a benchmark that cannot go on has no figure.
[[noreturn]] void give_up(std::string_view why);

}  // namespace slipway::bench
