#include "agent/image/sha256.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>

#include "agent/image/files.hpp"
#include "base/check.hpp"
#include "base/encoding.hpp"

namespace slipway::agent {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() { start(); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void start() { check(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1, "OpenSSL has no SHA-256"); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  check(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 failed");
}

std::string Sha256::digest() {
  std::string bytes(32, '\0');
  check(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(bytes.data()), nullptr) == 1,
        "SHA-256 failed");
  state_->start();
  return "sha256:" + hex(bytes);
}

Result<std::string> digest_of_file(int descriptor) {
  Sha256 hash;
  std::string buffer(256 * 1024, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(descriptor, buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read", "a layer");
    if (got == 0) return hash.digest();
    hash.update(std::string_view(buffer).substr(0, std::size_t(got)));
    at += got;
  }
}

std::string digest_of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.digest();
}

}  // namespace slipway::agent
