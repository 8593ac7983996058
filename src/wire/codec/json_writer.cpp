#include "wire/codec/json_writer.hpp"

#include <cmath>

#include "base/encoding.hpp"
#include "wire/codec/text.hpp"
#include "wire/json_text.hpp"

namespace slipway::wire {

namespace {

void append_json_number(std::string& out, double value) {
  bool named = !std::isfinite(value);  // JSON has no word for these; AWS sends them as strings
  if (named) out += '"';
  append_number(out, value);
  if (named) out += '"';
}

void append_escaped(std::string& out, char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u00";
  out += digits[static_cast<unsigned char>(byte) >> 4];
  out += digits[byte & 15];
}

void append_member_value(std::string& out, const Member& member, const Value& value) {
  if (value.is(Kind::instant) && member.timestamp_format != TimestampFormat::by_protocol &&
      member.timestamp_format != TimestampFormat::epoch_seconds) {
    out += '"';
    append_timestamp(out, value.instant(), member.timestamp_format);
    out += '"';
    return;
  }
  append_json(out, *member.shape, value);
}

void newline(std::string& out, int depth) {
  out += '\n';
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
}

void append_pretty(std::string& out, const Value& value, int depth) {
  if (value.empty() || (!value.is(Kind::list) && !value.is(Kind::object))) return append_json(out, value);
  char separator = value.is(Kind::list) ? '[' : '{';
  for (const Value& item : value.items()) {
    out += separator;
    newline(out, depth + 1);
    append_pretty(out, item, depth + 1);
    separator = ',';
  }
  for (const Value::Entry& entry : value.entries()) {
    out += separator;
    newline(out, depth + 1);
    append_json_string(out, entry.key.view());
    out += ": ";
    append_pretty(out, entry.value, depth + 1);
    separator = ',';
  }
  newline(out, depth);
  out += value.is(Kind::list) ? ']' : '}';
}

}  // namespace

// Output may hold what a container printed, so text is not taken to be UTF-8: what is not becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* plain = text.data();
  const char* end = plain + text.size();
  for (const char* at = plain; at != end;) {
    unsigned char byte = static_cast<unsigned char>(*at);
    if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
      ++at;
      continue;
    }
    if (byte >= 0x80) {
      if (std::size_t length = utf8_sequence(at, end)) {
        at += length;
        continue;
      }
    }
    out.append(plain, at);
    if (byte >= 0x80)
      out += "\xef\xbf\xbd";
    else
      append_escaped(out, *at);
    plain = ++at;
  }
  out.append(plain, end);
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::absent:
      out += "null";
      return;
    case Kind::boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::integer:
      append_integer(out, value.integer());
      return;
    case Kind::number:
      append_json_number(out, value.number());
      return;
    case Kind::string:
      append_json_string(out, value.string());
      return;
    case Kind::blob:
      append_json_string(out, base64(value.string()));
      return;
    case Kind::instant:
      append_timestamp(out, value.instant(), TimestampFormat::epoch_seconds);
      return;
    case Kind::list: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ',';
        first = false;
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case Kind::object:
      break;
  }
  out += '{';
  bool first = true;
  for (const Value::Entry& entry : value.entries()) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, entry.key.view());
    out += ':';
    append_json(out, entry.value);
  }
  out += '}';
}

bool append_json_members(std::string& out, const Shape& shape, const Value& value) {
  std::size_t hint = 0;
  bool any = false;
  for (const Value::Entry& entry : value.entries()) {
    if (entry.value.absent()) continue;
    const Member* member = member_after(shape, entry.key.view(), hint);
    if (!member || member->location != Location::body) continue;
    if (any) out += ',';
    any = true;
    append_json_string(out, member->wire_name);
    out += ':';
    append_member_value(out, *member, entry.value);
  }
  return any;
}

void append_json(std::string& out, const Shape& shape, const Value& value) {
  if (value.is(Kind::object) && shape.type == Type::structure) {
    out += '{';
    append_json_members(out, shape, value);
    out += '}';
  } else if (value.is(Kind::object) && shape.type == Type::map) {
    out += '{';
    bool first = true;
    for (const Value::Entry& entry : value.entries()) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, entry.key.view());
      out += ':';
      append_member_value(out, shape.value(), entry.value);
    }
    out += '}';
  } else if (value.is(Kind::list) && shape.type == Type::list) {
    out += '[';
    bool first = true;
    for (const Value& item : value.items()) {
      if (!first) out += ',';
      first = false;
      append_member_value(out, shape.element(), item);
    }
    out += ']';
  } else {
    append_json(out, value);
  }
}

std::string write_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string write_json_pretty(const Value& value) {
  std::string out;
  append_pretty(out, value, 0);
  return out;
}

}  // namespace slipway::wire
