#include "auth/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "base/check.hpp"

// OpenSSL 3 looks an algorithm up by name, under a lock, in every one-shot call: several times what hashing a
// small request costs. So the algorithm is fetched once, and each thread keeps its contexts and starts them
// anew.
namespace slipway::auth {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};

const EVP_MD* fetched_sha256() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  check(algorithm != nullptr, "OpenSSL has no SHA256");
  return algorithm;
}

using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Free<EVP_MAC_CTX_free>>;

EVP_MAC_CTX* mac_context() {
  static thread_local const MacContext context = [] {
    static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    check(hmac != nullptr, "OpenSSL has no HMAC");
    MacContext fresh(EVP_MAC_CTX_new(hmac));
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                     OSSL_PARAM_construct_end()};
    check(EVP_MAC_CTX_set_params(fresh.get(), parameters) == 1, "OpenSSL has no HMAC-SHA256");
    return fresh;
  }();
  return context.get();
}

}  // namespace

Digest sha256(std::string_view bytes) {
  static thread_local const DigestContext context(EVP_MD_CTX_new());
  Digest digest;
  check(EVP_DigestInit_ex2(context.get(), fetched_sha256(), nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
            EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1,
        "SHA-256 failed");
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  EVP_MAC_CTX* context = mac_context();
  Digest digest;
  std::size_t length = 0;
  check(
      EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr) == 1 &&
          EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1 &&
          EVP_MAC_final(context, digest.data(), &length, digest.size()) == 1 && length == digest.size(),
      "HMAC-SHA-256 failed");
  return digest;
}

std::array<char, 64> hex_of(const Digest& digest) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<char, 64> text;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  return text;
}

}  // namespace slipway::auth
