#include "http/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace slipway::http {
namespace {

std::uint16_t standard_port(std::string_view scheme) {
  return scheme == "https" || scheme == "wss" ? 443 : 80;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return result;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_host(std::string_view host, bool ipv6) {
  return !host.empty() && std::ranges::all_of(host, [&](char c) {
    bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return alphanumeric || c == '.' || (ipv6 ? c == ':' : c == '-' || c == '_');
  });
}

}  // namespace

std::string bracketed(std::string_view host) {
  std::string text(host);
  return text.find(':') == std::string::npos ? text : "[" + text + "]";
}

std::string Url::target() const {
  return query.empty() ? path : path + "?" + query;
}

std::string Url::authority() const {
  std::string text = bracketed(host);
  if (port != standard_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::text() const {
  return scheme + "://" + authority() + target();
}

Result<Url> parse_url(std::string_view text) {
  auto refuse = [&](const char* why) {
    return fail("InvalidUrl",
                "The URL '" + std::string(text.substr(0, 256)) + "' is not valid: " + why + ".");
  };
  if (std::ranges::any_of(text, [](char c) { return std::uint8_t(c) <= 0x20 || c == 0x7f; }))
    return refuse("it has a blank or control character");

  Url url;
  std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return refuse("it has no scheme");
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https" && url.scheme != "ws" && url.scheme != "wss")
    return refuse("its scheme is none of http, https, ws, wss");

  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  rest.remove_prefix(authority_end);
  if (authority.find('@') != std::string_view::npos) return refuse("it holds a user name");

  bool ipv6 = authority.starts_with('[');
  std::size_t host_end = ipv6 ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return refuse("its address lacks a closing bracket");
  url.host = lower(authority.substr(ipv6, host_end - ipv6));
  if (!is_host(url.host, ipv6)) return refuse("its host is not valid");

  std::string_view port = authority.substr(host_end + ipv6);
  url.port = standard_port(url.scheme);
  if (!port.empty()) {
    std::optional<std::uint16_t> parsed = port[0] == ':' ? parse_port(port.substr(1)) : std::nullopt;
    if (!parsed) return refuse("its port is not a number from 1 to 65535");
    url.port = *parsed;
  }

  std::size_t mark = rest.find('?');
  url.path = rest.substr(0, mark);
  if (url.path.empty()) url.path = "/";
  if (mark != std::string_view::npos) url.query = rest.substr(mark + 1);
  return url;
}

}  // namespace slipway::http
