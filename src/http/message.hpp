#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::http {

// Header fields in their order (RFC 9110 §5). Names compare without case and keep the case they came with.
// All text lies in one buffer, so clear() and refill costs no allocation. Views end with the next change.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  // The first field of this name; empty where there is none (contains() tells the difference).
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // True if `token` is an element of a comma-separated list under `name` ("Connection: keep-alive, upgrade").
  bool has_token(std::string_view name, std::string_view token) const;

  void add(std::string_view name, std::string_view value);
  // Replaces every field of this name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear();

  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  Field operator[](std::size_t i) const;

  class Iterator {
   public:
    Iterator(const Headers& headers, std::size_t at) : headers_(&headers), at_(at) {}
    Field operator*() const { return (*headers_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const Headers* headers_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, fields_.size()}; }

 private:
  struct Span {
    std::uint32_t name_at, name_bytes, value_at, value_bytes;
  };
  std::string text_;
  std::vector<Span> fields_;
};

// ASCII only, as header names and tokens are.
bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Request {
  std::string method;  // as sent: "GET"
  std::string target;  // as sent: "/path?query", not decoded; origin form or "*"
  Headers headers;
  std::string body;

  std::string remote_address;  // "127.0.0.1", "::1"; empty on a Unix socket or socket pair
  std::uint16_t remote_port = 0;
  std::string local_address;
  std::uint16_t local_port = 0;
  std::string listener;  // the label of the listener that it came through
  bool tls = false;

  std::string_view path() const;   // target up to '?'
  std::string_view query() const;  // behind '?', without it
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// "Not Found" for 404; "" for a status without a standard phrase.
std::string_view reason_phrase(int status);

}  // namespace slipway::http
