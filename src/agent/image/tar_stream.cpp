#include "agent/image/tar_stream.hpp"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>

#include "agent/image/files.hpp"
#include "base/check.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

constexpr std::size_t chunk_bytes = 128 * 1024;

std::unexpected<Error> damaged(std::string why) {
  return fail("InvalidImage", std::move(why));
}

}  // namespace

class TarStream::Decoder {
 public:
  virtual ~Decoder() = default;
  // Takes from `in`, puts at most `room` bytes at `out` and says how many. `last`: no more input will come.
  virtual Result<std::size_t> decode(std::string_view& in, char* out, std::size_t room, bool last) = 0;
};

namespace {

class Plain final : public TarStream::Decoder {
 public:
  Result<std::size_t> decode(std::string_view& in, char* out, std::size_t room, bool) override {
    const std::size_t count = in.copy(out, room);
    in.remove_prefix(count);
    return count;
  }
};

class Gzip final : public TarStream::Decoder {
 public:
  Gzip() { check(::inflateInit2(&stream_, 15 + 16) == Z_OK, "zlib cannot start"); }
  ~Gzip() override { ::inflateEnd(&stream_); }

  Result<std::size_t> decode(std::string_view& in, char* out, std::size_t room, bool last) override {
    if (between_members_) {
      // Members may follow each other (RFC 1952 §2.2); zeros that pad the file to a block are no member.
      while (in.starts_with('\0')) in.remove_prefix(1);
      if (in.empty()) return 0;
      ::inflateReset(&stream_);
      between_members_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = uInt(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = uInt(room);
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    in = in.substr(in.size() - stream_.avail_in);
    between_members_ = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return damaged(std::string("damaged gzip stream: ") + (stream_.msg ? stream_.msg : "invalid data"));
    if (last && in.empty() && !between_members_ && stream_.avail_out == room)
      return damaged("damaged gzip stream: unexpected EOF");
    return room - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool between_members_ = false;
};

class Zstd final : public TarStream::Decoder {
 public:
  Zstd() : stream_(::ZSTD_createDStream()) { check(stream_ != nullptr, "zstd cannot start"); }
  ~Zstd() override { ::ZSTD_freeDStream(stream_); }

  Result<std::size_t> decode(std::string_view& in, char* out, std::size_t room, bool last) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, room, 0};
    const std::size_t status = ::ZSTD_decompressStream(stream_, &to, &from);
    in.remove_prefix(from.pos);
    if (::ZSTD_isError(status))
      return damaged(std::string("damaged zstd stream: ") + ::ZSTD_getErrorName(status));
    if (from.pos > 0 || to.pos > 0) in_frame_ = status != 0;
    if (last && in.empty() && to.pos == 0 && in_frame_) return damaged("damaged zstd stream: unexpected EOF");
    return to.pos;
  }

 private:
  ZSTD_DStream* stream_;
  bool in_frame_ = false;
};

Result<std::unique_ptr<TarStream::Decoder>> decoder_for(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return std::make_unique<Gzip>();
  if (head.starts_with("\x28\xb5\x2f\xfd")) return std::make_unique<Zstd>();
  if (head.starts_with("BZh")) return damaged("compressed with bzip2; gzip and zstd are supported");
  if (head.starts_with("\xfd"
                       "7zXZ"))
    return damaged("compressed with xz; gzip and zstd are supported");
  return std::make_unique<Plain>();
}

}  // namespace

TarStream::TarStream(int descriptor)
    : descriptor_(descriptor), in_(chunk_bytes, '\0'), out_(chunk_bytes, '\0') {}
TarStream::~TarStream() = default;

Result<> TarStream::fill() {
  if (!rest_.empty() || in_ended_) return {};
  ssize_t got;
  do got = ::read(descriptor_, in_.data(), in_.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) return disk_error("read", "layer");
  in_ended_ = got == 0;
  in_bytes_ += std::uint64_t(got);
  rest_ = std::string_view(in_).substr(0, std::size_t(got));
  return {};
}

Result<std::string_view> TarStream::next() {
  for (;;) {
    if (auto filled = fill(); !filled) return pass(filled);
    if (!decoder_) {
      auto decoder = decoder_for(rest_);
      if (!decoder) return pass(decoder);
      decoder_ = std::move(*decoder);
    }
    const auto got = decoder_->decode(rest_, out_.data(), out_.size(), in_ended_);
    if (!got) return std::unexpected(got.error());
    if (*got == 0 && in_ended_ && rest_.empty()) return std::string_view();
    if (*got == 0) continue;
    const std::string_view piece = std::string_view(out_).substr(0, *got);
    out_bytes_ += piece.size();
    hash_.update(piece);
    if (out_bytes_ > limits::image_layer_bytes)
      return damaged("larger than " + std::to_string(limits::image_layer_bytes) + " bytes unpacked");
    if (out_bytes_ > limits::image_ratio_free_bytes && out_bytes_ / limits::image_ratio > in_bytes_)
      return damaged("unpacks to more than " + std::to_string(limits::image_ratio) + " times its size");
    return piece;
  }
}

}  // namespace slipway::agent
