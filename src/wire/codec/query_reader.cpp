#include <map>
#include <optional>

#include "base/limits.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/codec/text.hpp"

// A form is flat, "Tags.member.1.Key=a", and what its dots mean only the shape can tell. So the names are
// first hung into a tree at their dots, then the tree is read along the shape.
namespace slipway::wire {

namespace {

struct Node {
  std::map<std::string, Node, std::less<>> children;
  std::optional<std::string> text;

  const Node* child(std::string_view name) const {
    auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

class Reader {
 public:
  explicit Reader(const Service& service) : ec2_(service.protocol == Protocol::ec2) {}

  Result<Value> read(const Shape& shape, const Node& node, bool flattened, const std::string& path) const {
    switch (shape.type) {
      case Type::structure:
        return structure(shape, node, path);
      case Type::list:
        return list(shape, node, flattened, path);
      case Type::map:
        return map(shape, node, flattened, path);
      default:
        break;
    }
    std::optional<Value> value = node.text ? parse_scalar(shape, *node.text) : std::nullopt;
    if (!value) return wrong(path, node.text.value_or(""));
    return std::move(*value);
  }

  Result<Value> structure(const Shape& shape, const Node& node, const std::string& path) const {
    Value object = Value::object();
    for (const Member& member : shape.members) {
      const Node* child = node.child(member.query_name);
      // A flattened list of awsQuery goes by its element's name, if that has one.
      if (!child && member.flattened && member.shape->type == Type::list)
        child = node.child(member.shape->element().query_name);
      if (!child) continue;
      std::string inner =
          path.empty() ? std::string(member.query_name) : path + "." + std::string(member.query_name);
      Result<Value> value = read(*member.shape, *child, member.flattened, inner);
      if (!value) return value;
      object.set(Key::of_table(member.name), std::move(*value));
    }
    return object;
  }

 private:
  std::unexpected<Error> wrong(const std::string& path, const std::string& text) const {
    if (ec2_)
      return fail("InvalidParameterValue", "Value (" + text + ") for parameter " + path + " is invalid.");
    return fail("MalformedInput", "Invalid value '" + text + "' for parameter " + path);
  }

  // Children named 1, 2, 3 … in their order; gaps do not matter.
  static std::map<std::int64_t, const Node*> numbered(const Node& node) {
    std::map<std::int64_t, const Node*> items;
    for (const auto& [name, child] : node.children)
      if (std::optional<std::int64_t> number = parse_integer(name)) items.emplace(*number, &child);
    return items;
  }

  Result<Value> list(const Shape& shape, const Node& node, bool flattened, const std::string& path) const {
    const Node* items = &node;
    if (!ec2_ && !flattened) {
      std::string_view name = shape.element().query_name;
      items = node.child(name.empty() ? "member" : name);
      if (!items) items = &node;  // some clients leave the word out
    }
    Value list = Value::list();
    for (const auto& [number, child] : numbered(*items)) {
      Result<Value> item = read(*shape.element().shape, *child, false, path + "." + std::to_string(number));
      if (!item) return item;
      list.push_back(std::move(*item));
    }
    return list;
  }

  Result<Value> map(const Shape& shape, const Node& node, bool flattened, const std::string& path) const {
    const Node* entries = flattened ? &node : node.child("entry");
    std::string_view key_name = shape.key().query_name.empty() ? "key" : shape.key().query_name;
    std::string_view value_name = shape.value().query_name.empty() ? "value" : shape.value().query_name;
    Value map = Value::object();
    if (!entries) return map;
    for (const auto& [number, child] : numbered(*entries)) {
      std::string inner = path + "." + std::to_string(number);
      const Node* key = child->child(key_name);
      const Node* content = child->child(value_name);
      if (!key || !key->text || !content) return wrong(inner, "");
      if (map.size() >= limits::wire_map_entries) return wrong(inner, "");
      Result<Value> value = read(*shape.value().shape, *content, false, inner);
      if (!value) return value;
      map.set(std::string_view(*key->text), std::move(*value));
    }
    return map;
  }

  bool ec2_;
};

}  // namespace

Result<Value> read_query(const Service& service, const Shape& shape, const Parameters& parameters) {
  Node root;
  for (const auto& [name, text] : parameters) {
    Node* node = &root;
    std::size_t depth = 0;
    for (std::size_t from = 0; from <= name.size();) {
      std::size_t dot = std::min(name.find('.', from), name.size());
      if (++depth > limits::wire_depth)
        return fail("MalformedQueryString", "The query string is nested too deeply.");
      node = &node->children[name.substr(from, dot - from)];
      from = dot + 1;
    }
    node->text = text;
  }
  return Reader(service).structure(shape, root, "");
}

}  // namespace slipway::wire
