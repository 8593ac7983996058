#include "wire/protocol.hpp"

#include <algorithm>

#include "wire/codec/json_reader.hpp"
#include "wire/codec/json_writer.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/event_stream.hpp"

namespace slipway::wire {

namespace {

bool same_text(std::string_view a, std::string_view b) {
  auto lower = [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_rest(const Service& service) {
  return service.protocol == Protocol::rest_json || service.protocol == Protocol::rest_xml;
}

std::string content_type(const Service& service) {
  return std::string("application/x-amz-json-").append(service.json_version);
}

bool is_form(const HttpRequestParts& request) {
  std::optional<std::string_view> type = find_header(request.headers, "content-type");
  return type && same_text(type->substr(0, 33), "application/x-www-form-urlencoded");
}

std::string action_of(const HttpRequestParts& request) {
  std::string action = find_parameter(request.query, "Action");
  return action.empty() ? find_parameter(request.body, "Action") : action;
}

std::unexpected<Error> unknown_action(const Service& service, const std::string& action) {
  if (service.protocol == Protocol::ec2)
    return fail("InvalidAction", "The action " + action + " is not valid for this web service.");
  return fail("InvalidAction",
              "Could not find operation " + action + " for version " + std::string(service.api_version));
}

Result<Value> parse_form(const Service& service, const Operation& operation,
                         const HttpRequestParts& request) {
  Result<Parameters> parameters = parse_parameters(request.query);
  if (!parameters) return pass(parameters);
  Result<Parameters> body = parse_parameters(request.body);
  if (!body) return pass(body);
  parameters->insert(parameters->end(), body->begin(), body->end());
  return operation.input ? read_query(service, *operation.input, *parameters)
                         : Result<Value>(Value::object());
}

void append_request_id(std::string& out, std::string_view name, std::string_view id) {
  out.append("<").append(name).append(">");
  append_xml_text(out, id);
  out.append("</").append(name).append(">");
}

// <GetUserResponse xmlns="…"><GetUserResult>…</GetUserResult><ResponseMetadata>…; EC2 has neither result
// nor metadata: <DescribeVpcsResponse xmlns="…/"><requestId>…</requestId>…
std::string query_body(const Service& service, const Operation& operation, const Value& output,
                       std::string_view request_id) {
  std::string out;
  out.reserve(1024);
  bool ec2 = service.protocol == Protocol::ec2;
  if (ec2) out += xml_declaration;
  out.append("<").append(operation.name).append("Response");
  std::string uri(service.xml_namespace);
  if (ec2 && !uri.ends_with('/')) uri += '/';
  append_xml_namespace(out, service.xml_namespace.empty() ? std::string_view() : uri);
  out += '>';
  XmlStyle style{.side = XmlSide::response, .milliseconds = ec2};
  if (ec2) {
    append_request_id(out, "requestId", request_id);
    if (operation.output) append_xml_members(out, *operation.output, output, style);
  } else {
    std::string_view wrapper = operation.result_wrapper;
    if (operation.output) {
      if (!wrapper.empty()) out.append("<").append(wrapper).append(">");
      append_xml_members(out, *operation.output, output, style);
      if (!wrapper.empty()) out.append("</").append(wrapper).append(">");
    }
    out += "<ResponseMetadata>";
    append_request_id(out, "RequestId", request_id);
    out += "</ResponseMetadata>";
  }
  return out.append("</").append(operation.name).append("Response>");
}

Result<Value> parse_query_response(const Operation& operation, const HttpResponseParts& response) {
  if (!operation.output || response.body.empty()) return Value::object();
  Result<XmlNode> root = parse_xml(response.body);
  if (!root) return pass(root);
  const XmlNode* start = &*root;
  if (!operation.result_wrapper.empty()) start = root->child(operation.result_wrapper);
  return start ? read_xml(*operation.output, *start) : Result<Value>(Value::object());
}

Result<Value> read_json_object(std::string_view body, const Shape* shape) {
  if (!shape || body.empty()) return Value::object();
  Result<Value> value = read_json(body, shape);
  if (value && value->absent()) return Value::object();
  return value;
}

}  // namespace

std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers)
    if (same_text(header.name, name)) return header.value;
  return std::nullopt;
}

Hint hint(const HttpRequestParts& request) {
  Hint hint;
  std::string_view type = find_header(request.headers, "content-type").value_or("");
  if (std::optional<std::string_view> target = find_header(request.headers, "x-amz-target")) {
    std::size_t dot = target->rfind('.');
    hint.protocol = Protocol::json;
    if (type.starts_with("application/x-amz-json-1.0")) hint.json_version = "1.0";
    hint.target_prefix = target->substr(0, dot == target->npos ? 0 : dot);
    hint.operation = target->substr(dot == target->npos ? 0 : dot + 1);
    return hint;
  }
  if (is_form(request) || request.query.starts_with("Action=") ||
      request.query.find("&Action=") != std::string::npos) {
    hint.operation = action_of(request);
    std::string version = find_parameter(request.query, "Version");
    if (version.empty()) version = find_parameter(request.body, "Version");
    hint.protocol = version == "2016-11-15" ? Protocol::ec2 : Protocol::query;
    return hint;
  }
  if (type.find("xml") != type.npos) hint.protocol = Protocol::rest_xml;
  return hint;
}

Result<const Operation*> route(const Service& service, const HttpRequestParts& request) {
  if (is_rest(service)) return rest_route(service, request);
  if (service.protocol == Protocol::json) {
    std::string_view target = find_header(request.headers, "x-amz-target").value_or("");
    bool ours = target.size() > service.target_prefix.size() && target.starts_with(service.target_prefix) &&
                target[service.target_prefix.size()] == '.';
    const Operation* found =
        ours ? service.operation(target.substr(service.target_prefix.size() + 1)) : nullptr;
    if (!found)
      return fail("UnknownOperationException", "The requested operation is not recognized by the service.");
    return found;
  }
  std::string action = action_of(request);
  if (action.empty()) return fail("MissingAction", "The request must contain the parameter Action");
  const Operation* found = service.operation(action);
  if (!found) return unknown_action(service, action);
  return found;
}

Result<Value> parse_request(const Service& service, const Operation& operation,
                            const HttpRequestParts& request) {
  if (is_rest(service)) return rest_parse_request(service, operation, request);
  if (service.protocol == Protocol::json) return read_json_object(request.body, operation.input);
  return parse_form(service, operation, request);
}

HttpResponseParts write_response(const Service& service, const Operation& operation, const Value& output,
                                 std::string_view request_id) {
  HttpResponseParts response{.status = operation.status};
  if (is_rest(service)) {
    RestParts parts{.status = operation.status};
    if (operation.output) {
      const Member root{.name = operation.output->name,
                        .shape = operation.output,
                        .wire_name = operation.output->xml_name.empty() ? operation.output->name
                                                                        : operation.output->xml_name,
                        .xml_namespace = service.xml_namespace};
      write_rest_parts(service, *operation.output, output, root, XmlSide::response, parts);
    }
    response = {parts.status, std::move(parts.headers), std::move(parts.body)};
    if (service.protocol == Protocol::rest_xml)
      response.headers.push_back({"x-amz-request-id", std::string(request_id)});
  } else if (service.protocol == Protocol::json) {
    response.body.reserve(4096);
    bool events = operation.event_stream() != nullptr;
    if (operation.output && !events) append_json(response.body, *operation.output, output);
    response.headers.push_back(
        {"Content-Type", events ? std::string(event_stream_content_type) : content_type(service)});
  } else {
    response.body = query_body(service, operation, output, request_id);
    response.headers.push_back(
        {"Content-Type", service.protocol == Protocol::ec2 ? "text/xml;charset=UTF-8" : "text/xml"});
  }
  response.headers.push_back({"x-amzn-RequestId", std::string(request_id)});
  return response;
}

HttpRequestParts write_request(const Service& service, const Operation& operation, const Value& input) {
  if (is_rest(service)) return rest_write_request(service, operation, input);
  HttpRequestParts request;
  request.method = operation.method;
  request.path = operation.uri;
  if (service.protocol == Protocol::json) {
    request.headers.push_back(
        {"X-Amz-Target", std::string(service.target_prefix).append(".").append(operation.name)});
    request.headers.push_back({"Content-Type", content_type(service)});
    if (service.query_compatible) request.headers.push_back({"x-amzn-query-mode", "true"});
    if (operation.input)
      append_json(request.body, *operation.input, input.absent() ? Value::object() : input);
    else
      request.body = "{}";
  } else {
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
    request.body = write_query(service, operation, input);
  }
  return request;
}

Result<Value> parse_response(const Service& service, const Operation& operation,
                             const HttpResponseParts& response) {
  if (response.status >= 300) return std::unexpected(parse_error(service, response));
  const Shape* output = operation.output;
  if (is_rest(service)) {
    if (!output) return Value::object();
    return read_rest_parts(service, *output, response.headers, response.body, response.status,
                           XmlSide::response);
  }
  if (service.protocol == Protocol::json) {
    if (operation.event_stream()) return Value::object();
    return read_json_object(response.body, output);
  }
  return parse_query_response(operation, response);
}

}  // namespace slipway::wire
