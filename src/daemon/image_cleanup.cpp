#include "daemon/image_cleanup.hpp"

#include <algorithm>
#include <charconv>

#include "base/log.hpp"

namespace slipway::daemon {
namespace {

constexpr std::int64_t busy_again_ms = 60'000;

std::unexpected<Error> invalid(std::string message) {
  return fail("InvalidArgument", std::move(message));
}

Result<unsigned> parse_percent(const char* name, const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > 100)
    return invalid(std::string("--") + name + " must be a percentage, not '" + text + "'");
  return value;
}

std::string names_of(const std::vector<std::string>& images) {
  std::string out;
  for (const std::string& name : images) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

Result<std::int64_t> parse_duration_ms(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, std::size_t(text.data() + text.size() - end));
  const std::int64_t factor = unit == "s"                ? 1'000
                              : unit == "m"              ? 60'000
                              : unit == "h"              ? 3'600'000
                              : unit == "d"              ? 86'400'000
                              : unit == "" && value == 0 ? 1
                                                         : 0;
  if (error != std::errc() || factor == 0 || value < 0 || value > 1'000'000)
    return invalid("'" + std::string(text) + "' is no time such as 90s, 30m, 168h or 7d");
  return value * factor;
}

Result<ImageCleanup> image_cleanup_of(const ServerConfig& config) {
  ImageCleanup out;
  auto interval = parse_duration_ms(config.image_cleanup_interval),
       age = parse_duration_ms(config.image_cleanup_age);
  if (!interval) return invalid("--image-cleanup-interval: " + interval.error().message);
  if (!age) return invalid("--image-cleanup-age: " + age.error().message);
  auto high = parse_percent("image-disk-high", config.image_disk_high),
       low = parse_percent("image-disk-low", config.image_disk_low);
  if (!high) return pass(high);
  if (!low) return pass(low);
  if (*low > *high) return invalid("--image-disk-low must not be above --image-disk-high");
  out.interval_ms = config.image_pull_behavior == "prefer-cached" ? 0 : *interval;
  out.options.unused_ms = *age;
  out.options.disk_high = *high;
  out.options.disk_low = *low;
  return out;
}

http::Task<void> clean_up_images(agent::ImageStore& store, http::Loop& loop, http::WorkerPool& workers,
                                 Clock& clock, ImageCleanup cleanup, http::Cancel stopping) {
  if (cleanup.interval_ms == 0) co_return;
  std::int64_t wait_ms = cleanup.interval_ms;
  while (co_await loop.sleep(wait_ms, stopping)) {
    agent::CollectOptions options = cleanup.options;
    options.now = clock.now();
    auto collect = [&store, options] { return store.collect(options); };
    auto done = co_await http::run_blocking(workers, std::move(collect));
    wait_ms = cleanup.interval_ms;
    if (done && !done->images.empty())
      log::info("images that nobody uses are gone",
                {{"images", names_of(done->images)}, {"freed_bytes", done->freed_bytes}});
    if (!done && done.error().code == "ImageStoreBusy")
      wait_ms = std::min(wait_ms, busy_again_ms);
    else if (!done)
      log::warn("images cannot be cleaned up", {{"reason", done.error().message}});
  }
}

}  // namespace slipway::daemon
