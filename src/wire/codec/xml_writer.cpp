#include "wire/codec/text.hpp"
#include "wire/codec/xml.hpp"

namespace slipway::wire {

namespace {

void append_start(std::string& out, std::string_view name, const Member& use) {
  out += '<';
  out += name;
  append_xml_namespace(out, use.xml_namespace, use.xml_prefix);
}

void append_end(std::string& out, std::string_view name) {
  out += "</";
  out += name;
  out += '>';
}

std::string_view or_default(std::string_view name, std::string_view fallback) {
  return name.empty() ? fallback : name;
}

void append_entries(std::string& out, std::string_view name, const Member& use, const Value& value,
                    XmlStyle style) {
  const Shape& shape = *use.shape;
  for (const Value::Entry& entry : value.entries()) {
    out += '<';
    out += name;
    out += '>';
    append_xml(out, or_default(shape.key().wire_name, "key"), shape.key(), Value(entry.key.view()), style);
    append_xml(out, or_default(shape.value().wire_name, "value"), shape.value(), entry.value, style);
    append_end(out, name);
  }
}

// A flattened list or map has no element of its own: its items stand in the structure.
void append_flattened(std::string& out, const Member& member, const Value& value, XmlStyle style) {
  if (member.shape->type == Type::map) return append_entries(out, member.wire_name, member, value, style);
  const Member& element = member.shape->element();
  bool by_element = style.side == XmlSide::response && !element.wire_name.empty();
  std::string_view name = by_element ? element.wire_name : member.wire_name;
  for (const Value& item : value.items()) append_xml(out, name, element, item, style);
}

void append_attributes(std::string& out, const Shape& shape, const Value& value) {
  if (shape.type != Type::structure) return;
  for (const Member& member : shape.members) {
    if (!member.xml_attribute) continue;
    const Value& attribute = value.get(member.name);
    if (attribute.absent()) continue;
    out += ' ';
    out += member.wire_name;
    out += "=\"";
    append_xml_text(out, attribute.string());
    out += '"';
  }
}

}  // namespace

// XML 1.0 has no way to write most control characters, escaped or not; they and what is not UTF-8 become
// U+FFFD. Tab, newline and return are escaped where a parser would change them.
void append_xml_text(std::string& out, std::string_view text) {
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    unsigned char byte = static_cast<unsigned char>(*at);
    if (byte >= 0x80) {
      std::size_t length = utf8_sequence(at, end);
      if (length == 0)
        out += "\xef\xbf\xbd";
      else
        out.append(at, length);
      at += length ? length : 1;
      continue;
    }
    ++at;
    switch (byte) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      case '\n':
        out += "&#xA;";
        break;
      case '\t':
        out += '\t';
        break;
      default:
        if (byte < 0x20)
          out += "\xef\xbf\xbd";
        else
          out += static_cast<char>(byte);
    }
  }
}

void append_xml_namespace(std::string& out, std::string_view uri, std::string_view prefix) {
  if (uri.empty()) return;
  out += " xmlns";
  if (!prefix.empty()) {
    out += ':';
    out += prefix;
  }
  out += "=\"";
  append_xml_text(out, uri);
  out += '"';
}

void append_xml_members(std::string& out, const Shape& shape, const Value& value, XmlStyle style) {
  std::size_t hint = 0;
  for (const Value::Entry& entry : value.entries()) {
    if (entry.value.absent()) continue;
    const Member* member = member_after(shape, entry.key.view(), hint);
    if (!member || member->location != Location::body || member->xml_attribute) continue;
    if (member->flattened && (member->shape->type == Type::list || member->shape->type == Type::map))
      append_flattened(out, *member, entry.value, style);
    else
      append_xml(out, member->wire_name, *member, entry.value, style);
  }
}

void append_xml(std::string& out, std::string_view name, const Member& use, const Value& value,
                XmlStyle style) {
  const Shape& shape = *use.shape;
  append_start(out, name, use);
  append_attributes(out, shape, value);
  bool scalar = !value.is(Kind::list) && !value.is(Kind::object);
  if (!scalar && value.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  if (scalar) {
    if (value.is(Kind::instant) && style.milliseconds &&
        use.timestamp_format == TimestampFormat::by_protocol) {
      out += iso8601_ms(value.instant());
    } else if (value.is(Kind::string)) {
      append_xml_text(out, value.string());
    } else {
      append_scalar(out, use, value, TimestampFormat::iso8601);
    }
  } else if (shape.type == Type::structure) {
    append_xml_members(out, shape, value, style);
  } else if (shape.type == Type::map) {
    append_entries(out, "entry", use, value, style);
  } else if (shape.type == Type::list) {
    for (const Value& item : value.items())
      append_xml(out, or_default(shape.element().wire_name, "member"), shape.element(), item, style);
  }
  append_end(out, name);
}

}  // namespace slipway::wire
