#include "wire/validate.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "wire/codec/text.hpp"

// The words are those that AWS's common framework prints; so are its habits: paths with small first
// letters ("tags.6.member.value"), and constraints of a list's plain elements told of the list as a whole
// ("Member must satisfy constraint: [...]").
namespace slipway::wire {

namespace {

constexpr std::size_t told_errors = 10;
constexpr std::size_t told_bytes = 1024;  // of a wrong value

std::string small_first(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
  return out;
}

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (std::string_view word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

std::string shown(const Member& member, const Value& value) {
  std::string out;
  if (value.is(Kind::list)) {
    for (const Value& item : value.items()) {
      out += out.empty() ? "[" : ", ";
      append_scalar(out, member, item, TimestampFormat::iso8601);
    }
    return value.empty() ? "[]" : out + "]";
  }
  if (value.is(Kind::object)) {
    for (const Value::Entry& entry : value.entries()) {
      out.append(out.empty() ? "{" : ", ").append(entry.key.view()).append("=");
      append_scalar(out, member, entry.value, TimestampFormat::iso8601);
    }
    return value.empty() ? "{}" : out + "}";
  }
  append_scalar(out, member, value, TimestampFormat::iso8601);
  return out;
}

// Lengths count characters, not bytes.
std::int64_t length_of(const Value& value) {
  if (!value.is(Kind::string))
    return static_cast<std::int64_t>(value.is(Kind::blob) ? value.string().size() : value.size());
  return std::ranges::count_if(value.string(), [](char byte) { return (byte & 0xc0) != 0x80; });
}

bool has_length(const Value& value) {
  return value.is(Kind::string) || value.is(Kind::blob) || value.is(Kind::list) || value.is(Kind::object);
}

// The constraints of `shape` itself that `value` breaks, each in AWS's words.
std::vector<std::string> broken(const Shape& shape, const Value& value) {
  std::vector<std::string> found;
  auto say = [&](std::string_view words, std::int64_t bound) {
    append_integer(found.emplace_back(words), bound);
  };
  if (has_length(value)) {
    std::int64_t length = length_of(value);
    if (length > shape.max) say("Member must have length less than or equal to ", shape.max);
    if (length < shape.min) say("Member must have length greater than or equal to ", shape.min);
  } else if (value.is(Kind::integer) || value.is(Kind::number)) {
    double number = value.number();
    if (shape.max != Shape::no_max && number > static_cast<double>(shape.max))
      say("Member must have value less than or equal to ", shape.max);
    if (shape.min != Shape::no_min && number < static_cast<double>(shape.min))
      say("Member must have value greater than or equal to ", shape.min);
  }
  if (!shape.enum_values.empty() &&
      std::ranges::find(shape.enum_values, value.string()) == shape.enum_values.end())
    found.push_back("Member must satisfy enum value set: [" + joined(shape.enum_values) + "]");
  return found;
}

// Of a list or a map also when only what is in it is secret.
bool is_secret(const Shape& shape) {
  if (shape.sensitive) return true;
  if (shape.type == Type::list) return is_secret(*shape.element().shape);
  return shape.type == Type::map && (is_secret(*shape.key().shape) || is_secret(*shape.value().shape));
}

bool is_nested(const Shape& shape) {
  return shape.type == Type::structure || shape.type == Type::list || shape.type == Type::map;
}

// Where in the input we are; rendered only when something is wrong there.
struct Path {
  const Path* outer = nullptr;
  std::string_view name;   // of a member; a map's key
  std::size_t number = 0;  // of a list's element, from 1
  bool verbatim = false;   // a map's key

  std::string text() const {
    std::string out = outer ? outer->text() : std::string();
    if (!out.empty()) out += '.';
    if (number > 0) return out + std::to_string(number) + ".member";
    return out + (verbatim ? std::string(name) : small_first(name));
  }
};

class Checker {
 public:
  void structure(const Shape& shape, const Value& value, const Path* outer) {
    for (const Member& member : shape.members) {
      Path path{outer, member.name};
      const Value& content = value.get(member.name);
      if (!content.absent())
        visit(member, content, path);
      else if (member.required)
        tell("Value null", path, "Member must not be null");
    }
  }

  Result<> result(std::string_view code) const {
    if (count_ == 0) return {};
    std::string_view words = count_ == 1 ? " validation error detected: " : " validation errors detected: ";
    return fail(std::string(code), std::to_string(count_).append(words) + text_);
  }

 private:
  void visit(const Member& member, const Value& value, const Path& path) {
    const Shape& shape = *member.shape;
    for (const std::string& constraint : broken(shape, value)) tell(subject(member, value), path, constraint);
    if (shape.type == Type::structure) return structure(shape, value, &path);
    if (shape.type == Type::list) elements(member, value, path);
    if (shape.type == Type::map) entries(member, value, path);
  }

  void elements(const Member& member, const Value& value, const Path& path) {
    const Member& element = member.shape->element();
    std::size_t number = 0;
    for (const Value& item : value.items()) {
      ++number;
      if (is_nested(*element.shape)) {
        visit(element, item, Path{&path, "member", number});
      } else if (!broken(*element.shape, item).empty()) {
        // Told once of the whole list, with all that its elements must satisfy.
        return tell(subject(member, value), path,
                    "Member must satisfy constraint: [" + all_of(*element.shape) + "]");
      }
    }
  }

  void entries(const Member& member, const Value& value, const Path& path) {
    const Shape& key = *member.shape->key().shape;
    const Member& content = member.shape->value();
    bool keys_told = false, values_told = false;
    for (const Value::Entry& entry : value.entries()) {
      if (!keys_told && !broken(key, Value(entry.key.view())).empty()) {
        keys_told = true;
        tell(subject(member, value), path, "Map keys must satisfy constraint: [" + all_of(key) + "]");
      }
      if (is_nested(*content.shape)) {
        Path place{.outer = &path, .name = entry.key.view(), .verbatim = true};
        visit(content, entry.value, Path{&place, "member"});
      } else if (!values_told && !broken(*content.shape, entry.value).empty()) {
        values_told = true;
        tell(subject(member, value), path,
             "Map value must satisfy constraint: [" + all_of(*content.shape) + "]");
      }
    }
  }

  static std::string subject(const Member& member, const Value& value) {
    if (is_secret(*member.shape)) return "Value";
    std::string text = shown(member, value);
    if (text.size() > told_bytes) text.resize(told_bytes), text += "...";
    return "Value '" + text + "'";
  }

  // Everything that an element of this shape must satisfy, broken or not.
  static std::string all_of(const Shape& shape) {
    std::string out;
    auto say = [&](std::string_view words, std::int64_t bound) {
      out.append(out.empty() ? "" : ", ").append(words);
      append_integer(out, bound);
    };
    bool length = shape.type == Type::string || shape.type == Type::blob;
    std::string_view kind = length ? "length" : "value";
    if (shape.max != Shape::no_max)
      say(std::string("Member must have ").append(kind).append(" less than or equal to "), shape.max);
    if (shape.min != Shape::no_min)
      say(std::string("Member must have ").append(kind).append(" greater than or equal to "), shape.min);
    if (!shape.enum_values.empty())
      out.append(out.empty() ? "" : ", ")
          .append("Member must satisfy enum value set: [" + joined(shape.enum_values) + "]");
    return out;
  }

  void tell(std::string_view what, const Path& path, std::string_view constraint) {
    if (++count_ > told_errors) return;
    if (!text_.empty()) text_ += "; ";
    text_.append(what).append(" at '").append(path.text());
    text_.append("' failed to satisfy constraint: ").append(constraint);
  }

  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

Result<> validate(const Shape& shape, const Value& input, std::string_view code) {
  Checker checker;
  checker.structure(shape, input, nullptr);
  return checker.result(code);
}

}  // namespace slipway::wire
