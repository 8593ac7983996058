#include "model.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace slipway::wire {

namespace {

Value merged(Value traits, const Value& use) {
  for (const Value::Entry& entry : use.entries()) traits.set(entry.key, entry.value);
  return traits;
}

Type type_of(const Value& model) {
  if (model.get("document").boolean()) return Type::document;
  constexpr std::pair<std::string_view, Type> names[] = {
      {"structure", Type::structure}, {"list", Type::list},       {"map", Type::map},
      {"blob", Type::blob},           {"boolean", Type::boolean}, {"integer", Type::integer},
      {"long", Type::long_},          {"float", Type::float_},    {"double", Type::double_},
      {"timestamp", Type::timestamp}, {"string", Type::string},   {"character", Type::string}};
  for (auto [name, type] : names)
    if (model.get("type").string() == name) return type;
  crash("unknown type in a fixture");
}

Location location_of(const Value& use) {
  std::string_view location = use.get("location").string();
  if (location == "header") return Location::header;
  if (location == "headers") return Location::headers;
  if (location == "uri") return Location::uri;
  if (location == "querystring") return Location::querystring;
  return location == "statusCode" ? Location::status : Location::body;
}

TimestampFormat format_of(const Value& traits) {
  std::string_view format = traits.get("timestampFormat").string();
  if (format == "iso8601") return TimestampFormat::iso8601;
  if (format == "rfc822") return TimestampFormat::http_date;
  return format == "unixTimestamp" ? TimestampFormat::epoch_seconds : TimestampFormat::by_protocol;
}

std::string_view uri_of(const Value& traits) {
  const Value& space = traits.get("xmlNamespace");
  return space.is(Kind::object) ? space.get("uri").string() : space.string();
}

Protocol protocol_of(std::string_view name) {
  if (name == "rest-json") return Protocol::rest_json;
  if (name == "rest-xml") return Protocol::rest_xml;
  if (name == "query") return Protocol::query;
  return name == "ec2" ? Protocol::ec2 : Protocol::json;
}

}  // namespace

Model::Model(const Value& suite, const Value& given) : suite_(suite), given_(given) {
  const Value& metadata = suite_.get("metadata");
  service.id = "fixture";
  service.protocol = protocol_of(metadata.get("protocol").string());
  service.target_prefix = metadata.get("targetPrefix").string();
  service.json_version = metadata.get("jsonVersion").string();
  service.api_version = metadata.get("apiVersion").string();
  service.query_compatible = !metadata.get("awsQueryCompatible").absent();
  service.xml_namespace = uri_of(metadata);

  const Value& models = suite_.get("shapes");
  shapes_.reserve(models.size());
  for (const Value::Entry& entry : models.entries()) shapes_.push_back({.name = entry.key.view()});
  for (std::size_t i = 0; i < shapes_.size(); ++i) build_shape(shapes_[i], models.entries()[i].value);
  build_operation(given);
  service.shapes = shapes_;
  service.operations = {&operation_, 1};
}

Shape* Model::find(std::string_view name) {
  auto found = std::ranges::find(shapes_, name, &Shape::name);
  check(found != shapes_.end(), "a fixture names an unknown shape");
  return &*found;
}

const Shape& Model::shape(std::string_view name) const {
  return *const_cast<Model*>(this)->find(name);
}

std::string_view Model::query_name(const Value& traits, std::string_view fallback) {
  std::string_view name = traits.get("locationName").string();
  if (service.protocol != Protocol::ec2) return name.empty() ? fallback : name;
  if (const Value* own = traits.find("queryName")) return own->string();
  std::string capital(name.empty() ? fallback : name);
  if (capital.empty()) return fallback;
  if (capital[0] >= 'a' && capital[0] <= 'z') capital[0] = static_cast<char>(capital[0] - 32);
  return keep(std::move(capital));
}

bool Model::is_answer(std::string_view shape) const {
  return given_.get("output", "shape").string() == shape && given_.get("input", "shape").string() != shape;
}

