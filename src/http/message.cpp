#include "http/message.hpp"

#include <algorithm>

namespace slipway::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

std::string_view trim(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return x == y || lower(x) == lower(y); });
}

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.name, field.value);
}

Headers::Field Headers::operator[](std::size_t i) const {
  const Span& span = fields_[i];
  std::string_view text(text_);
  return {text.substr(span.name_at, span.name_bytes), text.substr(span.value_at, span.value_bytes)};
}

std::string_view Headers::get(std::string_view name) const {
  for (const Field& field : *this)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

bool Headers::contains(std::string_view name) const {
  return count(name) > 0;
}

std::size_t Headers::count(std::string_view name) const {
  std::size_t found = 0;
  for (const Field& field : *this) found += equal_ignoring_case(field.name, name);
  return found;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const Field& field : *this) {
    if (!equal_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (true) {
      std::size_t comma = rest.find(',');
      if (equal_ignoring_case(trim(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

void Headers::add(std::string_view name, std::string_view value) {
  Span span{std::uint32_t(text_.size()), std::uint32_t(name.size()), 0, std::uint32_t(value.size())};
  text_ += name;
  span.value_at = std::uint32_t(text_.size());
  text_ += value;
  fields_.push_back(span);
}

// A replaced value's bytes stay in the buffer as a hole until clear(): headers are short and live briefly.
void Headers::set(std::string_view name, std::string_view value) {
  std::string held_name(name);
  std::string held_value(value);
  auto is_it = [&](std::size_t i) { return equal_ignoring_case((*this)[i].name, held_name); };
  std::size_t i = 0;
  while (i < fields_.size() && !is_it(i)) ++i;
  if (i == fields_.size()) return add(held_name, held_value);
  for (std::size_t later = fields_.size(); --later > i;)
    if (is_it(later)) fields_.erase(fields_.begin() + std::ptrdiff_t(later));
  fields_[i].value_at = std::uint32_t(text_.size());
  fields_[i].value_bytes = std::uint32_t(held_value.size());
  text_ += held_value;
}

void Headers::remove(std::string_view name) {
  std::string held(name);
  for (std::size_t i = fields_.size(); i-- > 0;)
    if (equal_ignoring_case((*this)[i].name, held)) fields_.erase(fields_.begin() + std::ptrdiff_t(i));
}

void Headers::clear() {
  text_.clear();
  fields_.clear();
}

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
  std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "";
  }
}

}  // namespace slipway::http
