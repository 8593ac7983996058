#include "wire/codec/json_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "wire/codec/text.hpp"

// Boost.JSON tokenises (escapes, UTF-8, depth, numbers); the handler below turns its events into a Value
// under the guidance of a shape. There is no document in between.
namespace slipway::wire {

namespace {

namespace json = boost::json;
using json::error_code;

// AWS's words for the types of a wrong value: "STRING_VALUE can not be converted to an Integer".
std::string_view type_words(Type type) {
  switch (type) {
    case Type::boolean:
      return "a Boolean";
    case Type::integer:
      return "an Integer";
    case Type::long_:
      return "a Long";
    case Type::float_:
      return "a Float";
    case Type::double_:
      return "a Double";
    case Type::timestamp:
      return "a Timestamp";
    case Type::blob:
      return "a Blob";
    default:
      return "a String";
  }
}

class Handler {
 public:
  static constexpr std::size_t max_object_size = limits::wire_map_entries;
  static constexpr std::size_t max_array_size = limits::wire_members;
  static constexpr std::size_t max_key_size = limits::wire_string_bytes;
  static constexpr std::size_t max_string_size = limits::wire_string_bytes;

  explicit Handler(const Shape* root) : root_(root) { frames_.reserve(8); }

  Value take() { return std::move(result_); }
  const std::string& why() const { return why_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& error) {
    if (!count(error)) return false;
    if (skipping_) return ++skipping_;
    const Shape* shape = target();
    if (shape && shape->type == Type::document) shape = nullptr;
    if (shape && shape->type != Type::structure && shape->type != Type::map)
      return refuse(error, "Start of structure or map found where not expected.");
    frames_.push_back({shape, Value::object()});
    return true;
  }
  bool on_object_end(std::size_t, error_code&) { return end(); }

  bool on_array_begin(error_code& error) {
    if (!count(error)) return false;
    if (skipping_) return ++skipping_;
    const Shape* shape = target();
    if (shape && shape->type == Type::document) shape = nullptr;
    if (shape && shape->type != Type::list) return refuse(error, "Start of list found where not expected");
    frames_.push_back({shape, Value::list()});
    return true;
  }
  bool on_array_end(std::size_t, error_code&) { return end(); }

  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    scratch_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    if (skipping_) {
      scratch_.clear();
      return true;
    }
    Frame& frame = frames_.back();
    std::string_view key = whole(part);
    if (!frame.shape || frame.shape->type == Type::map) {
      frame.key = Key(key);
    } else {
      frame.member = wire_member_after(*frame.shape, key, frame.hint);
      if (frame.member && frame.member->location != Location::body) frame.member = nullptr;
      if (frame.member)
        frame.key = Key::of_table(frame.member->name);
      else
        skipping_ = 1;  // one level: ended by the value that follows
    }
    scratch_.clear();
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    scratch_.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& error) {
    bool good = string(whole(part), error);
    scratch_.clear();
    return good;
  }

