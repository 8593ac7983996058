#include <gtest/gtest.h>

#include <algorithm>

#include "model.hpp"
#include "typed.hpp"
#include "wire/codec/xml.hpp"
#include "wire/json_text.hpp"

namespace slipway::wire {

namespace {

HttpRequestParts request_of(const Value& serialized) {
  HttpRequestParts request;
  std::string_view uri = serialized.get("uri").string();
  std::size_t mark = std::min(uri.find('?'), uri.size());
  request.method = serialized.get("method").string();
  request.path = uri.substr(0, mark);
  request.query = uri.substr(std::min(mark + 1, uri.size()));
  request.body = serialized.get("body").string();
  for (const Value::Entry& header : serialized.get("headers").entries())
    request.headers.push_back({std::string(header.key.view()), std::string(header.value.string())});
  return request;
}

std::string stripped(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

// A form in which equal XML is equal text: attributes in order, blanks around text stripped.
std::string canonical(const XmlNode& node) {
  std::string out = "<" + node.name;
  auto attributes = node.attributes;
  std::ranges::sort(attributes);
  for (const auto& [name, text] : attributes) out += " " + name + "=" + text;
  out += ">" + stripped(node.text);
  for (const XmlNode& child : node.children) out += canonical(child);
  return out + "</>";
}

void expect_same_xml(const std::string& actual, std::string_view expected) {
  Result<XmlNode> found = parse_xml(actual), wanted = parse_xml(expected);
  if (!found || !wanted) {
    EXPECT_EQ(actual, expected);
  } else {
    EXPECT_EQ(canonical(*found), canonical(*wanted));
  }
}

void expect_same_json(const std::string& actual, std::string_view expected) {
  Result<Value> found = parse_json(actual), wanted = parse_json(expected);
  if (found && wanted) {
    EXPECT_TRUE(*found == *wanted) << actual << "\nexpected " << expected;
  } else {
    EXPECT_EQ(actual, expected);
  }
}

// Fixtures join header lists with ", ", we and botocore with ",".
std::string without_blanks_after_commas(std::string_view text) {
  std::string out;
  for (char byte : text)
    if (byte != ' ' || out.empty() || out.back() != ',') out += byte;
  return out;
}

void expect_headers(const Model& model, const Value& serialized, const HttpRequestParts& request) {
  for (const Value::Entry& header : serialized.get("headers").entries()) {
    std::string_view name = header.key.view(), wanted = header.value.string();
    std::optional<std::string_view> found = find_header(request.headers, name);
    ASSERT_TRUE(found) << "no header " << name;
    bool type = name == "Content-Type";
    if (type && (model.service.protocol == Protocol::query || model.service.protocol == Protocol::ec2)) {
      EXPECT_TRUE(found->starts_with(wanted));
    } else {
      EXPECT_EQ(without_blanks_after_commas(*found), without_blanks_after_commas(wanted)) << name;
    }
  }
  for (const Value& name : serialized.get("forbidHeaders").items())
    EXPECT_FALSE(find_header(request.headers, name.string())) << name.string();
  for (const Value& name : serialized.get("requireHeaders").items())
    if (name.string() != "Content-Length") {  // added where the request is sent
      EXPECT_TRUE(find_header(request.headers, name.string())) << name.string();
    }
}

// A map bound to the query gets every parameter, also those that other members claim; cases are written
// for clients and mostly leave the claimed ones out. So these are compared without them.
Value without_claimed(const Model& model, Value input) {
  if (!model.operation().input) return input;
  const Shape& shape = *model.operation().input;
  for (const Member& member : shape.members) {
    if (member.location != Location::querystring || member.shape->type != Type::map) continue;
    for (const Member& other : shape.members)
      if (other.location == Location::querystring && input.find(member.name))
        input.slot(Key::of_table(member.name)).erase(other.wire_name);
    if (input.get(member.name).empty()) input.erase(member.name);
  }
  return input;
}

}  // namespace

void server_reads_request(const Value& suite, const Value& one) {
  Model model(suite, one.get("given"));
  HttpRequestParts request = request_of(one.get("serialized"));
  // Some cases leave out the header that names the operation.
  if (model.service.protocol != Protocol::json || find_header(request.headers, "X-Amz-Target")) {
    Result<const Operation*> found = route(model.service, request);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(*found, &model.operation());
  }
  Result<Value> input = parse_request(model.service, model.operation(), request);
  ASSERT_TRUE(input) << input.error().code << ": " << input.error().message;
  Value wanted =
      model.operation().input ? typed(*model.operation().input, one.get("params")) : Value::object();
  input = without_claimed(model, *input);
  wanted = without_claimed(model, wanted);
  EXPECT_TRUE(*input == wanted) << shown(*input) << "\nexpected " << shown(wanted) << "\nfrom "
                                << shown(one.get("serialized"));
}

void client_writes_request(const Value& suite, const Value& one) {
  Model model(suite, one.get("given"));
  const Value& serialized = one.get("serialized");
  Value params =
      model.operation().input ? typed(*model.operation().input, one.get("params")) : Value::object();
  HttpRequestParts request = write_request(model.service, model.operation(), params);
  EXPECT_EQ(request.path + (request.query.empty() ? "" : "?" + request.query),
            serialized.get("uri").string());
  EXPECT_EQ(request.method, serialized.get("method").string());
  expect_headers(model, serialized, request);
  const Value* body = serialized.find("body");
  if (!body) return;
  if (model.service.protocol == Protocol::json || model.service.protocol == Protocol::rest_json)
    expect_same_json(request.body, body->string());
  else if (model.service.protocol == Protocol::rest_xml)
    expect_same_xml(request.body, body->string());
  else
    EXPECT_EQ(request.body, body->string());
}

}  // namespace slipway::wire
