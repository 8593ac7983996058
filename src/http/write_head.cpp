#include "http/write_head.hpp"

#include <array>
#include <charconv>

#include "base/time.hpp"

namespace slipway::http {
namespace {

void append_number(std::string& into, std::uint64_t number, int base = 10) {
  std::array<char, 24> digits;
  auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  into.append(digits.data(), end);
}

void append_clean(std::string& into, std::string_view value) {
  std::size_t start = into.size();
  into += value;
  for (std::size_t i = start; i < into.size(); ++i)
    if (into[i] == '\r' || into[i] == '\n' || into[i] == '\0') into[i] = ' ';
}

bool is_ours(std::string_view name) {
  switch (name.size()) {
    case 4:
      return equal_ignoring_case(name, "Date");
    case 10:
      return equal_ignoring_case(name, "Connection");
    case 14:
      return equal_ignoring_case(name, "Content-Length");
    case 17:
      return equal_ignoring_case(name, "Transfer-Encoding");
    default:
      return false;
  }
}

void append_field(std::string& into, std::string_view name, std::string_view value) {
  append_clean(into, name);
  into += ": ";
  append_clean(into, value);
  into += "\r\n";
}

// Formatted once a second and thread.
std::string_view date_line() {
  thread_local std::int64_t second = -1;
  thread_local std::string line;
  Instant now = SystemClock().now();
  if (now.ms / 1000 != second) {
    second = now.ms / 1000;
    line = "Date: " + http_date(now) + "\r\n";
  }
  return line;
}

void append_fields(std::string& into, const Headers& headers, const HeadFraming& framing) {
  for (const Headers::Field& field : headers)
    if (!is_ours(field.name)) append_field(into, field.name, field.value);
  if (framing.content_length) {
    into += "Content-Length: ";
    append_number(into, *framing.content_length);
    into += "\r\n";
  }
  if (framing.chunked) into += "Transfer-Encoding: chunked\r\n";
  if (!framing.connection.empty()) append_field(into, "Connection", framing.connection);
  into += "\r\n";
}

}  // namespace

void append_response_head(std::string& into, const Response& response, const HeadFraming& framing) {
  into += "HTTP/1.1 ";
  append_number(into, std::uint64_t(response.status));
  into += ' ';
  into += reason_phrase(response.status);
  into += "\r\n";
  into += date_line();
  append_fields(into, response.headers, framing);
}

void append_request_head(std::string& into, std::string_view method, std::string_view target,
                         std::string_view host, const Headers& headers, const HeadFraming& framing) {
  append_clean(into, method);
  into += ' ';
  append_clean(into, target);
  into += " HTTP/1.1\r\n";
  if (!headers.contains("Host")) append_field(into, "Host", host);
  append_fields(into, headers, framing);
}

void append_chunk_size(std::string& into, std::size_t bytes) {
  append_number(into, bytes, 16);
  into += "\r\n";
}

}  // namespace slipway::http
