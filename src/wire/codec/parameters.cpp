#include <optional>

#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "wire/codec/protocols.hpp"

namespace slipway::wire {

namespace {

// Calls `take(name, value)` with each pair, still encoded, until it returns false.
void each_pair(std::string_view text, auto take) {
  while (!text.empty()) {
    std::size_t end = text.find('&');
    std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    std::size_t equals = pair.find('=');
    std::string_view value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    if (!take(pair.substr(0, equals), value)) return;
  }
}

}  // namespace

Result<Parameters> parse_parameters(std::string_view text) {
  Parameters parameters;
  bool good = true;
  each_pair(text, [&](std::string_view name, std::string_view value) {
    std::optional<std::string> key = percent_decode(name, true);
    std::optional<std::string> content = percent_decode(value, true);
    good =
        key && content && is_utf8(*key) && is_utf8(*content) && parameters.size() < limits::query_parameters;
    if (good) parameters.emplace_back(std::move(*key), std::move(*content));
    return good;
  });
  if (!good) return fail("MalformedQueryString", "The query string contains a syntax error.");
  return parameters;
}

std::string find_parameter(std::string_view text, std::string_view wanted) {
  std::string found;
  each_pair(text, [&](std::string_view name, std::string_view value) {
    if (name != wanted) return true;
    found = percent_decode(value, true).value_or("");
    return false;
  });
  return found;
}

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  out += percent_encode(name);
  out += '=';
  out += percent_encode(value);
}

}  // namespace slipway::wire
