#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

// AWS's API models as pure data. tools/gen_wire.py emits them as constants; tests build them at run time.
// Nothing here owns anything: what a table points to must live as long as the table and every Value that
// was read with it (Values keep member names by address).
namespace slipway::wire {

enum class Type : std::uint8_t {
  structure,
  list,
  map,
  string,
  blob,
  boolean,
  integer,  // 32 bits
  long_,    // 64 bits
  float_,
  double_,
  timestamp,
  document,  // any JSON
};

// Where a member travels in a REST protocol; the other protocols put everything into the body.
enum class Location : std::uint8_t { body, header, headers, uri, querystring, status };

// `by_protocol`: epoch seconds in JSON, ISO 8601 in XML and queries, RFC 7231 in headers.
enum class TimestampFormat : std::uint8_t { by_protocol, iso8601, epoch_seconds, http_date };

enum class Protocol : std::uint8_t { json, rest_json, query, ec2, rest_xml };

struct Shape;

// A use of a shape: a structure's member, a list's element, a map's key or value. The traits of the use
// win over those of the shape; what is here is the outcome.
struct Member {
  std::string_view name;  // key in a Value; "member", "key", "value" in lists and maps
  const Shape* shape = nullptr;
  std::string_view
      wire_name;  // JSON key, XML element, header, URI label; empty: no locationName (lists, maps)
  std::string_view query_name;  // in awsQuery and ec2Query requests; empty as above
  std::string_view xml_namespace = {};
  std::string_view xml_prefix = {};
  Location location = Location::body;
  TimestampFormat timestamp_format = TimestampFormat::by_protocol;
  bool required = false;
  bool flattened = false;
  bool xml_attribute = false;
  bool json_value = false;  // a header that carries base64 of JSON
  bool idempotency_token = false;
  bool host_label = false;
  bool event_header = false;
  bool event_payload = false;
};

struct Shape {
  static constexpr std::int64_t no_min = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t no_max = std::numeric_limits<std::int64_t>::max();

  std::string_view name;
  Type type = Type::structure;
  std::span<const Member> members = {};  // structure: in the model's order; list: one; map: key, value
  // Positions in `members`, sorted by name and by wire_name.
  std::span<const std::uint16_t> by_name = {};
  std::span<const std::uint16_t> by_wire_name = {};
  std::span<const std::string_view> enum_values = {};
  std::int64_t min = no_min;  // of a length (text, list, map, blob) or of a number
  std::int64_t max = no_max;
  std::int16_t payload = -1;  // REST: the member that is the whole body
  bool sensitive = false;
  bool is_union = false;
  bool event_stream = false;  // of its members one per message
  bool is_error = false;
  bool fault = false;                // an error that is the service's fault (5xx)
  std::string_view error_code = {};  // where it is not the shape's name
  std::int16_t http_status = 0;      // of an error; 0: 400, or 500 for a fault
  std::string_view xml_namespace = {};
  std::string_view xml_prefix = {};
  std::string_view xml_name = {};  // locationName of the shape itself

  const Member* member(std::string_view member_name) const;
  const Member* member_on_wire(std::string_view wire_name) const;
  const Member& element() const { return members[0]; }  // of a list
  const Member& key() const { return members[0]; }      // of a map
  const Member& value() const { return members[1]; }
};

struct Operation {
  std::string_view name;
  std::string_view method = "POST";
  std::string_view uri = "/";  // with {label}, {greedy+} and a fixed ?query
  std::int16_t status = 200;
  const Shape* input = nullptr;  // nullptr: takes or gives nothing
  const Shape* output = nullptr;
  std::span<const Shape* const> errors = {};
  std::string_view input_xml_name = {};  // root element of a restXml request
  std::string_view input_xml_namespace = {};
  std::string_view input_xml_prefix = {};
  std::string_view result_wrapper = {};  // awsQuery's <XxxResult>
  std::string_view host_prefix = {};
  bool idempotent = false;

  // The output's member that is a stream of events, or nullptr.
  const Member* event_stream() const;
};

struct Service {
  std::string_view id;          // botocore's name: "ecs", "logs", "elbv2"; the CLI's command
  std::string_view service_id;  // "ECS", "CloudWatch Logs": the key of AWS_ENDPOINT_URL_<...>
  std::string_view full_name;
  std::string_view signing_name;  // of the SigV4 credential scope
  std::string_view endpoint_prefix;
  std::string_view target_prefix = {};  // of X-Amz-Target
  std::string_view json_version = {};   // "1.0" or "1.1"
  std::string_view api_version = {};
  std::string_view xml_namespace = {};
  Protocol protocol = Protocol::json;
  bool query_compatible = false;
  std::string_view validation_code = "ValidationException";  // of validate()'s errors
  std::span<const Operation> operations = {};                // sorted by name
  std::span<const Shape> shapes = {};

  const Operation* operation(std::string_view operation_name) const;
  // The shape of an error by its code, or nullptr.
  const Shape* error(std::string_view code) const;
};

// Every service with a models/<id>.ops, sorted by id: routing, the CLI's help, the compatibility page.
std::span<const Service* const> services();
const Service* service_by_id(std::string_view id);
const Service* service_by_target_prefix(std::string_view prefix);
// Several services may sign with one name (two generations of load balancers); the first that serves
// `operation` is returned, or the first at all when no operation is given.
const Service* service_by_signing_name(std::string_view name, std::string_view operation = {});

}  // namespace slipway::wire
