#include "auth/policy/pattern.hpp"

#include <algorithm>

namespace slipway::auth::policy {
namespace {

constexpr char fold_one(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}
bool is_mark(char c) {
  return static_cast<unsigned char>(c) >= static_cast<unsigned char>(Pattern::first_mark);
}
// Bytes that go on with a character of UTF-8: '?' takes a whole character.
bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// What stands between "${" and "}". False when it is no variable.
bool parse_variable(std::string_view text, Variable& out) {
  const auto comma = text.find(',');
  const std::string_view name = trimmed(text.substr(0, comma));
  if (name.empty()) return false;
  if (comma != text.npos) {
    const std::string_view quoted = trimmed(text.substr(comma + 1));
    if (quoted.size() < 2 || !quoted.starts_with('\'') || !quoted.ends_with('\'')) return false;
    out.otherwise = std::string(quoted.substr(1, quoted.size() - 2));
  }
  out.name = name;
  out.key = lower(name);
  return true;
}

// Backtracks to the newest run only: an older one could reach nothing more. A run that ends at a segment's
// colon gives way to the newest that does not.
bool glob(std::string_view pattern, std::string_view text, bool fold) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, t = 0, wide = none, wide_at = 0, narrow = none, narrow_at = 0;
  while (true) {
    if (p < pattern.size()) {
      const char c = pattern[p];
      if (c == Pattern::run) {
        wide = ++p, wide_at = t, narrow = none;
        if (wide == pattern.size()) return true;
        continue;
      }
      if (c == Pattern::run_in_segment) {
        narrow = ++p, narrow_at = t;
        continue;
      }
      if (t < text.size()) {
        const bool any = c == Pattern::one || (c == Pattern::one_in_segment && text[t] != ':');
        if (any || c == text[t] || (fold && fold_one(c) == fold_one(text[t]))) {
          ++p, ++t;
          while (any && t < text.size() && continues(text[t])) ++t;
          continue;
        }
      }
    } else if (t == text.size()) {
      return true;
    }
    if (narrow != none && narrow_at < text.size() && text[narrow_at] != ':') {
      p = narrow, t = ++narrow_at;
    } else if (wide != none && wide_at < text.size()) {
      ++wide_at, narrow = none;
      if (!fold && !is_mark(pattern[wide])) {  // not a letter at a time to where it could go on
        wide_at = text.find(pattern[wide], wide_at);
        if (wide_at == text.npos) return false;
      }
      p = wide, t = wide_at;
    } else {
      return false;
    }
  }
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), fold_one);
  return out;
}

Pattern Pattern::compile(std::string_view text, Wildcards wildcards, bool variables) {
  Pattern out;
  int colons = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (variables && c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      const auto end = text.find('}', i);
      const std::string_view inside = end == text.npos ? std::string_view() : text.substr(i + 2, end - i - 2);
      Variable found;
      if (inside == "*" || inside == "?" || inside == "$") {
        out.text_ += inside;
        i = end;
        continue;
      }
      if (parse_variable(inside, found)) {
        out.text_ += variable;
        out.variables_.push_back(std::move(found));
        i = end;
        continue;
      }
    }
    if (c == ':') ++colons;
    const bool segment_ends = i + 1 == text.size() || text[i + 1] == ':';
    const bool narrow = wildcards == Wildcards::resource && colons < 5;
    if (wildcards == Wildcards::none || (c != '*' && c != '?'))
      out.text_ += c;
    else if (c == '?')
      out.text_ += narrow ? one_in_segment : one;
    else if (const char mark = narrow && !segment_ends ? run_in_segment : run; !out.text_.ends_with(mark))
      out.text_ += mark;  // two runs are one
  }
  return out;
}

bool Pattern::expand(const Context& context, std::string& out) const {
  auto next = variables_.begin();
  std::vector<std::string> values;
  for (const char c : text_) {
    if (c != variable) {
      out += c;
      continue;
    }
    values.clear();
    if (context.values(next->key, values) && values.size() == 1) {
      if (std::ranges::any_of(values.front(), is_mark)) return false;
      out += values.front();
    } else if (values.empty() && next->otherwise) {
      out += *next->otherwise;
    } else {
      return false;
    }
    ++next;
  }
  return true;
}

bool Pattern::matches(std::string_view text, const Context& context, bool fold) const {
  if (variables_.empty()) return glob(text_, text, fold);
  std::string expanded;
  return expand(context, expanded) && glob(expanded, text, fold);
}

std::vector<Pattern> Pattern::parts(std::size_t count) const {
  std::vector<Pattern> out(1);
  auto next = variables_.begin();
  for (const char c : text_) {
    if (c == ':' && out.size() < count) {
      out.emplace_back();
      continue;
    }
    out.back().text_ += c;
    if (c == variable) out.back().variables_.push_back(*next++);
  }
  return out;
}

}  // namespace slipway::auth::policy
