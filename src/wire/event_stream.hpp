#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

// application/vnd.amazon.eventstream. A message: total length, headers length, CRC-32 of these two (the
// prelude), headers, payload, CRC-32 of all before it; numbers are big-endian.
// Source: smithy.io "Amazon Event Stream Specification".
namespace slipway::wire {

struct EventMessage {
  // Values: boolean, integer (int32 on the wire where it fits, else int64), blob, string, instant.
  std::vector<std::pair<std::string, Value>> headers;
  std::string payload;

  const Value& header(std::string_view name) const;  // the absent value where there is none
};

void append_event_message(std::string& out, const EventMessage& message);

// Takes bytes as they come and gives whole messages. A broken length or checksum ends the stream.
class EventDecoder {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // A message; nothing when more bytes are needed; an error (SerializationException) when it is broken.
  Result<std::optional<EventMessage>> next();

 private:
  std::string buffer_;
  std::size_t taken_ = 0;
};

// Messages from tables. The RPC protocols (JSON) start with an initial response: the output without the
// stream; then one message per event. `event` is an object with one entry, the union's set member.
// Modelled exceptions of the stream (SessionTimeoutException) are written as exception messages.
std::string write_initial_response(const Service& service, const Operation& operation, const Value& output);
std::string write_event(const Service& service, const Operation& operation, const Value& event);
// An error that the model does not name: `:message-type` error.
std::string write_event_error(const Error& error);
// HTTP status and headers under which the messages travel.
inline constexpr std::string_view event_stream_content_type = "application/vnd.amazon.eventstream";

// Client: an event as an object with one entry; an initial response as an object without entries of the
// union; an exception or error message as the Error.
Result<Value> parse_event(const Service& service, const Operation& operation, const EventMessage& message);

}  // namespace slipway::wire
