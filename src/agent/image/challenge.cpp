#include "agent/image/registry.hpp"
#include "base/limits.hpp"
#include "http/loop.hpp"

namespace slipway::agent {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c | 0x20);
  return out;
}

void skip(std::string_view& text, std::string_view characters) {
  text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
}

// A quoted string or a token.
std::optional<std::string> take_value(std::string_view& text) {
  std::string out;
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(", "), text.size());
    out = text.substr(0, end);
    text.remove_prefix(end);
    return out;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return std::nullopt;
}

}  // namespace

std::optional<Challenge> parse_challenge(std::string_view header) {
  Challenge out;
  skip(header, " ");
  const std::size_t end = std::min(header.find(' '), header.size());
  out.scheme = lower(header.substr(0, end));
  header.remove_prefix(end);
  for (skip(header, " ,"); !header.empty(); skip(header, " ,")) {
    const std::size_t equals = header.find('=');
    if (equals == header.npos) return std::nullopt;
    const std::string name = lower(header.substr(0, equals));
    header.remove_prefix(equals + 1);
    auto value = take_value(header);
    if (!value) return std::nullopt;
    out.parameters[name] = std::move(*value);
  }
  if (out.scheme.empty()) return std::nullopt;
  return out;
}

std::string TokenCache::get(const std::string& key) const {
  const auto found = tokens_.find(key);
  return found != tokens_.end() && found->second.until_ms > http::Loop::now_ms() ? found->second.text : "";
}

void TokenCache::put(const std::string& key, std::string token, std::int64_t lifetime_s) {
  std::erase_if(tokens_, [](const auto& entry) { return entry.second.until_ms <= http::Loop::now_ms(); });
  if (tokens_.size() >= limits::registry_tokens) tokens_.clear();
  // Ten seconds early, so that it does not expire on its way.
  tokens_[key] = {std::move(token),
                  http::Loop::now_ms() + (std::max<std::int64_t>(lifetime_s, 60) - 10) * 1'000};
}

}  // namespace slipway::agent
