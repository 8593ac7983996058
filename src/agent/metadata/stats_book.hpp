#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "runtime/container.hpp"

namespace slipway::agent {

// A container's last two readings: rates need both.
struct Readings {
  std::optional<runtime::ContainerStats> before;
  runtime::ContainerStats last;
};

// What was read of the running containers and of the disk that tasks use, by their ids.
class StatsBook {
 public:
  void add(const std::string& container_id, runtime::ContainerStats stats) {
    auto at = readings_.find(container_id);
    if (at == readings_.end())
      readings_.emplace(container_id, Readings{{}, std::move(stats)});
    else
      at->second = {std::move(at->second.last), std::move(stats)};
  }
  const Readings* find(const std::string& container_id) const {
    auto at = readings_.find(container_id);
    return at == readings_.end() ? nullptr : &at->second;
  }
  void forget(const std::string& container_id) { readings_.erase(container_id); }

  void add_disk(const std::string& task_id, std::uint64_t bytes) { disk_bytes_[task_id] = bytes; }
  std::optional<std::uint64_t> disk_bytes(const std::string& task_id) const {
    auto at = disk_bytes_.find(task_id);
    return at == disk_bytes_.end() ? std::nullopt : std::optional(at->second);
  }
  void forget_disk(const std::string& task_id) { disk_bytes_.erase(task_id); }

 private:
  std::map<std::string, Readings> readings_;
  std::map<std::string, std::uint64_t> disk_bytes_;
};

}  // namespace slipway::agent
