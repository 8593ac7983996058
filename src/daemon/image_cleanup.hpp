#pragma once

#include <cstdint>
#include <string_view>

#include "agent/image/store.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "daemon/config.hpp"
#include "http/cancel.hpp"
#include "http/loop.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"

namespace slipway::daemon {

struct ImageCleanup {
  std::int64_t interval_ms = 0;  // 0: never
  agent::CollectOptions options;
};

// "90s", "30m", "168h", "7d", "0". "InvalidArgument".
Result<std::int64_t> parse_duration_ms(std::string_view text);
// From the settings image-cleanup-* and image-disk-*. "InvalidArgument" names the setting. With
// prefer-cached images stay, as ECS documents it.
Result<ImageCleanup> image_cleanup_of(const ServerConfig& config);

// Collects every interval, sooner after a time when images were being pulled. On the loop; the store is
// worked on `workers`.
http::Task<void> clean_up_images(agent::ImageStore& store, http::Loop& loop, http::WorkerPool& workers,
                                 Clock& clock, ImageCleanup cleanup, http::Cancel stopping);

}  // namespace slipway::daemon
