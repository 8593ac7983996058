#include "figures.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace slipway::bench {

std::int64_t monotonic_ns() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

std::int64_t process_cpu_ns(int pid) {
  clockid_t clock;
  timespec time;
  if (pid <= 0 || ::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

std::int64_t machine_cpu_ns() {
  std::ifstream file("/proc/stat");
  std::string label;
  std::int64_t ticks = 0, field = 0;
  file >> label;
  for (int at = 0; at < 8 && file >> field; ++at)
    if (at != 3 && at != 4) ticks += field;  // idle, iowait
  return ticks * (1'000'000'000 / ::sysconf(_SC_CLK_TCK));
}

std::int64_t quantile(std::vector<std::int64_t>& samples, double share) {
  if (samples.empty()) return 0;
  std::ranges::sort(samples);
  return samples[std::min(samples.size() - 1, std::size_t(double(samples.size()) * share))];
}

std::string Flags::text(std::string_view name, std::string_view otherwise) const {
  const auto values = all(name);
  return values.empty() ? std::string(otherwise) : values.back();
}

std::int64_t Flags::number(std::string_view name, std::int64_t otherwise) const {
  const std::string value = text(name);
  return value.empty() ? otherwise : std::atoll(value.c_str());
}

std::vector<std::string> Flags::all(std::string_view name) const {
  std::vector<std::string> values;
  for (std::size_t at = 0; at + 1 < arguments_.size(); at += 2)
    if (arguments_[at] == "--" + std::string(name)) values.push_back(arguments_[at + 1]);
  return values;
}

JsonLine::JsonLine(std::string_view bench) : text_("{\"bench\":\"" + std::string(bench) + "\"") {}

JsonLine& JsonLine::add(std::string_view name, double value) {
  char number[64];
  std::snprintf(number, sizeof number, "%.3f", value);
  text_ += ",\"" + std::string(name) + "\":" + number;
  return *this;
}

JsonLine& JsonLine::add(std::string_view name, std::string_view value) {
  text_ += ",\"" + std::string(name) + "\":\"" + std::string(value) + "\"";
  return *this;
}

JsonLine& JsonLine::add_latency(std::string_view prefix, std::vector<std::int64_t> samples_ns) {
  const std::string name(prefix);
  const std::pair<const char*, double> shares[] = {
      {"min_ms", 0}, {"p50_ms", 0.5}, {"p95_ms", 0.95}, {"p99_ms", 0.99}, {"max_ms", 1}};
  for (auto [label, share] : shares) add(name + label, double(quantile(samples_ns, share)) / 1e6);
  return *this;
}

void JsonLine::print() const {
  std::printf("%s}\n", text_.c_str());
  std::fflush(stdout);
}

void give_up(std::string_view why) {
  std::fprintf(stderr, "bench: %.*s\n", int(why.size()), why.data());
  std::exit(1);
}

}  // namespace slipway::bench
