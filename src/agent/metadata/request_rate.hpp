#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "base/limits.hpp"
#include "base/time.hpp"

namespace slipway::agent {

// A token bucket for each caller: limits::metadata_requests_per_s, and bursts of limits::metadata_burst.
class RequestRate {
 public:
  // Takes one of the caller's tokens; false: it has none left.
  bool take(const std::string& caller, Instant now) {
    if (buckets_.size() >= callers_most) forget_idle(now);
    Bucket& bucket = buckets_.try_emplace(caller, Bucket{most, now}).first->second;
    bucket.tokens = tokens_at(bucket, now);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

 private:
  struct Bucket {
    double tokens;
    Instant at;
  };
  static constexpr double most = static_cast<double>(limits::metadata_burst);
  static constexpr std::size_t callers_most = 4'096;

  // A clock that was set back gives nothing and takes nothing.
  static double tokens_at(const Bucket& bucket, Instant now) {
    std::int64_t passed_ms = std::max<std::int64_t>(now - bucket.at, 0);
    return std::min(bucket.tokens + static_cast<double>(passed_ms * limits::metadata_requests_per_s) / 1000,
                    most);
  }
  // A full bucket is the same as none.
  void forget_idle(Instant now) {
    std::erase_if(buckets_, [now](const auto& entry) { return tokens_at(entry.second, now) >= most; });
  }

  std::map<std::string, Bucket> buckets_;
};

}  // namespace slipway::agent
