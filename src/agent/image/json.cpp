#include "agent/image/json.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::agent::json {
namespace bj = boost::json;

namespace {

const bj::value* member_of(const bj::value& value, std::string_view name) {
  return value.is_object() ? value.get_object().if_contains(name) : nullptr;
}

}  // namespace

Result<bj::value> parse(std::string_view text, std::string_view what) {
  if (text.size() > limits::image_document_bytes)
    return fail("InvalidImage", std::string(what) + " is larger than " +
                                    std::to_string(limits::image_document_bytes) + " bytes");
  bj::parse_options options;
  options.max_depth = limits::image_document_depth;
  boost::system::error_code error;
  bj::value value = bj::parse(text, error, {}, options);
  if (error) return fail("InvalidImage", std::string(what) + " is not JSON: " + error.message());
  if (!value.is_object() && !value.is_array())
    return fail("InvalidImage", std::string(what) + " is not a JSON object");
  return value;
}

const bj::object* object_in(const bj::value& value, std::string_view name) {
  const bj::value* member = member_of(value, name);
  return member ? member->if_object() : nullptr;
}

const bj::array* array_in(const bj::value& value, std::string_view name) {
  const bj::value* member = member_of(value, name);
  return member ? member->if_array() : nullptr;
}

std::string string_in(const bj::value& value, std::string_view name) {
  const bj::value* member = member_of(value, name);
  const bj::string* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : "";
}

std::int64_t integer_in(const bj::value& value, std::string_view name) {
  const bj::value* member = member_of(value, name);
  if (!member) return 0;
  boost::system::error_code error;
  const auto number = member->to_number<std::int64_t>(error);
  return error ? 0 : number;
}

bool flag_in(const bj::value& value, std::string_view name) {
  const bj::value* member = member_of(value, name);
  return member && member->is_bool() && member->get_bool();
}

std::vector<std::string> strings_in(const bj::value& value, std::string_view name) {
  std::vector<std::string> out;
  const bj::value* member = member_of(value, name);
  if (!member) return out;
  if (const bj::string* one = member->if_string()) out.emplace_back(*one);
  if (const bj::array* many = member->if_array())
    for (const bj::value& item : *many)
      if (const bj::string* text = item.if_string()) out.emplace_back(*text);
  return out;
}

std::vector<std::string> keys_in(const bj::value& value, std::string_view name) {
  std::vector<std::string> out;
  if (const bj::object* object = object_in(value, name))
    for (const auto& entry : *object) out.emplace_back(entry.key());
  std::ranges::sort(out);
  return out;
}

std::map<std::string, std::string> texts_in(const bj::value& value, std::string_view name) {
  std::map<std::string, std::string> out;
  if (const bj::object* object = object_in(value, name))
    for (const auto& entry : *object)
      if (const bj::string* text = entry.value().if_string()) out[std::string(entry.key())] = *text;
  return out;
}

}  // namespace slipway::agent::json
