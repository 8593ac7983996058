#include "typed.hpp"

#include <cmath>
#include <limits>

#include "wire/json_text.hpp"

namespace slipway::wire {

namespace {

Value number(const Value& json) {
  if (json.string() == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (json.string() == "Infinity") return std::numeric_limits<double>::infinity();
  if (json.string() == "-Infinity") return -std::numeric_limits<double>::infinity();
  return json.number();
}

}  // namespace

Value typed(const Shape& shape, const Value& json) {
  if (json.absent() || shape.type == Type::document) return json;
  switch (shape.type) {
    case Type::structure: {
      Value out = Value::object();
      for (const Value::Entry& entry : json.entries()) {
        const Member* member = shape.member(entry.key.view());
        // A jsonvalue's shape is a string, its content any JSON.
        if (member && !entry.value.absent())
          out.set(entry.key, member->json_value ? entry.value : typed(*member->shape, entry.value));
      }
      return out;
    }
    case Type::list: {
      Value out = Value::list();
      for (const Value& item : json.items()) out.push_back(typed(*shape.element().shape, item));
      return out;
    }
    case Type::map: {
      Value out = Value::object();
      for (const Value::Entry& entry : json.entries())
        out.set(entry.key, typed(*shape.value().shape, entry.value));
      return out;
    }
    case Type::blob:
      return Value::blob(json.string());
    case Type::float_:
    case Type::double_:
      return number(json);
    case Type::timestamp:
      return Instant{std::llround(json.number() * 1000)};
    default:
      return json;
  }
}

std::string shown(const Value& value) {
  return write_json(value);
}

}  // namespace slipway::wire
