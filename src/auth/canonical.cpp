#include "auth/canonical.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "auth/digest.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

constexpr std::array<bool, 256> unreserved = [] {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[std::size_t(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[std::size_t(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[std::size_t(c)] = true;
  for (char c : {'-', '.', '_', '~'}) table[std::size_t(c)] = true;
  return table;
}();

void append_encoded(std::string& out, std::uint8_t byte) {
  static constexpr char digits[] = "0123456789ABCDEF";
  if (unreserved[byte]) {
    out += char(byte);
  } else {
    const char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
    out.append(escape, 3);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes and encodes in one go, so that every spelling of a text comes out the same. A '%' that begins no
// escape stands for itself.
void append_reencoded(std::string& out, std::string_view text, bool plus_is_space, bool keep_slash) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      append_encoded(out, std::uint8_t(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else if (c == '+' && plus_is_space) {
      out += "%20";
    } else if (c == '/' && keep_slash) {
      out += '/';
    } else {
      append_encoded(out, std::uint8_t(c));
    }
  }
}

void append_encoded_path(std::string& out, std::string_view path) {
  for (char c : path) {
    if (c == '/')
      out += '/';
    else
      append_encoded(out, std::uint8_t(c));
  }
}

// RFC 3986 §5.2.4, and empty segments dropped; a trailing slash (or dot segment) stays a slash.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_with_slash = true;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    ends_with_slash = slash < path.size() || segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    at = slash + 1;
  }
  std::string out;
  for (std::string_view segment : segments) (out += '/') += segment;
  if (segments.empty() || ends_with_slash) out += '/';
  return out;
}

void append_collapsed(std::string& out, std::string_view value) {
  bool blank = false, any = false;
  for (char c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = any;
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    any = true;
    out += c;
  }
}

struct Parameter {
  std::uint32_t name, name_end, value_end;  // offsets: name, '=' at name_end, value

  std::string_view name_in(const std::string& text) const {
    return std::string_view(text).substr(name, name_end - name);
  }
  std::string_view value_in(const std::string& text) const {
    return std::string_view(text).substr(name_end + 1, value_end - name_end - 1);
  }
};

}  // namespace

PathForm path_form(std::string_view service) {
  return service == "s3" || service == "s3-outposts" ? PathForm::s3 : PathForm::normalized;
}

bool has_dot_segments(std::string_view path) {
  return path.find("//") != path.npos || path.find("/.") != path.npos;
}

void append_canonical_path(std::string& out, std::string_view path, PathForm form) {
  if (path.empty()) path = "/";
  if (form == PathForm::s3)
    append_reencoded(out, path, false, true);
  else if (form == PathForm::normalized && has_dot_segments(path))
    append_encoded_path(out, normalized(path));
  else
    append_encoded_path(out, path);
}

bool append_canonical_query(std::string& out, std::string_view query) {
  if (query.empty()) return true;
  static thread_local std::string text;
  static thread_local std::vector<Parameter> parameters;
  text.clear();
  parameters.clear();
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    if (parameters.size() == limits::canonical_query_parameters) return false;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    Parameter parameter{};
    parameter.name = std::uint32_t(text.size());
    append_reencoded(text, pair.substr(0, equals), true, false);
    parameter.name_end = std::uint32_t(text.size());
    text += '=';
    append_reencoded(text, pair.substr(std::min(equals + 1, pair.size())), true, false);
    parameter.value_end = std::uint32_t(text.size());
    if (parameter.name_in(text) != "X-Amz-Signature") parameters.push_back(parameter);
  }
  std::ranges::sort(parameters, [](const Parameter& a, const Parameter& b) {
    const int order = a.name_in(text).compare(b.name_in(text));
    return order != 0 ? order < 0 : a.value_in(text) < b.value_in(text);
  });
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i > 0) out += '&';
    out.append(text, parameters[i].name, parameters[i].value_end - parameters[i].name);
  }
  return true;
}

void append_canonical_headers(std::string& out, std::span<const Header> headers,
                              std::string_view signed_headers) {
  for (std::size_t at = 0; at < signed_headers.size();) {
    const std::size_t end = std::min(signed_headers.find(';', at), signed_headers.size());
    const std::string_view name = signed_headers.substr(at, end - at);
    at = end + 1;
    (out += name) += ':';
    bool first = true;
    for (const Header& header : headers) {
      if (!same_name(header.name, name)) continue;
      if (!first) out += ',';
      first = false;
      append_collapsed(out, header.value);
    }
    out += '\n';
  }
}

bool append_canonical_request(std::string& out, const SignedRequest& request, std::string_view signed_headers,
                              std::string_view payload_hash, PathForm form) {
  (out += request.method) += '\n';
  append_canonical_path(out, request.path, form);
  out += '\n';
  if (!append_canonical_query(out, request.query)) return false;
  out += '\n';
  append_canonical_headers(out, request.headers, signed_headers);
  ((out += '\n') += signed_headers) += '\n';
  out += payload_hash;
  return true;
}

void append_string_to_sign(std::string& out, std::string_view timestamp, const CredentialScope& scope,
                           std::string_view canonical_request) {
  (((out += algorithm) += '\n') += timestamp) += '\n';
  ((out += scope.date) += '/') += scope.region;
  (((out += '/') += scope.service) += '/') += terminator;
  out += '\n';
  const auto hash = hex_of(sha256(canonical_request));
  out.append(hash.data(), hash.size());
}

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

const Header* find_header(std::span<const Header> headers, std::string_view lower_case_name) {
  for (const Header& header : headers)
    if (same_name(header.name, lower_case_name)) return &header;
  return nullptr;
}

bool is_signed(std::string_view signed_headers, std::string_view name) {
  for (std::size_t at = 0; at < signed_headers.size();) {
    const std::size_t end = std::min(signed_headers.find(';', at), signed_headers.size());
    if (signed_headers.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace slipway::auth
