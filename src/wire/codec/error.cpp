#include <array>

#include "base/encoding.hpp"
#include "wire/codec/json_reader.hpp"
#include "wire/codec/json_writer.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/json_text.hpp"

// Errors, in each protocol's form and back.
namespace slipway::wire {

namespace {

// What the form of an error depends on.
struct Form {
  Protocol protocol;
  std::string_view json_version;
  std::string_view xml_namespace = {};
  const Service* service = nullptr;
};

void element(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">");
  append_xml_text(out, text);
  out.append("</").append(name).append(">");
}

void append_code_and_message(std::string& out, const Error& error) {
  element(out, "Code", error.code);
  element(out, "Message", error.message);
}

std::string xml_body(const Form& form, const Error& error, std::string_view request_id,
                     std::string_view details) {
  std::string out;
  if (form.protocol == Protocol::ec2) {
    out.append(xml_declaration).append("<Response><Errors><Error>");
    append_code_and_message(out, error);
    out.append(details).append("</Error></Errors>");
    element(out, "RequestID", request_id);
    return out += "</Response>";
  }
  bool bare = form.protocol == Protocol::rest_xml && (!form.service || form.service->id == "s3");
  if (bare) {
    out.append(xml_declaration).append("<Error>");
    append_code_and_message(out, error);
    out.append(details);
    element(out, "RequestId", request_id);
    return out += "</Error>";
  }
  out += "<ErrorResponse";
  append_xml_namespace(out, form.xml_namespace);
  out += "><Error>";
  element(out, "Type", error.http_status >= 500 ? "Receiver" : "Sender");
  append_code_and_message(out, error);
  out.append(details).append("</Error>");
  element(out, "RequestId", request_id);
  return out += "</ErrorResponse>";
}

// The message goes under the name that the model gives it: clients read that into the exception.
std::string_view message_name(const Shape* shape) {
  return shape && !shape->member("message") && shape->member("Message") ? "Message" : "message";
}

std::string json_body(const Form& form, const Error& error, const Shape* shape, std::string_view details) {
  std::string out = "{";
  if (form.protocol == Protocol::json) {
    out += "\"__type\":";
    append_json_string(out, error.code);
    out += ',';
  }
  out.append("\"").append(message_name(shape)).append("\":");
  append_json_string(out, error.message);
  if (!details.empty()) out.append(",").append(details);
  return out += '}';
}

HttpResponseParts write(const Form& form, const Error& error, std::string_view request_id, const Shape* shape,
                        Value details) {
  HttpResponseParts response{.status = error.http_status};
  bool json = form.protocol == Protocol::json || form.protocol == Protocol::rest_json;
  std::string extra;
  if (shape && details.is(Kind::object)) {
    details.erase("message");
    details.erase("Message");
    if (json)
      append_json_members(extra, *shape, details);
    else
      append_xml_members(extra, *shape, details, {});
    for (const Member& member : shape->members)
      if (member.location == Location::header && details.find(member.name))
        response.headers.push_back(
            {std::string(member.wire_name), header_value(member, details.get(member.name))});
  }
  response.body = json ? json_body(form, error, shape, extra) : xml_body(form, error, request_id, extra);
  std::string type = json ? "application/json" : "text/xml";
  if (form.protocol == Protocol::json)
    type = std::string("application/x-amz-json-").append(form.json_version);
  if (form.protocol == Protocol::rest_xml) type = "application/xml";
  response.headers.push_back({"Content-Type", std::move(type)});
  response.headers.push_back({"x-amzn-RequestId", std::string(request_id)});
  if (form.protocol == Protocol::rest_json) response.headers.push_back({"x-amzn-ErrorType", error.code});
  if (form.protocol == Protocol::rest_xml)
    response.headers.push_back({"x-amz-request-id", std::string(request_id)});
  if (form.service && form.service->query_compatible)
    response.headers.push_back(
        {"x-amzn-query-error", error.code + (error.http_status >= 500 ? ";Receiver" : ";Sender")});
  return response;
}

// "aws.protocoltests.restjson#FooError:http://internal.amazon.com/coral/…/" is FooError.
std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  return std::string(code.substr(code.rfind('#') + 1));
}

