#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/policy/policy.hpp"

namespace slipway::auth::policy {

// Compiled policies by the text of their document. A document's meaning is its text's alone, so nothing has
// to be told when a policy changes: the new text is another entry. Two generations: when the young one is
// full it becomes the old one, and what is asked for again moves over; so it never holds more than twice its
// limits (limits::policy_cache_documents, policy_cache_bytes) and never forgets what every call uses.
//
// Of one thread: the turn's.
class Cache {
 public:
  // Null for a document that does not compile (it was stored by a release that knew fewer rules): deny then.
  PolicyPtr find(std::string_view document, Use use);

  std::size_t compiled() const { return compiled_; }  // so far, for tests and figures

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Generation {
    std::unordered_map<std::string, PolicyPtr, Hash, std::equal_to<>> by_document;
    std::size_t bytes = 0;
  };
  void add(std::string_view document, PolicyPtr policy, Generation (&generations)[2]);

  Generation generations_[3][2];  // by use; young and old
  std::size_t compiled_ = 0;
};

}  // namespace slipway::auth::policy
