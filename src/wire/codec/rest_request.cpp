#include <algorithm>
#include <map>
#include <optional>

#include "base/check.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/codec/text.hpp"

// REST requests: the path template, the query, and the parts that rest_parts.cpp reads and writes.
namespace slipway::wire {

namespace {

std::string_view path_of(std::string_view uri) {
  return uri.substr(0, uri.find('?'));
}
std::string_view query_of(std::string_view uri) {
  std::size_t mark = uri.find('?');
  return mark == uri.npos ? std::string_view() : uri.substr(mark + 1);
}

std::string_view take_segment(std::string_view& path) {
  std::size_t slash = path.find('/');
  std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
  return segment;
}

std::string_view trimmed(std::string_view path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  return path;
}

bool is_label(std::string_view segment) {
  return segment.size() > 2 && segment[0] == '{' && segment.back() == '}';
}

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;  // name, text still encoded

// Whether `path` has the form of `pattern`; fills the labels and counts the literal segments.
bool match_path(std::string_view pattern, std::string_view path, Labels& labels, int& literals) {
  pattern = trimmed(pattern);
  std::string_view whole = path.starts_with('/') ? path.substr(1) : path;
  path = trimmed(path);
  while (!pattern.empty()) {
    std::string_view wanted = take_segment(pattern);
    if (path.empty()) return false;
    if (is_label(wanted) && wanted[wanted.size() - 2] == '+') {
      // Greedy: all but what the rest of the pattern needs. A trailing slash belongs to it.
      std::size_t rest = pattern.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(pattern, '/')) + 1;
      std::string_view taken =
          rest == 0 ? whole.substr(static_cast<std::size_t>(path.data() - whole.data())) : path;
      for (; rest > 0; --rest) {
        std::size_t slash = taken.rfind('/');
        if (slash == taken.npos) return false;
        taken = taken.substr(0, slash);
      }
      labels.emplace_back(wanted.substr(1, wanted.size() - 3), taken);
      path.remove_prefix(std::min(path.size(), taken.size() + 1));
    } else if (is_label(wanted)) {
      std::string_view segment = take_segment(path);
      if (segment.empty()) return false;
      labels.emplace_back(wanted.substr(1, wanted.size() - 2), segment);
    } else {
      if (take_segment(path) != wanted) return false;
      ++literals;
    }
  }
  return path.empty();
}

// How well a request fits an operation: 0 not at all; more for more that is fixed.
int fit(const Operation& operation, const HttpRequestParts& request, const Parameters& query) {
  Labels labels;
  int score = 1;
  if (operation.method != request.method) return 0;
  if (!match_path(path_of(operation.uri), request.path, labels, score)) return 0;
  Result<Parameters> fixed = parse_parameters(query_of(operation.uri));
  for (const auto& [name, value] : fixed ? *fixed : Parameters{}) {
    auto found = std::ranges::find(query, name, &Parameters::value_type::first);
    if (found == query.end() || (!value.empty() && found->second != value)) return 0;
    score += 100;
  }
  return score;
}

std::unexpected<Error> bad(std::string_view what, std::string_view name) {
  return fail("SerializationException", std::string(what) + " " + std::string(name) + " is invalid.");
}

Result<> read_labels(const Operation& operation, const HttpRequestParts& request, Value& into) {
  Labels labels;
  int literals = 0;
  match_path(path_of(operation.uri), request.path, labels, literals);
  for (const auto& [name, encoded] : labels) {
    auto member = std::ranges::find_if(operation.input->members, [&, wanted = name](const Member& m) {
      return m.location == Location::uri && m.wire_name == wanted;
    });
    if (member == operation.input->members.end()) continue;
    std::optional<std::string> text = percent_decode(encoded);
    std::optional<Value> value = text && is_utf8(*text) ? parse_scalar(*member->shape, *text) : std::nullopt;
    if (!value) return bad("Path parameter", name);
    into.set(Key::of_table(member->name), std::move(*value));
  }
  return {};
}

// A map bound to the query takes every parameter, also those that other members claim (smithy:
// httpQueryParams).
Result<Value> read_query_map(const Member& map, const Parameters& query) {
  Value value = Value::object();
  for (const auto& [name, text] : query) {
    if (value.size() >= limits::wire_map_entries) return bad("Query parameter", name);
    if (map.shape->value().shape->type == Type::list)
      value.slot(name).push_back(text);
    else if (!value.find(name))
      value.set(name, text);
  }
  return value;
}

Result<> read_query_members(const Operation& operation, const Parameters& query, Value& into) {
  for (const Member& member : operation.input->members) {
    if (member.location != Location::querystring) continue;
    Key key = Key::of_table(member.name);
    if (member.shape->type == Type::map) {
      Result<Value> map = read_query_map(member, query);
      if (!map) return pass(map);
      if (!map->empty()) into.set(key, std::move(*map));
      continue;
    }
    bool list = member.shape->type == Type::list;
    for (const auto& [name, text] : query) {
      if (name != member.wire_name) continue;
      std::optional<Value> value = parse_scalar(list ? *member.shape->element().shape : *member.shape, text);
      if (!value) return bad("Query parameter", name);
      if (list)
        into.slot(key).push_back(std::move(*value));
      else
        into.set(key, std::move(*value));
    }
  }
  return {};
}

// Of a map only what no other member says: a named member wins.
void write_query_member(const Shape& shape, const Member& member, const Value& input, std::string& query) {
  const Value& value = input.get(member.name);
  auto write = [&](const Member& use, std::string_view name, const Value& item) {
    std::string text;
    append_scalar(text, use, item, TimestampFormat::iso8601);
    append_parameter(query, name, text);
  };
  auto said = [&](std::string_view name) {
    return std::ranges::any_of(shape.members, [&](const Member& m) {
      return m.location == Location::querystring && &m != &member && m.wire_name == name &&
             input.find(m.name);
    });
  };
  if (value.is(Kind::list)) {
    for (const Value& item : value.items()) write(member.shape->element(), member.wire_name, item);
  } else if (value.is(Kind::object)) {
    for (const Value::Entry& entry : value.entries()) {
      if (said(entry.key.view())) continue;
      if (!entry.value.is(Kind::list)) write(member.shape->value(), entry.key.view(), entry.value);
      for (const Value& item : entry.value.items())
        write(member.shape->value().shape->element(), entry.key.view(), item);
    }
  } else {
    write(member, member.wire_name, value);
  }
}

std::string render_path(const Operation& operation, const Value& input) {
  std::string out;
  std::string_view uri = path_of(operation.uri);
  while (!uri.empty()) {
    std::size_t open = uri.find('{');
    out += uri.substr(0, open);
    if (open == uri.npos) break;
    std::size_t close = uri.find('}', open);
    check(close != uri.npos, "a URI template of a model has no end of a label");
    std::string_view name = uri.substr(open + 1, close - open - 1);
    bool greedy = name.ends_with('+');
    if (greedy) name.remove_suffix(1);
    auto member = std::ranges::find_if(operation.input->members, [&](const Member& m) {
      return m.location == Location::uri && m.wire_name == name;
    });
    check(member != operation.input->members.end(), "a URI template of a model names no member");
    std::string text;
    append_scalar(text, *member, input.get(member->name), TimestampFormat::iso8601);
    out += percent_encode(text, greedy);
    uri.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

Result<const Operation*> rest_route(const Service& service, const HttpRequestParts& request) {
  Result<Parameters> query = parse_parameters(request.query);
  if (!query) return pass(query);
  const Operation* best = nullptr;
  int best_fit = 0;
  for (const Operation& operation : service.operations) {
    int found = fit(operation, request, *query);
    if (found <= best_fit) continue;
    best = &operation;
    best_fit = found;
  }
  if (!best)
    return fail("UnknownOperationException", "Unable to determine service/operation name to be authorized",
                404);
  return best;
}

Result<Value> rest_parse_request(const Service& service, const Operation& operation,
                                 const HttpRequestParts& request) {
  if (!operation.input) return Value::object();
  Result<Value> input =
      read_rest_parts(service, *operation.input, request.headers, request.body, 0, XmlSide::request);
  if (!input) return input;
  if (Result<> labels = read_labels(operation, request, *input); !labels) return pass(labels);
  Result<Parameters> query = parse_parameters(request.query);
  if (!query) return pass(query);
  if (Result<> read = read_query_members(operation, *query, *input); !read) return pass(read);
  return input;
}

HttpRequestParts rest_write_request(const Service& service, const Operation& operation, const Value& input) {
  HttpRequestParts request;
  request.method = operation.method;
  request.query = query_of(operation.uri);
  if (!operation.input) {
    request.path = path_of(operation.uri);
    return request;
  }
  request.path = render_path(operation, input);
  std::size_t hint = 0;
  for (const Value::Entry& entry : input.entries()) {
    const Member* member = member_after(*operation.input, entry.key.view(), hint);
    if (member && member->location == Location::querystring && !entry.value.absent())
      write_query_member(*operation.input, *member, input, request.query);
  }
  const Shape& shape = *operation.input;
  Member root{.name = shape.name, .shape = &shape, .wire_name = shape.xml_name};
  if (root.wire_name.empty())
    root.wire_name = operation.input_xml_name.empty() ? shape.name : operation.input_xml_name;
  bool own_space = !operation.input_xml_namespace.empty();
  root.xml_namespace = own_space ? operation.input_xml_namespace : shape.xml_namespace;
  root.xml_prefix = own_space ? operation.input_xml_prefix : shape.xml_prefix;
  RestParts parts;
  write_rest_parts(service, *operation.input, input, root, XmlSide::request, parts);
  request.headers = std::move(parts.headers);
  request.body = std::move(parts.body);
  return request;
}

}  // namespace slipway::wire
