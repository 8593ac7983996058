#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/arn.hpp"
#include "base/time.hpp"

// The durable form of an entity: docs/store-format.md. An entity lists its fields once,
//
//   template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
//     visit(1, "name", self.name);
//     visit(2, "created_at", self.created_at);
//   }
//
// and that list writes it, reads it, prints it and compares it. A field's number is for ever: a field that
// goes leaves its number unused. Fields that are zero or empty are not written, except where the entity's own
// default is something else. Numbers that this build does
// not know are kept as they were read, so that one release back can open what this one wrote.
namespace slipway::core {

// Raw bytes of fields that this build does not know, kept in the order read.
using UnknownFields = std::string;

template <class T>
concept Entity = requires(T& entity) {
  T::fields(entity, [](int, const char*, auto&) {});
  { entity.unknown } -> std::convertible_to<UnknownFields&>;
};

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2 };

void put_varint(std::string& out, std::uint64_t value);
// Takes a varint off the front; false when the bytes end early or run over 64 bits.
bool take_varint(std::string_view& bytes, std::uint64_t& value);
bool take_bytes(std::string_view& bytes, std::string_view& value);

constexpr std::uint64_t zigzag(std::int64_t v) {
  return (std::uint64_t(v) << 1) ^ std::uint64_t(v >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t v) {
  return std::int64_t(v >> 1) ^ -std::int64_t(v & 1);
}

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
constexpr bool is_number = std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, Instant>;

template <Entity E>
std::string encode(const E& entity);
template <Entity E>
bool decode(std::string_view bytes, E& entity);

namespace detail {

template <class T>
std::int64_t as_integer(const T& value) {
  if constexpr (std::is_same_v<T, Instant>)
    return value.ms;
  else
    return static_cast<std::int64_t>(value);
}

template <class T>
void from_integer(std::int64_t raw, T& value) {
  if constexpr (std::is_same_v<T, Instant>)
    value.ms = raw;
  else
    value = static_cast<T>(raw);
}

// The bytes of one value where its type is known from the field list: a list element or a field's payload.
template <class T>
void append_payload(std::string& out, const T& value) {
  if constexpr (is_number<T>) {
    put_varint(out, zigzag(as_integer(value)));
  } else if constexpr (std::is_same_v<T, double>) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i) out += char(bits >> (8 * i));
  } else if constexpr (std::is_same_v<T, std::string>) {
    put_varint(out, value.size());
    out += value;
  } else if constexpr (std::is_same_v<T, Realm>) {
    append_payload(out, value.account + "/" + value.region);
  } else if constexpr (is_vector<T>::value) {
    std::string inner;
    for (const auto& element : value) append_payload(inner, element);
    append_payload(out, inner);
  } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
    std::string inner;
    for (const auto& [key, element] : value) {
      append_payload(inner, key);
      append_payload(inner, element);
    }
    append_payload(out, inner);
  } else {
    append_payload(out, encode(value));
  }
}

template <class T>
bool take_payload(std::string_view& bytes, T& value) {
  if constexpr (is_number<T>) {
    std::uint64_t raw;
    if (!take_varint(bytes, raw)) return false;
    from_integer(unzigzag(raw), value);
    return true;
  } else if constexpr (std::is_same_v<T, double>) {
    if (bytes.size() < 8) return false;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= std::uint64_t(std::uint8_t(bytes[std::size_t(i)])) << (8 * i);
    value = std::bit_cast<double>(bits);
    bytes.remove_prefix(8);
    return true;
  } else {
    std::string_view inner;
    if (!take_bytes(bytes, inner)) return false;
    if constexpr (std::is_same_v<T, std::string>) {
      value.assign(inner);
    } else if constexpr (std::is_same_v<T, Realm>) {
      const auto slash = inner.find('/');
      if (slash == inner.npos) return false;
      value.account.assign(inner.substr(0, slash));
      value.region.assign(inner.substr(slash + 1));
    } else if constexpr (is_vector<T>::value) {
      value.clear();
      while (!inner.empty())
        if (!take_payload(inner, value.emplace_back())) return false;
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
      value.clear();
      while (!inner.empty()) {
        std::string key, element;
        if (!take_payload(inner, key) || !take_payload(inner, element)) return false;
        value.emplace(std::move(key), std::move(element));
      }
    } else {
      return decode(inner, value);
    }
    return true;
  }
}

template <class T>
constexpr WireType wire_type() {
  if constexpr (is_number<T>)
    return WireType::varint;
  else if constexpr (std::is_same_v<T, double>)
    return WireType::fixed64;
  else
    return WireType::bytes;
}

// Numbers of the fields that a new entity has as something but zero: for them "not written" would not mean
// zero.
template <Entity E>
const std::vector<int>& fields_with_defaults() {
  static const std::vector<int> numbers = [] {
    std::vector<int> found;
    const E fresh;
    E::fields(fresh, [&]<class T>(int number, const char*, const T& value) {
      if constexpr (!is_optional<T>::value && !Entity<T>)
        if (!(value == T{})) found.push_back(number);
    });
    return found;
  }();
  return numbers;
}

}  // namespace detail

template <Entity E>
std::string encode(const E& entity) {
  std::string out;
  auto field = [&out]<class T>(int number, const T& value) {
    put_varint(out, std::uint64_t(number) << 3 | std::uint64_t(detail::wire_type<T>()));
    detail::append_payload(out, value);
  };
  E::fields(entity, [&]<class T>(int number, const char*, const T& value) {
    if constexpr (is_optional<T>::value) {
      if (value) field(number, *value);
    } else if constexpr (Entity<T>) {
      if (std::string inner = encode(value); !inner.empty()) field(number, inner);
    } else {
      const auto& defaults = detail::fields_with_defaults<E>();
      if (!(value == T{}) || (!defaults.empty() && std::ranges::find(defaults, number) != defaults.end()))
        field(number, value);
    }
  });
  out += entity.unknown;
  return out;
}

// False when the bytes are not an encoding: the row is damaged. `entity` starts from its defaults.
template <Entity E>
bool decode(std::string_view bytes, E& entity) {
  while (!bytes.empty()) {
    const std::string_view start = bytes;
    std::uint64_t tag;
    if (!take_varint(bytes, tag)) return false;
    const int number = int(tag >> 3);
    bool known = false, good = true;
    E::fields(entity, [&]<class T>(int candidate, const char*, T& value) {
      if (candidate != number || known) return;
      known = true;
      if constexpr (is_optional<T>::value)
        good = detail::take_payload(bytes, value.emplace());
      else
        good = detail::take_payload(bytes, value);
    });
    if (!known) {
      std::uint64_t varint;
      std::string_view skipped;
      switch (WireType(tag & 7)) {
        case WireType::varint:
          good = take_varint(bytes, varint);
          break;
        case WireType::bytes:
          good = take_bytes(bytes, skipped);
          break;
        case WireType::fixed64:
          good = bytes.size() >= 8;
          if (good) bytes.remove_prefix(8);
          break;
        default:
          good = false;
      }
      if (good) entity.unknown.append(start.substr(0, start.size() - bytes.size()));
    }
    if (!good) return false;
  }
  return true;
}

}  // namespace slipway::core
