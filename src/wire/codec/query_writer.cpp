#include "base/encoding.hpp"
#include "wire/codec/protocols.hpp"
#include "wire/codec/text.hpp"

namespace slipway::wire {

namespace {

class Writer {
 public:
  Writer(bool ec2, std::string& out) : ec2_(ec2), out_(out) {}

  void write(const Member& use, const Value& value, const std::string& name) {
    switch (value.kind()) {
      case Kind::absent:
        return;
      case Kind::list:
        return list(use, value, name);
      case Kind::object:
        return use.shape->type == Type::map ? map(use, value, name) : structure(*use.shape, value, name);
      default:
        break;
    }
    std::string text;
    append_scalar(text, use, value, TimestampFormat::iso8601);
    append_parameter(out_, name, text);
  }

  void structure(const Shape& shape, const Value& value, const std::string& prefix) {
    std::size_t hint = 0;
    for (const Value::Entry& entry : value.entries()) {
      const Member* member = member_after(shape, entry.key.view(), hint);
      if (!member) continue;
      std::string name = prefix.empty() ? std::string() : prefix + ".";
      write(*member, entry.value, name.append(member->query_name));
    }
  }

 private:
  void list(const Member& use, const Value& value, const std::string& name) {
    const Member& element = use.shape->element();
    if (value.empty() && !ec2_) return append_parameter(out_, name, "");
    std::string base = name;
    if (!ec2_ && use.flattened && !element.query_name.empty()) {
      std::size_t dot = name.rfind('.');
      base = (dot == name.npos ? "" : name.substr(0, dot + 1)).append(element.query_name);
    } else if (!ec2_ && !use.flattened) {
      base.append(".").append(element.query_name.empty() ? "member" : element.query_name);
    }
    for (std::size_t i = 0; i < value.size(); ++i)
      write(element, value.at(i), base + "." + std::to_string(i + 1));
  }

  void map(const Member& use, const Value& value, const std::string& name) {
    const Shape& shape = *use.shape;
    std::string base = use.flattened ? name : name + ".entry";
    std::string key(shape.key().query_name.empty() ? "key" : shape.key().query_name);
    std::string content(shape.value().query_name.empty() ? "value" : shape.value().query_name);
    std::size_t number = 0;
    for (const Value::Entry& entry : value.entries()) {
      std::string place = base + "." + std::to_string(++number) + ".";
      append_parameter(out_, place + key, entry.key.view());
      write(shape.value(), entry.value, place + content);
    }
  }

  bool ec2_;
  std::string& out_;
};

}  // namespace

std::string write_query(const Service& service, const Operation& operation, const Value& input) {
  std::string out;
  append_parameter(out, "Action", operation.name);
  append_parameter(out, "Version", service.api_version);
  if (operation.input) Writer(service.protocol == Protocol::ec2, out).structure(*operation.input, input, "");
  return out;
}

}  // namespace slipway::wire
