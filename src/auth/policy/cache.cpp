#include "auth/policy/cache.hpp"

#include "base/limits.hpp"

namespace slipway::auth::policy {

void Cache::add(std::string_view document, PolicyPtr policy, Generation (&generations)[2]) {
  auto& [young, old] = generations;
  if (young.by_document.size() >= limits::policy_cache_documents ||
      young.bytes + document.size() > limits::policy_cache_bytes) {
    old = std::move(young);
    young = {};
  }
  young.bytes += document.size();
  young.by_document.emplace(document, std::move(policy));
}

PolicyPtr Cache::find(std::string_view document, Use use) {
  auto& generations = generations_[std::size_t(use)];
  auto& [young, old] = generations;
  if (auto it = young.by_document.find(document); it != young.by_document.end()) return it->second;
  PolicyPtr policy;
  if (auto it = old.by_document.find(document); it != old.by_document.end()) {
    policy = it->second;
  } else {
    ++compiled_;
    if (auto made = compile(document, use)) policy = std::move(*made);
  }
  add(document, policy, generations);
  return policy;
}

}  // namespace slipway::auth::policy
