#include "auth/sealer.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <span>

#include "auth/digest.hpp"
#include "base/check.hpp"

// Random 96-bit nonces are safe for about 2^32 sealings under one key (SP 800-38D §8.3). At ten thousand
// tasks whose role sessions are renewed hourly that is fifty years; purposes have keys of their own besides.
namespace slipway::auth {
namespace {

constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// One context per thread, started anew for each message; see digest.cpp.
EVP_CIPHER_CTX* context() {
  static thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> mine(EVP_CIPHER_CTX_new());
  return mine.get();
}

const EVP_CIPHER* aes_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  check(cipher != nullptr, "OpenSSL has no AES-256-GCM");
  return cipher;
}

}  // namespace

Sealer::~Sealer() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::string Sealer::seal(Random& random, std::string_view plain, std::string_view associated) const {
  std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(out.data(), nonce_bytes)));
  const auto* key = reinterpret_cast<const unsigned char*>(key_.data());
  EVP_CIPHER_CTX* gcm = context();
  int length = 0;
  check(EVP_EncryptInit_ex2(gcm, aes_gcm(), key, bytes(out), nullptr) == 1 &&
            EVP_EncryptUpdate(gcm, nullptr, &length, bytes(associated), int(associated.size())) == 1 &&
            EVP_EncryptUpdate(gcm, bytes(out) + nonce_bytes, &length, bytes(plain), int(plain.size())) == 1 &&
            EVP_EncryptFinal_ex(gcm, bytes(out) + nonce_bytes + length, &length) == 1 &&
            EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_GET_TAG, int(tag_bytes),
                                bytes(out) + nonce_bytes + plain.size()) == 1,
        "AES-256-GCM failed");
  return out;
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view associated) const {
  if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const std::string_view body = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(nonce_bytes + body.size())), out(body.size(), '\0');
  const auto* key = reinterpret_cast<const unsigned char*>(key_.data());
  EVP_CIPHER_CTX* gcm = context();
  int length = 0;
  const bool good =
      EVP_DecryptInit_ex2(gcm, aes_gcm(), key, bytes(sealed), nullptr) == 1 &&
      EVP_DecryptUpdate(gcm, nullptr, &length, bytes(associated), int(associated.size())) == 1 &&
      EVP_DecryptUpdate(gcm, bytes(out), &length, bytes(body), int(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, int(tag_bytes), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(gcm, bytes(out) + length, &length) == 1;
  if (!good) return std::nullopt;
  return out;
}

Sealer Sealer::derived(std::string_view purpose) const {
  const std::string_view key(reinterpret_cast<const char*>(key_.data()), key_.size());
  Digest digest = hmac_sha256(key, "slipway/" + std::string(purpose));
  SealKey next;
  std::memcpy(next.data(), digest.data(), next.size());
  Sealer out(next);
  OPENSSL_cleanse(digest.data(), digest.size());
  OPENSSL_cleanse(next.data(), next.size());
  return out;
}

}  // namespace slipway::auth
