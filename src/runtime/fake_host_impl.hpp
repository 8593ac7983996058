#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/fake_host.hpp"

namespace slipway::runtime {

struct FakeHost::Container {
  ContainerSpec spec;
  FakeScript script;
  ContainerStatus status;
  std::optional<Instant> ends_at;  // when it exits by itself, or after a signal
  int pending_exit_code = 0;
  bool pending_oom = false;
  std::vector<int> signals;
  std::vector<OutputRecord> output;
  std::uint64_t output_end = 0;
  std::vector<int> watchers;  // eventfds of readers
};

}  // namespace slipway::runtime
