#include "http/body_budget.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::http {

bool BodyBudget::take(const std::string& peer, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  if (most_ > 0 && bytes > most_ - taken_) return false;
  if (most_per_peer_ > 0) {
    const auto own = taken_by_.find(peer);
    if (bytes > most_per_peer_ - (own == taken_by_.end() ? 0 : own->second)) return false;
    taken_by_[peer] += bytes;
  }
  taken_ += bytes;
  return true;
}

void BodyBudget::give_back(const std::string& peer, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  taken_ -= bytes;
  if (most_per_peer_ == 0) return;
  if (const auto own = taken_by_.find(peer); (own->second -= bytes) == 0) taken_by_.erase(own);
}

bool BodyShare::grow_to(std::size_t bytes) {
  const std::size_t counted = bytes - std::min(bytes, limits::http_small_body_bytes);
  if (counted <= taken_) return true;
  if (!budget_.take(peer_, counted - taken_)) return false;
  taken_ = counted;
  return true;
}

void BodyShare::reset() {
  if (taken_ > 0) budget_.give_back(peer_, taken_);
  taken_ = 0;
}

}  // namespace slipway::http
