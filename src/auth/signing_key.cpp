#include "auth/signing_key.hpp"

#include <openssl/crypto.h>

#include <list>
#include <string>
#include <unordered_map>

#include "auth/canonical.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

Digest derive(std::string_view secret, const CredentialScope& scope) {
  std::string seed = "AWS4";
  seed += secret;
  Digest key = hmac_sha256(seed, scope.date);
  OPENSSL_cleanse(seed.data(), seed.size());
  key = hmac_sha256(view(key), scope.region);
  key = hmac_sha256(view(key), scope.service);
  return hmac_sha256(view(key), terminator);
}

// One per thread: no lock, and with a handful of I/O threads the few keys are worth holding that often.
class Cache {
 public:
  const Digest& get(std::string_view secret, const CredentialScope& scope) {
    name_.clear();
    ((name_ += scope.access_key_id) += '/') += scope.date;
    (((name_ += '/') += scope.region) += '/') += scope.service;
    const auto found = index_.find(name_);
    if (found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      Entry& entry = entries_.front();
      if (entry.secret != secret) {  // the key's secret was replaced in the snapshot
        entry.secret = secret;
        entry.key = derive(secret, scope);
      }
      return entry.key;
    }
    if (entries_.size() == limits::signing_key_cache_entries) {
      index_.erase(entries_.back().name);
      entries_.pop_back();
    }
    entries_.emplace_front(name_, std::string(secret), derive(secret, scope));
    index_.emplace(entries_.front().name, entries_.begin());
    return entries_.front().key;
  }

 private:
  struct Entry {
    std::string name, secret;
    Digest key;

    Entry(std::string n, std::string s, const Digest& k) : name(std::move(n)), secret(std::move(s)), key(k) {}
    ~Entry() {
      OPENSSL_cleanse(secret.data(), secret.size());
      OPENSSL_cleanse(key.data(), key.size());
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
  };

  std::string name_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
};

}  // namespace

Digest signing_key(std::string_view secret, const CredentialScope& scope) {
  static thread_local Cache cache;
  return cache.get(secret, scope);
}

std::array<char, 64> signature_of(std::string_view secret, const CredentialScope& scope,
                                  std::string_view string_to_sign) {
  const Digest key = signing_key(secret, scope);
  return hex_of(hmac_sha256(view(key), string_to_sign));
}

}  // namespace slipway::auth
