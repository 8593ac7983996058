#include <algorithm>

#include "base/encoding.hpp"
#include "wire/codec/json_reader.hpp"
#include "wire/codec/json_writer.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/codec/text.hpp"

// The parts of a REST message that requests, responses and errors have in common: headers, status, body.
namespace slipway::wire {

namespace {

bool same_text(std::string_view a, std::string_view b) {
  auto lower = [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

Result<Value> read_body(const Service& service, const Shape& shape, std::string_view body) {
  if (service.protocol == Protocol::rest_json) return read_json(body, &shape);
  Result<XmlNode> document = parse_xml(body);
  if (!document) return pass(document);
  return read_xml(shape, *document);
}

Result<> read_headers(const Shape& shape, const std::vector<Header>& headers, Value& into) {
  for (const Member& member : shape.members) {
    if (member.location == Location::header) {
      std::optional<std::string_view> text = find_header(headers, member.wire_name);
      bool may_be_empty = member.shape->type == Type::string || member.shape->type == Type::list;
      if (!text || (text->empty() && !may_be_empty)) continue;
      std::optional<Value> value = parse_header_value(member, *text);
      if (!value)
        return fail("SerializationException", "Header " + std::string(member.wire_name) + " is invalid.");
      into.set(Key::of_table(member.name), std::move(*value));
    } else if (member.location == Location::headers) {
      Value map = Value::object();
      for (const Header& header : headers)
        if (header.name.size() >= member.wire_name.size() &&
            same_text(std::string_view(header.name).substr(0, member.wire_name.size()), member.wire_name))
          map.set(std::string_view(header.name).substr(member.wire_name.size()), header.value);
      into.set(Key::of_table(member.name), std::move(map));  // none is an empty map, as botocore reads it
    }
  }
  return {};
}

bool is_raw(const Shape& shape) {
  return shape.type == Type::blob || shape.type == Type::string;
}

bool has_body_members(const Shape& shape) {
  return std::ranges::any_of(shape.members, [](const Member& m) { return m.location == Location::body; });
}

void set_content_type(RestParts& parts, std::string_view type) {
  if (!find_header(parts.headers, "Content-Type"))
    parts.headers.push_back({"Content-Type", std::string(type)});
}

void write_payload(const Service& service, const Member& member, const Value& value, XmlSide side,
                   RestParts& parts) {
  const Shape& shape = *member.shape;
  if (shape.event_stream) return set_content_type(parts, "application/vnd.amazon.eventstream");
  if (is_raw(shape)) {
    parts.body = value.string();
    if (!value.absent())
      set_content_type(parts, shape.type == Type::blob ? "application/octet-stream" : "text/plain");
  } else if (service.protocol == Protocol::rest_json) {
    // Without a value the body is still a document for a structure: "{}". A union has no empty form.
    if (value.absent() && (shape.type != Type::structure || shape.is_union)) return;
    append_json(parts.body, shape, value.absent() ? Value::object() : value);
    set_content_type(parts, "application/json");
  } else if (!value.absent()) {
    append_xml(parts.body, member.wire_name, member, value, {.side = side});
    set_content_type(parts, "application/xml");
  }
}

}  // namespace

Result<Value> read_rest_parts(const Service& service, const Shape& shape, const std::vector<Header>& headers,
                              std::string_view body, int status, XmlSide) {
  Value value = Value::object();
  if (shape.payload >= 0) {
    const Member& member = shape.members[static_cast<std::size_t>(shape.payload)];
    if (member.shape->event_stream) {
      // Read message by message: event_stream.hpp.
    } else if (is_raw(*member.shape)) {
      if (!body.empty())
        value.set(Key::of_table(member.name),
                  member.shape->type == Type::blob ? Value::blob(body) : Value(body));
    } else if (!body.empty()) {
      Result<Value> content = read_body(service, *member.shape, body);
      if (!content) return content;
      if (!content->absent()) value.set(Key::of_table(member.name), std::move(*content));
    }
  } else if (!body.empty() && has_body_members(shape)) {
    Result<Value> content = read_body(service, shape, body);
    if (!content) return content;
    if (content->is(Kind::object)) value = std::move(*content);
  }
  for (const Member& member : shape.members)
    if (member.location == Location::status) value.set(Key::of_table(member.name), status);
  if (Result<> read = read_headers(shape, headers, value); !read) return pass(read);
  return value;
}

void write_rest_parts(const Service& service, const Shape& shape, const Value& value, const Member& root,
                      XmlSide side, RestParts& parts) {
  bool any_in_body = false;
  std::size_t hint = 0;
  for (const Value::Entry& entry : value.entries()) {
    if (entry.value.absent()) continue;
    const Member* member = member_after(shape, entry.key.view(), hint);
    if (!member) continue;
    if (member->location == Location::header) {
      // An empty list is an empty header (smithy), but botocore would read that in an answer as [""].
      if (side == XmlSide::request || !entry.value.is(Kind::list) || !entry.value.empty())
        parts.headers.push_back({std::string(member->wire_name), header_value(*member, entry.value)});
    } else if (member->location == Location::headers) {
      for (const Value::Entry& header : entry.value.entries())
        parts.headers.push_back(
            {std::string(member->wire_name).append(header.key.view()), std::string(header.value.string())});
    } else if (member->location == Location::status) {
      parts.status = static_cast<int>(entry.value.integer());
    } else if (member->location == Location::body) {
      any_in_body = true;
    }
  }
  if (shape.payload >= 0) {
    const Member& member = shape.members[static_cast<std::size_t>(shape.payload)];
    return write_payload(service, member, value.get(member.name), side, parts);
  }
  if (service.protocol == Protocol::rest_json) {
    // botocore sends "{}" where something could stand in the body, and nothing where nothing could.
    if (!has_body_members(shape) && side == XmlSide::request) return;
    append_json(parts.body, shape, value);
    set_content_type(parts, "application/json");
  } else if (any_in_body || (side == XmlSide::response && has_body_members(shape))) {
    append_xml(parts.body, root.wire_name, root, value, {.side = side});
    set_content_type(parts, "application/xml");
  }
}

}  // namespace slipway::wire
