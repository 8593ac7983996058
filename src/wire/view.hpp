#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "wire/value.hpp"

// The base of the generated typed views (wire/gen/<service>.hpp). A view is a handle to a Value: cheap to
// copy, and a copy that is changed does not change the other. Readers of absent members answer "", 0,
// false, or an empty view; has_x() tells. A string_view lives as long as the Value that holds the text:
// keep the request's view while reading from it.
namespace slipway::wire {

class View {
 public:
  View() = default;
  explicit View(Value value) : value_(std::move(value)) {}

  const Value& raw() const& { return value_; }
  Value raw() && { return std::move(value_); }
  bool absent() const { return value_.absent(); }
  bool operator==(const View&) const = default;

 protected:
  bool has(std::string_view key) const;
  const Value& get(std::string_view key) const { return value_.get(key); }
  void set(Key key, Value value);
  void add(Key list, Value item);

  Value value_ = Value::object();
};

template <class T>
T from_value(const Value& value) {
  if constexpr (std::is_same_v<T, std::string_view>)
    return value.string();
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return value.integer();
  else if constexpr (std::is_same_v<T, double>)
    return value.number();
  else if constexpr (std::is_same_v<T, bool>)
    return value.boolean();
  else if constexpr (std::is_same_v<T, Instant>)
    return value.instant();
  else
    return T(value);
}

template <class T>
Value to_value(T item) {
  if constexpr (std::is_base_of_v<View, T> || requires { item.is_wire_container(); })
    return std::move(item).raw();
  else
    return Value(std::move(item));
}

// A list of strings, numbers or views. Blobs read as string_view; write them with Value::blob into raw().
template <class T>
class ListOf {
 public:
  ListOf() : value_(Value::list()) {}
  explicit ListOf(Value value) : value_(std::move(value)) {}

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Value* at) : at_(at) {}
    T operator*() const { return from_value<T>(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Value* at_ = nullptr;
  };

  std::size_t size() const { return value_.size(); }
  bool empty() const { return size() == 0; }
  T operator[](std::size_t index) const { return from_value<T>(value_.at(index)); }
  Iterator begin() const { return Iterator(value_.items().data()); }
  Iterator end() const { return Iterator(value_.items().data() + size()); }
  void push_back(T item) { value_.push_back(to_value(std::move(item))); }
  void reserve(std::size_t count) { value_.reserve(count); }

  const Value& raw() const& { return value_; }
  Value raw() && { return std::move(value_); }
  static constexpr void is_wire_container() {}

 private:
  Value value_;
};

// A map from text. Keys are the API's own, in the order in which they came.
template <class T>
class MapOf {
 public:
  MapOf() : value_(Value::object()) {}
  explicit MapOf(Value value) : value_(std::move(value)) {}

  class Iterator {
   public:
    using value_type = std::pair<std::string_view, T>;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Value::Entry* at) : at_(at) {}
    value_type operator*() const { return {at_->key.view(), from_value<T>(at_->value)}; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Value::Entry* at_ = nullptr;
  };

  std::size_t size() const { return value_.size(); }
  bool empty() const { return size() == 0; }
  bool contains(std::string_view key) const { return value_.find(key) != nullptr; }
  std::optional<T> find(std::string_view key) const {
    const Value* found = value_.find(key);
    return found ? std::optional<T>(from_value<T>(*found)) : std::nullopt;
  }
  Iterator begin() const { return Iterator(value_.entries().data()); }
  Iterator end() const { return Iterator(value_.entries().data() + size()); }
  void set(std::string_view key, T item) { value_.set(key, to_value(std::move(item))); }

  const Value& raw() const& { return value_; }
  Value raw() && { return std::move(value_); }
  static constexpr void is_wire_container() {}

 private:
  Value value_;
};

}  // namespace slipway::wire
