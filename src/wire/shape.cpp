#include "wire/shape.hpp"

#include <algorithm>

namespace slipway::wire {

namespace {

const Member* search(const Shape& shape, std::span<const std::uint16_t> order,
                     std::string_view Member::* name, std::string_view wanted) {
  auto found =
      std::ranges::lower_bound(order, wanted, {}, [&](std::uint16_t i) { return shape.members[i].*name; });
  if (found == order.end()) return nullptr;
  const Member& member = shape.members[*found];
  return member.*name == wanted ? &member : nullptr;
}

}  // namespace

const Member* Shape::member(std::string_view member_name) const {
  return search(*this, by_name, &Member::name, member_name);
}

const Member* Shape::member_on_wire(std::string_view name_on_wire) const {
  return search(*this, by_wire_name, &Member::wire_name, name_on_wire);
}

const Member* Operation::event_stream() const {
  if (!output) return nullptr;
  for (const Member& member : output->members)
    if (member.shape->event_stream) return &member;
  return nullptr;
}

const Operation* Service::operation(std::string_view operation_name) const {
  auto found = std::ranges::lower_bound(operations, operation_name, {}, &Operation::name);
  return found != operations.end() && found->name == operation_name ? &*found : nullptr;
}

const Shape* Service::error(std::string_view code) const {
  for (const Shape& shape : shapes)
    if (shape.is_error && (shape.error_code.empty() ? shape.name : shape.error_code) == code) return &shape;
  return nullptr;
}

const Service* service_by_id(std::string_view id) {
  for (const Service* service : services())
    if (service->id == id) return service;
  return nullptr;
}

const Service* service_by_target_prefix(std::string_view prefix) {
  for (const Service* service : services())
    if (service->target_prefix == prefix && !prefix.empty()) return service;
  return nullptr;
}

const Service* service_by_signing_name(std::string_view name, std::string_view operation) {
  const Service* first = nullptr;
  for (const Service* service : services()) {
    if (service->signing_name != name) continue;
    if (operation.empty() || service->operation(operation)) return service;
    if (!first) first = service;
  }
  return first;
}

}  // namespace slipway::wire
