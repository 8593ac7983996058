#pragma once

#include <string>
#include <string_view>

#include "services/common/page.hpp"
#include "services/kms/lookup.hpp"

namespace slipway::services::kms {

// One page of a listing in order of key: Limit and Marker in, Truncated and NextMarker out.
class Pager {
 public:
  // `parameters` is what else was asked; a marker is good for the same question only (InvalidMarkerException).
  template <class Request>
  static Result<Pager> open(const Call& call, const Request& request, std::size_t items,
                            std::string_view parameters = {}) {
    Pager pager;
    pager.question_ =
        call.realm.prefix() + std::string(call.operation.name) + "/" + std::string(parameters);
    pager.left_ = request.has_limit() ? std::size_t(request.limit()) : items;
    if (!request.has_marker()) return pager;
    auto after = open_page_token(request.marker(), pager.question_);
    if (!after) return fail("InvalidMarkerException", "The marker is not one that this listing gave.");
    pager.after_ = std::move(*after);
    return pager;
  }

  const std::string& after() const { return after_; }
  // False when the page is full, and then something is left.
  bool admits(std::string_view key) {
    if (left_ == 0) {
      truncated_ = true;
      return false;
    }
    --left_;
    last_ = key;
    return true;
  }
  template <class Response>
  void close(Response& response) const {
    response.set_truncated(truncated_);
    if (truncated_) response.set_next_marker(page_token(last_, question_));
  }

 private:
  std::string question_, after_, last_;
  std::size_t left_ = 0;
  bool truncated_ = false;
};

}  // namespace slipway::services::kms
