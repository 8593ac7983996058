#include <zlib.h>

#include <limits>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "wire/event_stream.hpp"

// Frames of application/vnd.amazon.eventstream: bytes to messages and back.
namespace slipway::wire {

namespace {

constexpr std::size_t prelude_bytes = 12;  // total length, headers length, checksum of both
constexpr std::size_t trailer_bytes = 4;
constexpr std::size_t headers_max_bytes = 128 * 1024;
constexpr std::size_t header_value_max_bytes = 32767;  // AWS's clients refuse more

enum HeaderType : std::uint8_t {
  true_ = 0,
  false_ = 1,
  int8 = 2,
  int16 = 3,
  int32 = 4,
  int64 = 5,
  bytes = 6,
  text = 7,
  timestamp = 8,
  uuid = 9
};

void append_big_endian(std::string& out, std::uint64_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

std::uint64_t big_endian(std::string_view data) {
  std::uint64_t value = 0;
  for (char byte : data) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::uint32_t checksum(std::string_view data) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
}

void append_type(std::string& out, HeaderType type) {
  out += static_cast<char>(type);
}

void append_header(std::string& out, std::string_view name, const Value& value) {
  check(name.size() <= 255 && !name.empty(), "a header's name has 1 to 255 bytes");
  out += static_cast<char>(name.size());
  out += name;
  switch (value.kind()) {
    case Kind::boolean:
      return append_type(out, value.boolean() ? true_ : false_);
    case Kind::integer: {
      using Int = std::numeric_limits<std::int32_t>;
      bool narrow = value.integer() >= Int::min() && value.integer() <= Int::max();
      append_type(out, narrow ? int32 : int64);
      return append_big_endian(out, static_cast<std::uint64_t>(value.integer()), narrow ? 4 : 8);
    }
    case Kind::instant:
      append_type(out, timestamp);
      return append_big_endian(out, static_cast<std::uint64_t>(value.instant().ms), 8);
    default:
      break;
  }
  std::string_view content = value.string().substr(0, header_value_max_bytes);
  append_type(out, value.is(Kind::blob) ? bytes : text);
  append_big_endian(out, content.size(), 2);
  out += content;
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view data) : data_(data) {}

  bool read_all(EventMessage& message) {
    while (good_ && !data_.empty()) {
      std::string name(take(big_endian(take(1))));
      if (name.empty()) good_ = false;
      std::uint64_t type = big_endian(take(1));
      Value value = read_value(type);
      message.headers.emplace_back(std::move(name), std::move(value));
    }
    return good_;
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > data_.size()) {
      good_ = false;
      data_ = {};
      return {};
    }
    std::string_view taken = data_.substr(0, size);
    data_.remove_prefix(size);
    return taken;
  }
  std::string_view take_sized() {
    const std::uint64_t size = big_endian(take(2));
    if (size > header_value_max_bytes) good_ = false;
    return take(size);
  }
  Value read_value(std::uint64_t type) {
    switch (type) {
      case true_:
        return true;
      case false_:
        return false;
      case int8:
        return static_cast<std::int8_t>(big_endian(take(1)));
      case int16:
        return static_cast<std::int16_t>(big_endian(take(2)));
      case int32:
        return static_cast<std::int32_t>(big_endian(take(4)));
      case int64:
        return static_cast<std::int64_t>(big_endian(take(8)));
      case bytes:
        return Value::blob(take_sized());
      case text:
        return take_sized();
      case timestamp:
        return Instant{static_cast<std::int64_t>(big_endian(take(8)))};
      case uuid:
        return Value::blob(take(16));
      default:
        good_ = false;
        return {};
    }
  }

  std::string_view data_;
  bool good_ = true;
};

std::unexpected<Error> broken(const char* why) {
  return fail("SerializationException", std::string("The event stream is broken: ") + why);
}

}  // namespace

const Value& EventMessage::header(std::string_view name) const {
  static const Value none;
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return none;
}

void append_event_message(std::string& out, const EventMessage& message) {
  std::string headers;
  for (const auto& [name, value] : message.headers) append_header(headers, name, value);
  std::size_t start = out.size();
  append_big_endian(out, prelude_bytes + headers.size() + message.payload.size() + trailer_bytes, 4);
  append_big_endian(out, headers.size(), 4);
  append_big_endian(out, checksum(std::string_view(out).substr(start)), 4);
  out += headers;
  out += message.payload;
  append_big_endian(out, checksum(std::string_view(out).substr(start)), 4);
}

Result<std::optional<EventMessage>> EventDecoder::next() {
  std::string_view data = std::string_view(buffer_).substr(taken_);
  if (data.size() < prelude_bytes) return std::optional<EventMessage>();
  std::uint64_t total = big_endian(data.substr(0, 4));
  std::uint64_t headers = big_endian(data.substr(4, 4));
  if (checksum(data.substr(0, 8)) != big_endian(data.substr(8, 4))) return broken("checksum of the prelude");
  if (headers > headers_max_bytes || total < prelude_bytes + headers + trailer_bytes ||
      total > limits::event_message_bytes)
    return broken("length of a message");
  if (data.size() < total) return std::optional<EventMessage>();
  data = data.substr(0, total);
  std::string_view content = data.substr(0, total - trailer_bytes);
  if (checksum(content) != big_endian(data.substr(total - trailer_bytes)))
    return broken("checksum of a message");
  EventMessage message;
  if (!HeaderReader(content.substr(prelude_bytes, headers)).read_all(message))
    return broken("headers of a message");
  message.payload = content.substr(prelude_bytes + headers);
  taken_ += total;
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
  }
  return std::optional<EventMessage>(std::move(message));
}

}  // namespace slipway::wire
