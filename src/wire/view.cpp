#include "wire/view.hpp"

namespace slipway::wire {

bool View::has(std::string_view key) const {
  const Value* found = value_.find(key);
  return found && !found->absent();
}

void View::set(Key key, Value value) {
  value_.set(std::move(key), std::move(value));
}

void View::add(Key list, Value item) {
  value_.slot(std::move(list)).push_back(std::move(item));
}

}  // namespace slipway::wire