Member Model::build_member(std::string_view name, const Value& use, bool required, bool named, bool answer) {
  Value target = suite_.get("shapes").get(use.get("shape").string());
  target.erase("locationName");
  const Value traits = merged(target, use);
  const Value* own = traits.find("locationName");
  Location location = location_of(use);
  if (answer && (location == Location::uri || location == Location::querystring)) location = Location::body;
  std::string_view fallback = named ? name : std::string_view();
  return {.name = name,
          .shape = find(use.get("shape").string()),
          .wire_name = own ? keep(std::string(own->string())) : fallback,
          .query_name = keep(std::string(query_name(traits, fallback))),
          .xml_namespace = keep(std::string(uri_of(traits))),
          .xml_prefix = keep(std::string(traits.get("xmlNamespace").get("prefix").string())),
          .location = location,
          .timestamp_format = format_of(traits),
          .required = required,
          .flattened = traits.get("flattened").boolean(),
          .xml_attribute = use.get("xmlAttribute").boolean(),
          .json_value = use.get("jsonvalue").boolean(),
          .idempotency_token = use.get("idempotencyToken").boolean(),
          .host_label = use.get("hostLabel").boolean()};
}

void Model::build_shape(Shape& shape, const Value& model) {
  shape.type = type_of(model);
  std::vector<Member>& members = members_.emplace_back();
  auto required = [&](std::string_view name) {
    return std::ranges::any_of(model.get("required").items(),
                               [&](const Value& v) { return v.string() == name; });
  };
  for (const Value::Entry& entry : model.get("members").entries())
    members.push_back(
        build_member(entry.key.view(), entry.value, required(entry.key.view()), true, is_answer(shape.name)));
  for (std::string_view part : {"member", "key", "value"})
    if (const Value* use = model.find(part)) members.push_back(build_member(part, *use, false, false, false));
  shape.members = members;

  auto order = [&](std::string_view Member::* name) -> std::vector<std::uint16_t>& {
    std::vector<std::uint16_t>& numbers = orders_.emplace_back(members.size());
    std::iota(numbers.begin(), numbers.end(), std::uint16_t{0});
    std::ranges::sort(numbers, {}, [&](std::uint16_t i) { return members[i].*name; });
    return numbers;
  };
  if (shape.type == Type::structure) {
    shape.by_name = order(&Member::name);
    shape.by_wire_name = order(&Member::wire_name);
  }
  std::vector<std::string_view>& values = enums_.emplace_back();
  for (const Value& value : model.get("enum").items()) values.push_back(value.string());
  shape.enum_values = values;
  std::string_view payload = model.get("payload").string();
  for (std::size_t i = 0; i < members.size(); ++i)
    if (members[i].name == payload) shape.payload = static_cast<std::int16_t>(i);
  shape.is_union = model.get("union").boolean();
  shape.is_error = model.get("exception").boolean();
  shape.fault = model.get("fault").boolean();
  shape.error_code = model.get("error", "code").string();
  shape.http_status = static_cast<std::int16_t>(model.get("error", "httpStatusCode").integer());
  shape.xml_namespace = uri_of(model);
  shape.xml_prefix = model.get("xmlNamespace").get("prefix").string();
  shape.xml_name = model.get("locationName").string();
}

void Model::build_operation(const Value& given) {
  operation_.name = keep(std::string(given.get("name").string()));
  operation_.method = keep(std::string(given.get("http", "method").string()));
  operation_.uri = keep(std::string(given.get("http", "requestUri").string()));
  if (const Value& status = given.get("http", "responseCode"))
    operation_.status = static_cast<std::int16_t>(status.integer());
  if (const Value& input = given.get("input")) {
    operation_.input = find(input.get("shape").string());
    operation_.input_xml_name = keep(std::string(input.get("locationName").string()));
    operation_.input_xml_namespace = keep(std::string(uri_of(input)));
    operation_.input_xml_prefix = keep(std::string(input.get("xmlNamespace").get("prefix").string()));
  }
  if (const Value& output = given.get("output")) {
    operation_.output = find(output.get("shape").string());
    // botocore's own runner adds the wrapper that the fixtures leave out.
    if (service.protocol == Protocol::query && !operation_.output->members.empty())
      operation_.result_wrapper = keep(std::string(operation_.name) + "Result");
  }
  for (const Value& error : given.get("errors").items()) errors_.push_back(find(error.get("shape").string()));
  operation_.errors = errors_;
}

}  // namespace slipway::wire
