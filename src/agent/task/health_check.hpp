#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "wire/value.hpp"

// A container's health check (ECS API reference, "HealthCheck"), carried out as Docker does: the first probe
// an interval after the start, the next an interval after the last one's end; so many failures in a row make
// it unhealthy, one success healthy. Failures within the start period do not count, and until the first
// success it is probed more often then.
namespace slipway::agent {

struct HealthCheck {
  std::vector<std::string> argv;  // what is run in the container: CMD-SHELL's in its /bin/sh
  std::int64_t interval_ms = 30'000, timeout_ms = 5'000, start_period_ms = 0;
  int retries = 3;

  bool operator==(const HealthCheck&) const = default;
};

// Docker's `config.Healthcheck`: {"Test": ["CMD", …] or ["CMD-SHELL", "…"], "Interval": nanoseconds, …}; zero
// is its default. Nothing for ["NONE"] and for forms that Docker does not know either.
std::optional<HealthCheck> parse_health_check(const wire::Value& healthcheck);

enum class HealthStatus { unknown, healthy, unhealthy };
// "UNKNOWN", "HEALTHY", "UNHEALTHY"
std::string_view health_status_name(HealthStatus);

struct Health {
  HealthStatus status = HealthStatus::unknown;
  Instant since;     // of the status
  int failures = 0;  // in a row
  // Of the last probe; forgotten with the agent.
  int exit_code = 0;
  std::string output;

  bool operator==(const Health&) const = default;
};

// What a probe of a container that runs since `started_at` says. A timeout is a failure.
void take_probe(const HealthCheck&, Instant started_at, bool passed, Instant now, Health&);
// How long after the start, or the last probe, the next one is.
std::int64_t probe_pause_ms(const HealthCheck&, const Health&, Instant started_at, Instant now);

}  // namespace slipway::agent
