#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/body_budget.hpp"
#include "http/parser.hpp"
#include "http/stream.hpp"

namespace slipway::http {

inline constexpr const char* no_room_for_body = "TooManyBodies";

// Within http/: the receiving half of a connection: the bytes that have come, heads and bodies taken out of
// them. What lies behind a message stays for the next one (pipelining).
class Inbound {
 public:
  // `limit_bytes` bounds what lies in memory undigested; at least a whole head must fit.
  Inbound(Stream& stream, std::size_t limit_bytes) : stream_(stream), limit_bytes_(limit_bytes) {}

  bool empty() const { return begin_ == end_; }
  std::string_view bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t count);
  // Gives back memory that a long head took, while nothing lies in it.
  void shrink();
  // Waits for more bytes: how many came, 0 at the peer's end.
  Task<Result<std::size_t>> fill(std::int64_t deadline_ms);

  // Reads a head with `parser`, started before. "InvalidMessage" with the status to refuse with; "Timeout";
  // "ConnectionClosed" when the peer ended, with http_status 0 if not even a byte had come.
  Task<Result<>> read_head(Parser& parser, std::int64_t deadline_ms);

  // The body behind a head. `parser` stays in use until the body is done.
  void begin_body(Parser& parser);
  bool body_done() const;
  // Fills some of `into`; 0 when the body is done.
  Task<Result<std::size_t>> read_body(std::span<char> into, std::int64_t deadline_ms);
  // The rest of the body, appended. "MessageTooLarge" (413) beyond `limit_bytes`; no_room_for_body (503)
  // where `share`, if there is one, cannot grow with it.
  Task<Result<>> read_whole_body(std::string& into, std::size_t limit_bytes, std::int64_t deadline_ms,
                                 BodyShare* share = nullptr);

 private:
  bool make_room();
  std::size_t take(std::span<char> into);
  Task<Result<>> decode_more(std::string& into, std::int64_t deadline_ms);

  Stream& stream_;
  std::size_t limit_bytes_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  Parser* parser_ = nullptr;
  Framing framing_;
  std::uint64_t body_left_ = 0;  // of a Content-Length
  bool until_close_done_ = false;
  std::string decoded_;  // of a chunked body, not handed out yet
  std::size_t decoded_at_ = 0;
};

}  // namespace slipway::http
