#include "services/iam/pager.hpp"

#include "services/common/page.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {

Result<Pager> Pager::open(const Call& call, std::string_view marker, std::int64_t items,
                          std::string_view parameters) {
  Pager pager(call.realm.account + "/" + std::string(call.operation.name) + "/" + std::string(parameters),
              items);
  if (marker.empty()) return pager;
  auto after = open_page_token(marker, pager.question_);
  if (!after) return validation_error("Invalid Marker.");
  pager.after_ = std::move(*after);
  return pager;
}

bool Pager::admits(std::string_view key) {
  if (left_ == 0) {
    truncated_ = true;
    return false;
  }
  --left_;
  last_ = key;
  return true;
}

std::string Pager::marker() const {
  return page_token(last_, question_);
}

}  // namespace slipway::services::iam
