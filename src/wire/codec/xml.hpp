#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

struct XmlNode {
  std::string name;                                             // without the prefix
  std::string text;                                             // of all text nodes directly inside
  std::vector<std::pair<std::string, std::string>> attributes;  // with prefixes, as written
  std::vector<XmlNode> children;

  const XmlNode* child(std::string_view child_name) const;
  std::string_view child_text(std::string_view child_name) const;
};

// Refuses document types (and so entities), more than limits::wire_depth levels and limits::wire_members
// elements. Error: MalformedXML.
Result<XmlNode> parse_xml(std::string_view text);

// Reads the members that travel in the body, or any other shape, from an element. Unknown elements are
// ignored. Error: MalformedXML.
Result<Value> read_xml(const Shape& shape, const XmlNode& node);

enum class XmlSide : bool { request, response };

struct XmlStyle {
  // How flattened lists are named: a response under their element's locationName, a request under the
  // member's own (botocore reads and writes so).
  XmlSide side = XmlSide::response;
  bool milliseconds = false;  // EC2's timestamps: always with ".000"
};

void append_xml_text(std::string& out, std::string_view text);
// <name>…</name> and the like for one value; `use` says what namespace the element declares.
void append_xml(std::string& out, std::string_view name, const Member& use, const Value& value,
                XmlStyle style);
// The body members of a structure, without an element around them.
void append_xml_members(std::string& out, const Shape& shape, const Value& value, XmlStyle style);
// ` xmlns="uri"` or ` xmlns:prefix="uri"`; nothing for an empty uri.
void append_xml_namespace(std::string& out, std::string_view uri, std::string_view prefix = {});

inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace slipway::wire
