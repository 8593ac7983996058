#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

// The AWS protocols, both directions, by interpreting shape tables: awsJson1.0/1.1, restJson1, awsQuery,
// ec2Query and restXml (smithy.io, "AWS Protocols"). A call site does not see which one is spoken.
namespace slipway::wire {

struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};

struct HttpRequestParts {
  std::string method = "POST";
  std::string path = "/";  // as received, still percent-encoded
  std::string query;       // without '?', still percent-encoded
  std::vector<Header> headers;
  std::string body;
};

struct HttpResponseParts {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
};

// The first header of that name, compared without case.
std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name);

// --- Server ---

// What a request says of itself, before any service is known.
struct Hint {
  Protocol protocol = Protocol::rest_json;  // in whose form to answer if no service is found
  std::string_view json_version = "1.1";
  std::string target_prefix;  // of X-Amz-Target
  std::string operation;      // of X-Amz-Target or Action; REST: empty
};
Hint hint(const HttpRequestParts& request);

// The operation that a request asks for: by X-Amz-Target, Action (in the query or the form), or method
// and path. Errors are the protocol's own: UnknownOperationException (JSON: 400, REST: 404), InvalidAction
// (Query and EC2: 400).
Result<const Operation*> route(const Service& service, const HttpRequestParts& request);

// The input of an operation as an object keyed by member names. Unknown members are ignored, null ones
// are absent, of repeated ones the last counts. Errors: SerializationException (JSON and REST),
// MalformedInput / MalformedQueryString (Query, EC2), MalformedXML, RequestEntityTooLarge and the like.
// Constraints (required, length, enum) are validate()'s.
Result<Value> parse_request(const Service& service, const Operation& operation,
                            const HttpRequestParts& request);

HttpResponseParts write_response(const Service& service, const Operation& operation, const Value& output,
                                 std::string_view request_id);

// `details`: further members of a modelled error ("resourceName"), written beside the message.
HttpResponseParts write_error(const Service& service, const Error& error, std::string_view request_id,
                              const Value& details = {});
// For requests whose service is not known.
HttpResponseParts write_error(const Hint& hint, const Error& error, std::string_view request_id);

// --- Client ---

// Unsigned, without Host. An input must have what the URI needs: check() otherwise.
HttpRequestParts write_request(const Service& service, const Operation& operation, const Value& input);
// The output, or the error that the service answered with (parse_error), or SerializationException when
// the answer cannot be read.
Result<Value> parse_response(const Service& service, const Operation& operation,
                             const HttpResponseParts& response);
// `details`: the members of a modelled error; an empty object where the model does not know it.
Error parse_error(const Service& service, const HttpResponseParts& response, Value* details = nullptr);
// The request's id, from a header or the body; empty where there is none.
std::string request_id_of(const Service& service, const HttpResponseParts& response);

}  // namespace slipway::wire