  bool on_number_part(json::string_view part, error_code&) {
    scratch_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, json::string_view, error_code& error) {
    scratch_.clear();
    return integer(number, error);
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code& error) {
    scratch_.clear();
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return integer(static_cast<std::int64_t>(number), error);
    return fraction(static_cast<double>(number), error);
  }
  bool on_double(double rough, json::string_view part, error_code& error) {
    // Boost 1.81 may be off by some units in the last place; std::from_chars is exact.
    std::string_view text = whole(part);
    double exact = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), exact);
    scratch_.clear();
    return fraction(problem == std::errc{} ? exact : rough, error);
  }

  bool on_bool(bool value, error_code& error) {
    if (!count(error)) return false;
    if (skip_one()) return true;
    const Shape* shape = target();
    if (shape && shape->type != Type::boolean && shape->type != Type::document)
      return mismatch(error, value ? "TRUE_VALUE" : "FALSE_VALUE", *shape);
    return put(value);
  }
  bool on_null(error_code& error) {
    if (!count(error)) return false;
    if (skip_one()) return true;
    const Shape* inside = frames_.empty() ? nullptr : frames_.back().shape;
    // A null member is an absent one, also when it repeats a set one. Elsewhere null has a place.
    if (inside && inside->type == Type::structure && frames_.back().member->shape->type != Type::document) {
      frames_.back().value.erase(frames_.back().key.view());
      return true;
    }
    return put({});
  }

  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  struct Frame {
    const Shape* shape;  // nullptr: any JSON
    Value value;
    const Member* member = nullptr;  // of a structure: whose value comes next
    Key key = Key::of_table({});
    std::size_t hint = 0;
  };

  std::string_view whole(json::string_view part) {
    if (scratch_.empty()) return {part.data(), part.size()};
    scratch_.append(part.data(), part.size());
    return scratch_;
  }

  // The shape that the next value must have.
  const Shape* target() const {
    if (frames_.empty()) return root_;
    const Frame& frame = frames_.back();
    if (!frame.shape) return nullptr;
    if (frame.shape->type == Type::structure) return frame.member->shape;
    return frame.shape->type == Type::list ? frame.shape->element().shape : frame.shape->value().shape;
  }

  bool put(Value value) {
    if (frames_.empty()) {
      result_ = std::move(value);
    } else if (frames_.back().value.is(Kind::list)) {
      frames_.back().value.push_back(std::move(value));
    } else {
      frames_.back().value.set(std::move(frames_.back().key), std::move(value));
    }
    return true;
  }

  bool end() {
    if (skipping_) {
      // The value that an unknown key asked to skip ends where its own depth does.
      if (--skipping_ == 1) skipping_ = 0;
      return true;
    }
    Value value = std::move(frames_.back().value);
    frames_.pop_back();
    return put(std::move(value));
  }

  bool skip_one() {
    if (skipping_ == 1) {
      skipping_ = 0;
      return true;
    }
    return skipping_ > 1;
  }

  bool count(error_code& error) {
    return ++values_ <= limits::wire_members || refuse(error, "The document has too many values.");
  }

  bool refuse(error_code& error, std::string why) {
    why_ = std::move(why);
    error = json::error::syntax;
    return false;
  }
  bool mismatch(error_code& error, std::string_view token, const Shape& shape) {
    if (shape.type == Type::list) return refuse(error, "Expected list or null");
    if (shape.type == Type::map) return refuse(error, "Expected map or null");
    if (shape.type == Type::structure) return refuse(error, "Unexpected field type");
    return refuse(error,
                  std::string(token) + " can not be converted to " + std::string(type_words(shape.type)));
  }

  bool string(std::string_view text, error_code& error) {
    if (!count(error)) return false;
    if (skip_one()) return true;
    const Shape* shape = target();
    if (!shape || shape->type == Type::string || shape->type == Type::document) return put(text);
    bool by_text = shape->type == Type::blob || shape->type == Type::timestamp ||
                   ((shape->type == Type::float_ || shape->type == Type::double_) &&
                    (text == "NaN" || text == "Infinity" || text == "-Infinity"));
    std::optional<Value> value = by_text ? parse_scalar(*shape, text) : std::nullopt;
    return value ? put(std::move(*value)) : mismatch(error, "STRING_VALUE", *shape);
  }

  bool integer(std::int64_t number, error_code& error) {
    if (!count(error)) return false;
    if (skip_one()) return true;
    const Shape* shape = target();
    if (!shape) return put(number);
    switch (shape->type) {
      case Type::integer:
        if (number < std::numeric_limits<std::int32_t>::min() ||
            number > std::numeric_limits<std::int32_t>::max())
          return out_of_range(error, *shape);
        return put(number);
      case Type::long_:
      case Type::document:
        return put(number);
      case Type::float_:
      case Type::double_:
        return put(static_cast<double>(number));
      case Type::timestamp:
        return timestamp(static_cast<double>(number), error);
      default:
        return mismatch(error, "NUMBER_VALUE", *shape);
    }
  }

  bool fraction(double number, error_code& error) {
    if (!count(error)) return false;
    if (skip_one()) return true;
    if (!std::isfinite(number)) return refuse(error, "The document has a number that is too large.");
    const Shape* shape = target();
    if (!shape) return put(number);
    switch (shape->type) {
      case Type::integer:
      case Type::long_:
        // "1.0" and "1e3" are whole; 2^53 is how far doubles are exact.
        if (std::trunc(number) != number || std::fabs(number) > 9007199254740992.0)
          return out_of_range(error, *shape);
        --values_;
        return integer(static_cast<std::int64_t>(number), error);
      case Type::float_:
      case Type::double_:
      case Type::document:
        return put(number);
      case Type::timestamp:
        return timestamp(number, error);
      default:
        return mismatch(error, "NUMBER_VALUE", *shape);
    }
  }

  bool timestamp(double seconds, error_code& error) {
    std::optional<Instant> time = timestamp_from_seconds(seconds);
    return time ? put(*time) : refuse(error, "NUMBER_VALUE can not be converted to a Timestamp");
  }
  bool out_of_range(error_code& error, const Shape& shape) {
    return refuse(error, "NUMBER_VALUE can not be converted to " + std::string(type_words(shape.type)));
  }

  const Shape* root_;
  std::vector<Frame> frames_;
  std::string scratch_;       // what came in parts: escaped text, long tokens
  std::size_t skipping_ = 0;  // 0: no; 1: the next value; more: inside it, depth + 1
  std::size_t values_ = 0;
  Value result_;
  std::string why_;
};

}  // namespace

Result<Value> read_json(std::string_view text, const Shape* shape) {
  json::parse_options options;
  options.max_depth = limits::wire_depth;
  json::basic_parser<Handler> parser(options, shape);
  error_code error;
  std::size_t used = 0;
  try {
    used = parser.write_some(false, text.data(), text.size(), error);
  } catch (const std::exception&) {
    return fail("SerializationException", "The document could not be read.");
  }
  if (!error && used < text.size()) error = json::error::extra_data;
  if (!error && !parser.done()) error = json::error::incomplete;
  if (!error) return parser.handler().take();
  const std::string& why = parser.handler().why();
  if (!why.empty() && shape) return fail("SerializationException", why);
  return fail("SerializationException",
              (why.empty() ? error.message() : why) + " at byte " + std::to_string(used));
}

}  // namespace slipway::wire
