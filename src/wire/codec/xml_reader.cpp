#include <expat.h>

#include <memory>
#include <optional>

#include "base/limits.hpp"
#include "wire/codec/text.hpp"
#include "wire/codec/xml.hpp"

namespace slipway::wire {

namespace {

struct Builder {
  XML_Parser parser;
  XmlNode root;                       // above the document's element
  std::vector<XmlNode*> open{&root};  // only the last one's children grow, so the others stay in place
  std::size_t elements = 0;
  const char* refused = nullptr;

  void refuse(const char* why) {
    refused = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

std::string_view without_prefix(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

void XMLCALL on_start(void* data, const char* name, const char** attributes) {
  Builder& builder = *static_cast<Builder*>(data);
  if (builder.open.size() > limits::wire_depth) return builder.refuse("too many levels");
  if (++builder.elements > limits::wire_members) return builder.refuse("too many elements");
  XmlNode& node = builder.open.back()->children.emplace_back();
  node.name = without_prefix(name);
  for (; *attributes; attributes += 2) node.attributes.emplace_back(attributes[0], attributes[1]);
  builder.open.push_back(&node);
}

void XMLCALL on_end(void* data, const char*) {
  static_cast<Builder*>(data)->open.pop_back();
}

void XMLCALL on_text(void* data, const char* text, int size) {
  static_cast<Builder*>(data)->open.back()->text.append(text, static_cast<std::size_t>(size));
}

void XMLCALL on_doctype(void* data, const char*, const char*, const char*, int) {
  static_cast<Builder*>(data)->refuse("document types are not allowed");
}

std::unexpected<Error> malformed(std::string_view what, std::string_view name) {
  return fail("MalformedXML", std::string(what) + " in element " + std::string(name));
}

// Where an element of a structure belongs. A flattened list goes by its element's name if it has one.
const Member* member_of(const Shape& shape, std::string_view name, std::size_t& hint) {
  auto by_element = [](const Member& member) {
    return member.flattened && member.shape->type == Type::list && !member.shape->element().wire_name.empty();
  };
  const Member* found = wire_member_after(shape, name, hint);
  if (found && !found->xml_attribute) return found;
  for (const Member& member : shape.members)
    if (by_element(member) && member.shape->element().wire_name == name) return &member;
  return nullptr;
}

Result<Value> read_entry(const Shape& map, const XmlNode& node, Value& into) {
  std::string_view key_name = map.key().wire_name.empty() ? "key" : map.key().wire_name;
  std::string_view value_name = map.value().wire_name.empty() ? "value" : map.value().wire_name;
  const XmlNode* key = node.child(key_name);
  const XmlNode* value = node.child(value_name);
  if (!key || !value) return malformed("A map's entry needs a key and a value", node.name);
  if (into.size() >= limits::wire_map_entries) return malformed("Too many entries", node.name);
  Result<Value> item = read_xml(*map.value().shape, *value);
  if (!item) return item;
  into.set(std::string_view(key->text), std::move(*item));
  return Value();
}

Result<Value> read_structure(const Shape& shape, const XmlNode& node) {
  Value object = Value::object();
  std::size_t hint = 0;
  for (const XmlNode& child : node.children) {
    const Member* member = member_of(shape, child.name, hint);
    if (!member || member->location != Location::body) continue;
    Key key = Key::of_table(member->name);
    if (member->flattened && member->shape->type == Type::list) {
      Result<Value> item = read_xml(*member->shape->element().shape, child);
      if (!item) return item;
      object.slot(key).push_back(std::move(*item));
    } else if (member->flattened && member->shape->type == Type::map) {
      Value& map = object.slot(key);
      if (map.absent()) map = Value::object();
      if (Result<Value> entry = read_entry(*member->shape, child, map); !entry) return entry;
    } else {
      Result<Value> value = read_xml(*member->shape, child);
      if (!value) return value;
      object.set(key, std::move(*value));
    }
  }
  for (const Member& member : shape.members) {
    if (!member.xml_attribute) continue;
    for (const auto& [name, text] : node.attributes) {
      if (name != member.wire_name) continue;
      std::optional<Value> value = parse_scalar(*member.shape, text);
      if (!value) return malformed("Invalid attribute", node.name);
      object.set(Key::of_table(member.name), std::move(*value));
    }
  }
  return object;
}

}  // namespace

const XmlNode* XmlNode::child(std::string_view child_name) const {
  for (const XmlNode& node : children)
    if (node.name == child_name) return &node;
  return nullptr;
}

std::string_view XmlNode::child_text(std::string_view child_name) const {
  const XmlNode* node = child(child_name);
  return node ? std::string_view(node->text) : std::string_view();
}

Result<XmlNode> parse_xml(std::string_view text) {
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate("UTF-8"), XML_ParserFree);
  Builder builder{.parser = parser.get(), .root = {}};
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  if (text.size() > limits::wire_string_bytes * 2) return fail("MalformedXML", "The document is too long.");
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) == XML_STATUS_ERROR) {
    std::string why = builder.refused ? builder.refused : XML_ErrorString(XML_GetErrorCode(parser.get()));
    return fail("MalformedXML", "The XML is not well-formed or not as expected: " + why + " at byte " +
                                    std::to_string(XML_GetCurrentByteIndex(parser.get())));
  }
  return std::move(builder.root.children.front());
}

Result<Value> read_xml(const Shape& shape, const XmlNode& node) {
  if (shape.type == Type::structure) return read_structure(shape, node);
  if (shape.type == Type::list) {
    Value list = Value::list();
    for (const XmlNode& child : node.children) {
      Result<Value> item = read_xml(*shape.element().shape, child);
      if (!item) return item;
      list.push_back(std::move(*item));
    }
    return list;
  }
  if (shape.type == Type::map) {
    Value map = Value::object();
    for (const XmlNode& child : node.children)
      if (Result<Value> entry = read_entry(shape, child, map); !entry) return entry;
    return map;
  }
  std::optional<Value> value = parse_scalar(shape, node.text);
  if (!value) return malformed("Invalid value", node.name);
  return std::move(*value);
}

}  // namespace slipway::wire
