#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace slipway::http {

// How the end of a message's body is told (RFC 9112 §6.3).
struct Framing {
  bool chunked = false;
  bool until_close = false;  // a response without a length
  std::uint64_t content_length = 0;

  bool has_body() const { return chunked || until_close || content_length > 0; }
};

// What one call of a parser took, and the status with which to refuse the message (0: go on).
struct Parsed {
  std::size_t consumed = 0;
  int refused_status = 0;
};

// Within http/: the head of an HTTP/1.x message and its chunked coding, stricter than Beast's own defaults:
// see parser.cpp. Fed with what lies in the buffer; what it does not consume is offered again with more.
class Parser {
 public:
  virtual ~Parser() = default;

  virtual Parsed parse_head(std::string_view bytes) = 0;
  virtual bool head_done() const = 0;

  // Valid when the head is done.
  virtual Framing framing() const = 0;
  virtual bool keep_alive() const = 0;
  virtual bool http_1_0() const = 0;

  // For chunked bodies, after the head: appends what it decoded to `into`. Trailer fields are dropped.
  virtual Parsed parse_chunks(std::string_view bytes, std::string& into) = 0;
  virtual bool chunks_done() const = 0;
};

class RequestParser : public Parser {
 public:
  // The next message goes into `request`, whose method, target, headers and body are cleared.
  virtual void start(Request& request, std::size_t header_bytes) = 0;
};

class ResponseParser : public Parser {
 public:
  // `to_head`: the answer to a HEAD request, which has no body whatever its fields say.
  virtual void start(Response& response, std::size_t header_bytes, bool to_head) = 0;
};

std::unique_ptr<RequestParser> make_request_parser();
std::unique_ptr<ResponseParser> make_response_parser();

}  // namespace slipway::http
