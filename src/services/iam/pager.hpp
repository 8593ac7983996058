#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/common/call.hpp"

namespace slipway::services::iam {

// One page of a listing in order of key: MaxItems (100 where absent) and Marker in, IsTruncated and Marker
// out. How it is used:
//
//   auto pager = Pager::open(call, request, request.path_prefix());
//   for (item in order of key)
//     if (pager->skips(key)) continue; else if (!pager->admits(key)) break; else answer it
//   pager->close(response);
class Pager {
 public:
  // `parameters` is what else was asked; a marker is good for the same question only.
  // Error: ValidationError, for a marker that we did not give.
  template <class Request>
  static Result<Pager> open(const Call& call, const Request& request, std::string_view parameters = {}) {
    return open(call, request.marker(), request.has_max_items() ? request.max_items() : default_items,
                parameters);
  }

  // The key after which the page begins; empty for the first page.
  const std::string& after() const { return after_; }
  bool skips(std::string_view key) const { return key <= after_; }
  // False when the page is full, and then something is left.
  bool admits(std::string_view key);

  template <class Response>
  void close(Response& response) const {
    response.set_is_truncated(truncated_);
    if (truncated_) response.set_marker(marker());
  }

 private:
  static constexpr std::int64_t default_items = 100;  // IAM API, MaxItems

  Pager(std::string question, std::int64_t items) : question_(std::move(question)), left_(items) {}
  static Result<Pager> open(const Call& call, std::string_view marker, std::int64_t items,
                            std::string_view parameters);
  std::string marker() const;

  std::string question_, after_, last_;
  std::int64_t left_;
  bool truncated_ = false;
};

}  // namespace slipway::services::iam
