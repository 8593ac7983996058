#include <charconv>

#include "base/encoding.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/codec/text.hpp"
#include "wire/json_text.hpp"

// Values in headers: lists are joined with commas, timestamps are http-dates unless the model says
// otherwise, and a "jsonvalue" is base64 of JSON.
namespace slipway::wire {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "a, "b, c", d" at its commas, quotes taken off and their backslashes resolved.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  std::size_t at = 0;
  auto skip_blanks = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  };
  for (;;) {
    skip_blanks();
    std::string item;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        item += text[at];
      }
      at = std::min(text.find(',', at), text.size());
    } else {
      std::size_t comma = std::min(text.find(',', at), text.size());
      item = trim(text.substr(at, comma - at));
      at = comma;
    }
    items.push_back(std::move(item));
    if (at >= text.size()) return items;
    ++at;
  }
}

// Http-dates hold a comma themselves ("Mon, 16 Dec 2019 …"), so a list of them splits at every second.
std::vector<std::string> split_dates(std::string_view text) {
  std::vector<std::string> items;
  for (std::string& part : split_list(text)) {
    if (!items.empty() && items.back().find(' ') == std::string::npos && items.back().size() == 3)
      items.back() += ", " + part;
    else
      items.push_back(std::move(part));
  }
  return items;
}

std::string quoted_if_needed(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (char byte : text) {
    if (byte == '"') out += '\\';
    out += byte;
  }
  return out + '"';
}

}  // namespace

std::optional<Value> parse_header_value(const Member& member, std::string_view text) {
  const Shape& shape = *member.shape;
  text = trim(text);
  if (member.json_value) {
    std::optional<std::string> json = unbase64(text);
    Result<Value> value = json ? parse_json(*json) : fail("", "");
    return value ? std::optional<Value>(std::move(*value)) : std::nullopt;
  }
  if (shape.type != Type::list) return parse_scalar(shape, text);
  const Member& element = shape.element();
  Value list = Value::list();
  if (text.empty()) return list;
  for (const std::string& item :
       element.shape->type == Type::timestamp ? split_dates(text) : split_list(text)) {
    std::optional<Value> value = parse_scalar(*element.shape, item);
    if (!value) return std::nullopt;
    list.push_back(std::move(*value));
  }
  return list;
}

std::string header_value(const Member& member, const Value& value) {
  std::string out;
  if (member.json_value) return base64(write_json(value));
  if (!value.is(Kind::list)) {
    append_scalar(out, member, value, TimestampFormat::http_date);
    return out;
  }
  const Member& element = member.shape->element();
  for (const Value& item : value.items()) {
    if (item.absent()) continue;
    if (!out.empty()) out += ',';
    std::string text;
    append_scalar(text, element, item, TimestampFormat::http_date);
    out += element.shape->type == Type::string ? quoted_if_needed(text) : text;
  }
  return out;
}

}  // namespace slipway::wire
