#include "wire/event_stream.hpp"

#include "base/check.hpp"
#include "wire/codec/json_reader.hpp"
#include "wire/codec/json_writer.hpp"
#include "wire/codec/xml.hpp"

// Events by the tables: which member of the union a message is, and what of it travels where.
namespace slipway::wire {

namespace {

bool is_xml(const Service& service) {
  return service.protocol == Protocol::rest_xml || service.protocol == Protocol::query ||
         service.protocol == Protocol::ec2;
}

std::string payload_type(const Service& service) {
  return is_xml(service) ? "application/xml" : "application/json";
}

std::string structure_text(const Service& service, const Shape& shape, const Value& value) {
  std::string out;
  if (!is_xml(service)) {
    append_json(out, shape, value);
    return out;
  }
  out.append("<").append(shape.name).append(">");
  append_xml_members(out, shape, value, {});
  return out.append("</").append(shape.name).append(">");
}

Result<Value> read_structure(const Service& service, const Shape& shape, std::string_view payload) {
  if (payload.empty()) return Value::object();
  if (!is_xml(service)) return read_json(payload, &shape);
  Result<XmlNode> node = parse_xml(payload);
  if (!node) return pass(node);
  return read_xml(shape, *node);
}

std::string message_text(const EventMessage& message) {
  std::string out;
  append_event_message(out, message);
  return out;
}

// Members of an event that are marked travel as headers or as the whole payload, the others as a structure.
void write_members(const Service& service, const Shape& shape, Value event, EventMessage& message) {
  const Member* payload = nullptr;
  for (const Member& member : shape.members) {
    const Value* value = event.find(member.name);
    if (member.event_payload) payload = &member;
    if (!member.event_header || !value) continue;
    message.headers.emplace_back(member.name, *value);
    event.erase(member.name);
  }
  if (!payload) {
    message.headers.emplace_back(":content-type", payload_type(service));
    message.payload = structure_text(service, shape, event);
    return;
  }
  const Value& value = event.get(payload->name);
  bool text = payload->shape->type == Type::string, raw = payload->shape->type == Type::blob;
  message.headers.emplace_back(":content-type", text  ? "text/plain"
                                                : raw ? "application/octet-stream"
                                                      : payload_type(service));
  message.payload =
      text || raw ? std::string(value.string()) : structure_text(service, *payload->shape, value);
}

Result<Value> read_members(const Service& service, const Shape& shape, const EventMessage& message) {
  Value event = Value::object();
  const Member* payload = nullptr;
  bool bound = false;
  for (const Member& member : shape.members) {
    if (member.event_payload) payload = &member;
    bound = bound || member.event_header || member.event_payload;
    const Value& value = message.header(member.name);
    if (member.event_header && !value.absent()) event.set(Key::of_table(member.name), value);
  }
  if (payload && payload->shape->type == Type::string) {
    event.set(Key::of_table(payload->name), message.payload);
  } else if (payload && payload->shape->type == Type::blob) {
    event.set(Key::of_table(payload->name), Value::blob(message.payload));
  } else if (payload) {
    Result<Value> content = read_structure(service, *payload->shape, message.payload);
    if (!content) return content;
    event.set(Key::of_table(payload->name), std::move(*content));
  } else {
    Result<Value> content = read_structure(service, shape, message.payload);
    if (!content) return content;
    for (const Value::Entry& entry : content->entries()) event.set(entry.key, entry.value);
  }
  return event;
}

}  // namespace

std::string write_initial_response(const Service& service, const Operation& operation, const Value& output) {
  const Member* stream = operation.event_stream();
  check(stream != nullptr, "the operation has no event stream");
  Value rest = output;
  rest.erase(stream->name);
  EventMessage message;
  message.headers = {{":message-type", "event"},
                     {":event-type", "initial-response"},
                     {":content-type", payload_type(service)}};
  message.payload = structure_text(service, *operation.output, rest.absent() ? Value::object() : rest);
  return message_text(message);
}

std::string write_event(const Service& service, const Operation& operation, const Value& event) {
  const Member* stream = operation.event_stream();
  check(stream != nullptr && event.size() == 1, "an event is one member of the operation's stream");
  const Value::Entry& entry = event.entries().front();
  const Member* member = stream->shape->member(entry.key.view());
  check(member != nullptr, "the stream has no such event");
  bool exception = member->shape->is_error;
  EventMessage message;
  message.headers = {{":message-type", exception ? "exception" : "event"},
                     {exception ? ":exception-type" : ":event-type", member->name}};
  write_members(service, *member->shape, entry.value, message);
  return message_text(message);
}

std::string write_event_error(const Error& error) {
  EventMessage message;
  message.headers = {
      {":message-type", "error"}, {":error-code", error.code}, {":error-message", error.message}};
  return message_text(message);
}

Result<Value> parse_event(const Service& service, const Operation& operation, const EventMessage& message) {
  const Member* stream = operation.event_stream();
  check(stream != nullptr, "the operation has no event stream");
  std::string_view kind = message.header(":message-type").string();
  if (kind == "error")
    return fail(std::string(message.header(":error-code").string()),
                std::string(message.header(":error-message").string()));
  std::string_view type = message.header(kind == "exception" ? ":exception-type" : ":event-type").string();
  if (type == "initial-response") return read_structure(service, *operation.output, message.payload);
  const Member* member = stream->shape->member(type);
  if (!member) return Value::object();  // an event newer than our model
  Result<Value> content = read_members(service, *member->shape, message);
  if (!content) return content;
  if (kind == "exception") {
    std::string_view text = content->get("message").string();
    return fail(std::string(type), std::string(text.empty() ? content->get("Message").string() : text));
  }
  Value event = Value::object();
  event.set(Key::of_table(member->name), std::move(*content));
  return event;
}

}  // namespace slipway::wire
