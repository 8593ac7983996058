#pragma once

#include <string>

#include "core/fields.hpp"

namespace slipway::core {

// Appends text as a JSON string.
void append_json_text(std::string& out, std::string_view text);

// An entity as one line of JSON with the names of its fields, for people: `slipway store dump` and failing
// tests. Fields named *_sealed hold secrets under the data directory's key; only their length is printed.
template <Entity E>
std::string describe(const E& entity);

namespace detail {

template <class T>
void append_described(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, Instant>) {
    append_json_text(out, iso8601(value));
  } else if constexpr (is_number<T>) {
    out += std::to_string(as_integer(value));
  } else if constexpr (std::is_same_v<T, double>) {
    out += std::to_string(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    append_json_text(out, value);
  } else if constexpr (std::is_same_v<T, Realm>) {
    append_json_text(out, value.account + "/" + value.region);
  } else if constexpr (is_optional<T>::value) {
    append_described(out, *value);
  } else if constexpr (is_vector<T>::value) {
    out += '[';
    for (const auto& element : value) {
      if (out.back() != '[') out += ',';
      append_described(out, element);
    }
    out += ']';
  } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
    out += '{';
    for (const auto& [key, element] : value) {
      if (out.back() != '{') out += ',';
      append_json_text(out, key);
      out += ':';
      append_json_text(out, element);
    }
    out += '}';
  } else {
    out += describe(value);
  }
}

}  // namespace detail

template <Entity E>
std::string describe(const E& entity) {
  std::string out = "{";
  E::fields(entity, [&]<class T>(int, const char* name, const T& value) {
    if constexpr (is_optional<T>::value) {
      if (!value) return;
    } else if constexpr (!Entity<T>) {
      if (value == T{}) return;
    }
    if (out.size() > 1) out += ',';
    append_json_text(out, name);
    out += ':';
    if constexpr (std::is_same_v<T, std::string>) {
      if (std::string_view(name).ends_with("_sealed")) {
        append_json_text(out, "(sealed, " + std::to_string(value.size()) + " bytes)");
        return;
      }
    }
    detail::append_described(out, value);
  });
  return out + "}";
}

}  // namespace slipway::core
