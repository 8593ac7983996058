#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::agent {

// SHA-256 as it comes in (FIPS 180-4).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // "sha256:" and 64 hex digits. The object starts anew.
  std::string digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "sha256:…" of a whole file; its position does not matter and stays. "ImageStoreError".
Result<std::string> digest_of_file(int descriptor);

// "sha256:…" of a text.
std::string digest_of(std::string_view bytes);

}  // namespace slipway::agent
