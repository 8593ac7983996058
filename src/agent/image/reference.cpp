#include "agent/image/reference.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::agent {
namespace {

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool upper(char c) {
  return c >= 'A' && c <= 'Z';
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail("CannotPullContainerError", std::string(why));
}

// [a-z0-9]+ parts joined by '.', '_', '__' or any number of '-'.
bool is_component(std::string_view text) {
  if (text.empty() || !lower_or_digit(text.front()) || !lower_or_digit(text.back())) return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const char c = text[i], before = text[i - 1];
    if (lower_or_digit(c)) continue;
    if (c == '-' && (before == '-' || lower_or_digit(before))) continue;
    if (c == '_' && (lower_or_digit(before) || (before == '_' && lower_or_digit(text[i - 2])))) continue;
    if (c == '.' && lower_or_digit(before)) continue;
    return false;
  }
  return true;
}

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > 128) return false;
  if (!lower_or_digit(text[0]) && !upper(text[0]) && text[0] != '_') return false;
  return std::ranges::all_of(
      text, [](char c) { return lower_or_digit(c) || upper(c) || c == '_' || c == '.' || c == '-'; });
}

// host or [IPv6], with a port or without.
bool is_registry(std::string_view text) {
  std::string_view host = text;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) return false;
    host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (host.find_first_not_of("0123456789abcdefABCDEF:.") != host.npos || host.empty()) return false;
    if (!text.empty() && text[0] != ':') return false;
    if (!text.empty()) text.remove_prefix(1);
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    text = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    if (host.empty() || host.front() == '-' || host.back() == '-' || host.front() == '.') return false;
    if (!std::ranges::all_of(
            host, [](char c) { return lower_or_digit(c) || upper(c) || c == '-' || c == '.' || c == '_'; }))
      return false;
    if (colon != std::string_view::npos && text.empty()) return false;
  }
  return text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         text.substr(7).find_first_not_of("0123456789abcdef") == text.npos;
}

std::string Reference::canonical() const {
  return name() + (digest.empty() ? ":" + tag : "@" + digest);
}

// Only as far as it still means the same: "docker.io/a.b/c" without its registry would have the registry
// "a.b".
std::string Reference::familiar() const {
  const std::string whole = canonical();
  for (const std::string_view dispensable : {"docker.io/library/", "docker.io/"}) {
    if (!whole.starts_with(dispensable)) continue;
    std::string text = whole.substr(dispensable.size());
    if (const auto again = parse_reference(text); again && *again == *this) return text;
  }
  return whole;
}

Result<Reference> parse_reference(std::string_view text) {
  if (text.empty() || text.size() > limits::image_name_bytes) return refuse("invalid reference format");
  if (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos)
    return refuse("invalid repository name (" + std::string(text) +
                  "), cannot specify 64-byte hexadecimal strings");
  Reference out;
  if (const auto at = text.find('@'); at != text.npos) {
    out.digest = text.substr(at + 1);
    if (!is_digest(out.digest)) return refuse("invalid reference format");
    text = text.substr(0, at);
  }
  const auto slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  if (slash != text.npos && (first.find_first_of(".:") != first.npos || first == "localhost" ||
                             std::ranges::any_of(first, upper))) {
    out.registry = first;
    text = text.substr(slash + 1);
    if (!is_registry(first)) return refuse("invalid reference format");
  } else {
    out.registry = "docker.io";
  }
  if (out.registry == "index.docker.io" || out.registry == "registry-1.docker.io") out.registry = "docker.io";
  if (const auto colon = text.find(':'); colon != text.npos) {
    out.tag = text.substr(colon + 1);
    if (!is_tag(out.tag)) return refuse("invalid reference format");
    text = text.substr(0, colon);
  }
  if (out.digest.empty() && out.tag.empty()) out.tag = "latest";
  if (!out.digest.empty()) out.tag.clear();
  if (std::ranges::any_of(text, upper))
    return refuse("invalid reference format: repository name must be lowercase");
  for (std::string_view rest = text;;) {
    const auto end = rest.find('/');
    if (!is_component(rest.substr(0, end))) return refuse("invalid reference format");
    if (end == rest.npos) break;
    rest = rest.substr(end + 1);
  }
  out.repository = text;
  if (out.registry == "docker.io" && text.find('/') == text.npos)
    out.repository = "library/" + out.repository;
  // The whole name, so that what is written down can be read again.
  if (out.canonical().size() > limits::image_name_bytes) return refuse("invalid reference format");
  return out;
}

}  // namespace slipway::agent
