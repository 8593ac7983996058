#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/image/sha256.hpp"
#include "base/result.hpp"

namespace slipway::agent {

// A tar as it comes out of its compression (none, gzip or zstd, told by the first bytes), hashed on the way
// and held to limits::image_layer_bytes and limits::image_ratio.
class TarStream {
 public:
  // Reads `descriptor`, which stays the caller's, from where it stands.
  explicit TarStream(int descriptor);
  ~TarStream();

  // The next piece, good until the next call; empty at the end. "InvalidImage", "ImageStoreError".
  Result<std::string_view> next();
  std::uint64_t bytes() const { return out_bytes_; }
  // Of all that came out so far.
  std::string digest() { return hash_.digest(); }

  class Decoder;  // one compression

 private:
  Result<> fill();

  int descriptor_;
  std::unique_ptr<Decoder> decoder_;
  std::string in_, out_;
  std::string_view rest_;  // of in_, not decoded yet
  bool in_ended_ = false;
  std::uint64_t in_bytes_ = 0, out_bytes_ = 0;
  Sha256 hash_;
};

}  // namespace slipway::agent
