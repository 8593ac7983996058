#pragma once

#include <deque>
#include <string>
#include <vector>

#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// Shape tables built at run time from a suite of a fixture: its metadata, its shapes, and one case's
// operation. The rules are those of tools/gen_wire.py. Owns all that the tables point to.
class Model {
 public:
  Model(const Value& suite, const Value& given);
  Model(const Model&) = delete;

  Service service;
  const Operation& operation() const { return operation_; }
  const Shape& shape(std::string_view name) const;

 private:
  void build_shape(Shape& shape, const Value& model);
  Member build_member(std::string_view name, const Value& use, bool required, bool named, bool answer);
  void build_operation(const Value& given);
  std::string_view query_name(const Value& traits, std::string_view fallback);
  bool is_answer(std::string_view shape) const;
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  Shape* find(std::string_view name);

  const Value suite_;
  const Value given_;
  std::deque<std::string> texts_;
  std::deque<std::vector<Member>> members_;
  std::deque<std::vector<std::uint16_t>> orders_;
  std::deque<std::vector<std::string_view>> enums_;
  std::vector<const Shape*> errors_;
  std::vector<Shape> shapes_;
  Operation operation_;
};

}  // namespace slipway::wire
