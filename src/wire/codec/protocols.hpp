#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "wire/codec/xml.hpp"
#include "wire/protocol.hpp"

// What the files of codec/ offer each other; protocol.cpp picks by Service::protocol.
namespace slipway::wire {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Name and value pairs of a query or a form, decoded. Error: MalformedQueryString, for a broken escape,
// text that is not UTF-8, or more than limits::query_parameters pairs.
Result<Parameters> parse_parameters(std::string_view text);
// The first parameter of that name, decoded, without reading the rest. Empty where there is none.
std::string find_parameter(std::string_view text, std::string_view name);
void append_parameter(std::string& out, std::string_view name, std::string_view value);

// awsQuery and ec2Query: a form as an object, and back.
Result<Value> read_query(const Service& service, const Shape& shape, const Parameters& parameters);
std::string write_query(const Service& service, const Operation& operation, const Value& input);

// REST: one description of what travels where, for requests, responses and errors.
struct RestParts {
  std::vector<Header> headers;
  std::string body;
  int status = 200;
};
Result<Value> read_rest_parts(const Service& service, const Shape& shape, const std::vector<Header>& headers,
                              std::string_view body, int status, XmlSide side);
// `root`: the name of an XML body's element. Content-Type is set unless a member carries it.
void write_rest_parts(const Service& service, const Shape& shape, const Value& value, const Member& root,
                      XmlSide side, RestParts& parts);

Result<const Operation*> rest_route(const Service& service, const HttpRequestParts& request);
Result<Value> rest_parse_request(const Service& service, const Operation& operation,
                                 const HttpRequestParts& request);
HttpRequestParts rest_write_request(const Service& service, const Operation& operation, const Value& input);

// A header's text as a value of the member's shape and back. Nothing where it does not fit.
std::optional<Value> parse_header_value(const Member& member, std::string_view text);
std::string header_value(const Member& member, const Value& value);

}  // namespace slipway::wire
