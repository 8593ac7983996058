#include "http/inbound.hpp"

#include <algorithm>
#include <cstring>

namespace slipway::http {
namespace {

constexpr std::size_t first_buffer_bytes = 4 * 1024;
constexpr std::size_t body_step_bytes =
    256 * 1024;  // a body's claimed length is not yet a reason to allocate it

std::unexpected<Error> invalid(int status) {
  return fail("InvalidMessage", "The HTTP message is not valid: " + std::string(reason_phrase(status)) + ".",
              status);
}

std::unexpected<Error> ended() {
  return fail("ConnectionClosed", "The connection ended within a message.");
}

}  // namespace

void Inbound::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

void Inbound::shrink() {
  if (!empty() || capacity_ <= first_buffer_bytes) return;
  buffer_.reset();
  capacity_ = 0;
}

bool Inbound::make_room() {
  if (end_ < capacity_) return true;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  } else {
    if (capacity_ >= limit_bytes_) return false;
    std::size_t larger = std::max(first_buffer_bytes, std::min(capacity_ * 2, limit_bytes_));
    auto grown = std::make_unique_for_overwrite<char[]>(larger);
    if (end_ > begin_) std::memcpy(grown.get(), buffer_.get() + begin_, end_ - begin_);
    buffer_ = std::move(grown);
    capacity_ = larger;
  }
  end_ -= begin_;
  begin_ = 0;
  return true;
}

Task<Result<std::size_t>> Inbound::fill(std::int64_t deadline_ms) {
  if (!make_room()) co_return invalid(431);
  Result<std::size_t> got = co_await stream_.read_some({buffer_.get() + end_, capacity_ - end_}, deadline_ms);
  if (got) end_ += *got;
  co_return got;
}

Task<Result<>> Inbound::read_head(Parser& parser, std::int64_t deadline_ms) {
  bool begun = false;
  while (true) {
    // Empty lines before a message are skipped (RFC 9112 §2.2): old clients send one behind a body.
    while (!begun && bytes().starts_with("\r\n")) consume(2);
    if (!empty() && bytes() != "\r") {
      begun = true;
      Parsed parsed = parser.parse_head(bytes());
      consume(parsed.consumed);
      if (parsed.refused_status) co_return invalid(parsed.refused_status);
      if (parser.head_done()) co_return Result<>();
    }
    Result<std::size_t> got = co_await fill(deadline_ms);
    if (!got) {
      if (!begun && got.error().code == "ConnectionClosed") got.error().http_status = 0;
      co_return pass(got);
    }
    if (*got == 0) {
      auto error = ended();
      if (!begun) error.error().http_status = 0;
      co_return error;
    }
  }
}

void Inbound::begin_body(Parser& parser) {
  parser_ = &parser;
  framing_ = parser.framing();
  body_left_ = framing_.content_length;
  until_close_done_ = false;
  decoded_.clear();
  decoded_at_ = 0;
}

bool Inbound::body_done() const {
  if (framing_.chunked) return parser_->chunks_done() && decoded_at_ == decoded_.size();
  if (framing_.until_close) return until_close_done_;
  return body_left_ == 0;
}

std::size_t Inbound::take(std::span<char> into) {
  std::size_t count = std::min(into.size(), end_ - begin_);
  if (count) std::memcpy(into.data(), buffer_.get() + begin_, count);
  consume(count);
  return count;
}

// Decodes what lies in the buffer, reading more first if that is not enough for any progress.
Task<Result<>> Inbound::decode_more(std::string& into, std::int64_t deadline_ms) {
  std::size_t before = into.size();
  while (into.size() == before && !parser_->chunks_done()) {
    if (!empty()) {
      Parsed parsed = parser_->parse_chunks(bytes(), into);
      consume(parsed.consumed);
      if (parsed.refused_status) co_return invalid(parsed.refused_status);
      if (parsed.consumed > 0) continue;
    }
    Result<std::size_t> got = co_await fill(deadline_ms);
    if (!got) co_return pass(got);
    if (*got == 0) co_return ended();
  }
  co_return Result<>();
}

Task<Result<std::size_t>> Inbound::read_body(std::span<char> into, std::int64_t deadline_ms) {
  if (body_done() || into.empty()) co_return std::size_t{0};
  if (framing_.chunked) {
    if (decoded_at_ == decoded_.size()) {
      decoded_.clear();
      decoded_at_ = 0;
      Result<> more = co_await decode_more(decoded_, deadline_ms);
      if (!more) co_return pass(more);
    }
    std::size_t count = decoded_.copy(into.data(), into.size(), decoded_at_);
    decoded_at_ += count;
    co_return count;
  }

  if (!framing_.until_close) into = into.first(std::min<std::uint64_t>(into.size(), body_left_));
  std::size_t count = take(into);
  if (count == 0) {
    Result<std::size_t> got = co_await stream_.read_some(into, deadline_ms);
    if (!got) co_return got;
    count = *got;
    if (count == 0 && !framing_.until_close) co_return ended();
    until_close_done_ = count == 0;
  }
  if (!framing_.until_close) body_left_ -= count;
  co_return count;
}

Task<Result<>> Inbound::read_whole_body(std::string& into, std::size_t limit_bytes, std::int64_t deadline_ms,
                                        BodyShare* share) {
  auto too_large = [&] {
    return fail("MessageTooLarge", "The body is larger than " + std::to_string(limit_bytes) + " bytes.", 413);
  };
  auto has_room = [&](std::size_t bytes) { return !share || share->grow_to(bytes); };
  auto no_room = [] {
    return fail(no_room_for_body, "Too many large requests are under way. Try again.", 503);
  };
  if (body_left_ > limit_bytes) co_return too_large();
  while (!body_done()) {
    if (framing_.chunked) {
      Result<> more = co_await decode_more(into, deadline_ms);
      if (!more) co_return more;
    } else {
      std::size_t before = into.size();
      std::size_t step =
          framing_.until_close ? body_step_bytes : std::min<std::uint64_t>(body_left_, body_step_bytes);
      if (!has_room(before + step)) co_return no_room();
      into.resize(before + step);
      Result<std::size_t> got = co_await read_body({into.data() + before, step}, deadline_ms);
      into.resize(before + got.value_or(0));
      if (!got) co_return pass(got);
    }
    if (into.size() > limit_bytes) co_return too_large();
    if (!has_room(into.size())) co_return no_room();
  }
  co_return Result<>();
}

}  // namespace slipway::http