Error parse_json_error(const Service& service, const HttpResponseParts& response) {
  Error error{std::to_string(response.status), {}, response.status};
  Result<Value> body = parse_json(response.body.empty() ? "{}" : response.body);
  if (!body) {
    error.message = response.body;
    body = Value::object();
  }
  for (std::string_view name : {"message", "Message", "errorMessage"})
    if (error.message.empty()) error.message = body->get(name).string();
  std::string_view code;
  if (std::optional<std::string_view> type = find_header(response.headers, "x-amzn-errortype")) code = *type;
  for (std::string_view name : {"__type", "code", "Code"})
    if (code.empty()) code = body->get(name).string();
  if (!code.empty()) error.code = bare_code(code);
  // A service that once spoke awsQuery tells its old code, by which clients still know the error.
  if (std::optional<std::string_view> old = find_header(response.headers, "x-amzn-query-error");
      old && service.query_compatible && old->find(';') != 0)
    error.code = old->substr(0, old->find(';'));
  return error;
}

// The element that holds Code and Message, of the three forms in which they come.
const XmlNode* error_node(const XmlNode& root) {
  if (root.name == "Error") return &root;
  if (const XmlNode* error = root.child("Error")) return error;
  const XmlNode* errors = root.child("Errors");
  return errors ? errors->child("Error") : nullptr;
}

std::string_view request_id_in(const XmlNode& root) {
  for (std::string_view name : {"RequestId", "RequestID", "requestId"})
    if (const XmlNode* node = root.child(name)) return node->text;
  const XmlNode* metadata = root.child("ResponseMetadata");
  return metadata ? metadata->child_text("RequestId") : std::string_view();
}

Value read_details(const Service& service, const Shape& shape, const HttpResponseParts& response,
                   const XmlNode* node) {
  Result<Value> value = fail("", "");
  if (service.protocol == Protocol::json)
    value = read_json(response.body, &shape);
  else if (service.protocol == Protocol::rest_json)
    value =
        read_rest_parts(service, shape, response.headers, response.body, response.status, XmlSide::response);
  else if (node)
    value = read_xml(shape, *node);
  if (service.protocol == Protocol::rest_xml && value)
    if (Result<Value> bound =
            read_rest_parts(service, shape, response.headers, "", response.status, XmlSide::response))
      for (const Value::Entry& entry : bound->entries()) value->set(entry.key, entry.value);
  return value ? std::move(*value) : Value::object();
}

}  // namespace

HttpResponseParts write_error(const Service& service, const Error& error, std::string_view request_id,
                              const Value& details) {
  Form form{service.protocol, service.json_version, service.xml_namespace, &service};
  return write(form, error, request_id, service.error(error.code), details);
}

HttpResponseParts write_error(const Hint& hint, const Error& error, std::string_view request_id) {
  return write({hint.protocol, hint.json_version}, error, request_id, nullptr, {});
}

Error parse_error(const Service& service, const HttpResponseParts& response, Value* details) {
  bool json = service.protocol == Protocol::json || service.protocol == Protocol::rest_json;
  Error error{std::to_string(response.status), {}, response.status};
  Result<XmlNode> root = json || response.body.empty() ? fail("", "") : parse_xml(response.body);
  const XmlNode* node = root ? error_node(*root) : nullptr;
  if (json) {
    error = parse_json_error(service, response);
  } else if (node) {
    error.code = node->child_text("Code");
    error.message = node->child_text("Message");
  }
  if (!details) return error;
  const Shape* shape = service.error(error.code);
  *details = shape ? read_details(service, *shape, response, node) : Value::object();
  return error;
}

std::string request_id_of(const Service& service, const HttpResponseParts& response) {
  for (std::string_view name : {"x-amzn-requestid", "x-amz-request-id"})
    if (std::optional<std::string_view> id = find_header(response.headers, name)) return std::string(*id);
  if (service.protocol == Protocol::json || service.protocol == Protocol::rest_json) return {};
  Result<XmlNode> root = parse_xml(response.body);
  return root ? std::string(request_id_in(*root)) : std::string();
}

}  // namespace slipway::wire
