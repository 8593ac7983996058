#include "agent/task/health_check.hpp"

#include <algorithm>
#include <array>

namespace slipway::agent {

namespace {

constexpr std::int64_t nanoseconds_per_ms = 1'000'000;
constexpr std::int64_t start_interval_ms = 5'000;  // Docker's default

bool starting(const HealthCheck& check, const Health& health, Instant started_at, Instant now) {
  return health.status == HealthStatus::unknown && now - started_at < check.start_period_ms;
}

}  // namespace

std::optional<HealthCheck> parse_health_check(const wire::Value& given) {
  std::vector<std::string> test;
  for (const wire::Value& word : given.get("Test").items()) test.emplace_back(word.string());
  if (test.size() < 2) return std::nullopt;
  HealthCheck check;
  if (test[0] == "CMD-SHELL")
    check.argv = {"/bin/sh", "-c", test[1]};
  else if (test[0] == "CMD")
    check.argv.assign(test.begin() + 1, test.end());
  else
    return std::nullopt;
  auto read = [&given](std::string_view member, std::int64_t& into_ms) {
    if (const std::int64_t ms = given.get(member).integer() / nanoseconds_per_ms; ms > 0) into_ms = ms;
  };
  read("Interval", check.interval_ms);
  read("Timeout", check.timeout_ms);
  read("StartPeriod", check.start_period_ms);
  if (const std::int64_t retries = given.get("Retries").integer(); retries > 0)
    check.retries = static_cast<int>(std::min<std::int64_t>(retries, 1'000));
  return check;
}

std::string_view health_status_name(HealthStatus status) {
  static constexpr std::array<std::string_view, 3> names = {"UNKNOWN", "HEALTHY", "UNHEALTHY"};
  return names[static_cast<std::size_t>(status)];
}

void take_probe(const HealthCheck& check, Instant started_at, bool passed, Instant now, Health& health) {
  HealthStatus status = health.status;
  if (passed) {
    health.failures = 0;
    status = HealthStatus::healthy;
  } else if (!starting(check, health, started_at, now) && ++health.failures >= check.retries) {
    status = HealthStatus::unhealthy;
  }
  if (status != health.status) health.since = now;
  health.status = status;
}

std::int64_t probe_pause_ms(const HealthCheck& check, const Health& health, Instant started_at, Instant now) {
  return starting(check, health, started_at, now) ? std::min(check.interval_ms, start_interval_ms)
                                                  : check.interval_ms;
}

}  // namespace slipway::agent
