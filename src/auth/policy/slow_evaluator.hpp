#pragma once

#include <algorithm>
#include <bitset>
#include <cstdlib>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "wire/json_text.hpp"

// For tests: a policy judged the long way, from its JSON, by what the IAM user guide says and with nothing of
// the compiled evaluator: wildcards become regular expressions, addresses strings of bits, dates of one form
// compare as text. It knows what the random policies of differential_test.cpp use.
namespace slipway::auth::policy::slow {

using wire::Kind;
using wire::Value;
using Values = std::vector<std::string>;
using Request = std::map<std::string, Values>;  // context keys in lower case

inline std::string small(std::string text) {
  for (char& c : text) c = char(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

inline Values list_of(const Value& value) {
  Values out;
  auto add = [&](const Value& item) {
    out.push_back(item.is(Kind::boolean)  ? (item.boolean() ? "true" : "false")
                  : item.is(Kind::string) ? std::string(item.string())
                                          : wire::write_json(item));
  };
  if (value.is(Kind::list))
    for (const Value& item : value.items()) add(item);
  else
    add(value);
  return out;
}

inline std::string escaped(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c) : std::string("\\") + c;
}

// Variables are put in as letters while the expression is made. Nothing: one has no value.
inline std::optional<std::string> expression(const std::string& pattern, const Request& request,
                                             bool variables, bool wildcards, bool resource) {
  std::string out;
  int colons = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (variables && pattern.compare(i, 2, "${") == 0) {
      const auto close = pattern.find('}', i);
      const std::string inside = pattern.substr(i + 2, close - i - 2);
      i = close;
      if (inside == "*" || inside == "?" || inside == "$") {
        out += "\\" + inside;
        continue;
      }
      const auto comma = inside.find(", '");
      const auto at = request.find(small(inside.substr(0, comma)));
      std::string value;
      if (at != request.end() && at->second.size() == 1)
        value = at->second[0];
      else if ((at == request.end() || at->second.empty()) && comma != inside.npos)
        value = inside.substr(comma + 3, inside.size() - comma - 4);
      else
        return std::nullopt;
      for (char c : value) out += escaped(c);
      continue;
    }
    const char c = pattern[i];
    if (c == ':') ++colons;
    const bool early = resource && colons < 5;
    if (wildcards && c == '*')
      out += early && i + 1 < pattern.size() && pattern[i + 1] != ':' ? "[^:]*" : "[\\s\\S]*";
    else if (wildcards && c == '?')
      out += early ? "[^:]" : "[\\s\\S]";
    else
      out += escaped(c);
  }
  return out;
}

inline bool like(const std::string& text, const std::string& pattern, const Request& request, bool variables,
                 bool wildcards = true, bool resource = false, bool fold = false) {
  const auto made = expression(pattern, request, variables, wildcards, resource);
  if (!made) return false;
  return std::regex_match(
      text, std::regex(*made, fold ? std::regex::icase | std::regex::ECMAScript : std::regex::ECMAScript));
}

inline Values split(const std::string& text) {
  Values parts(1);
  for (char c : text)
    if (c == ':' && parts.size() < 6)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

inline bool arn_like(const std::string& text, const std::string& pattern, const Request& request,
                     bool variables) {
  // A variable's own colons are not the pattern's.
  std::string hidden = pattern;
  bool inside = false;
  for (char& c : hidden) {
    inside = (inside || c == '{') && c != '}';
    if (inside && c == ':') c = '\x01';
  }
  const Values patterns = split(hidden), parts = split(text);
  if (patterns.size() != 6 || parts.size() != 6) return pattern == "*";
  for (std::size_t i = 0; i < 6; ++i) {
    std::string one = patterns[i];
    std::replace(one.begin(), one.end(), '\x01', ':');
    if (!like(parts[i], one, request, variables)) return false;
  }
  return true;
}

inline std::string bits_of(const std::string& dotted) {
  std::string out;
  std::size_t at = 0;
  for (int i = 0; i < 4; ++i) {
    out += std::bitset<8>(std::stoul(dotted.substr(at))).to_string();
    at = dotted.find('.', at) + 1;
  }
  return out;
}

inline bool one_matches(const std::string& op, const std::string& value, const std::string& wanted,
                        const Request& request, bool variables) {
  if (op == "StringEquals") return like(value, wanted, request, variables, false);
  if (op == "StringEqualsIgnoreCase") return like(value, wanted, request, variables, false, false, true);
  if (op == "StringLike") return like(value, wanted, request, variables);
  if (op == "ArnLike" || op == "ArnEquals") return arn_like(value, wanted, request, variables);
  if (op == "Bool") return small(value) == small(wanted);
  if (op == "BinaryEquals") return value == wanted;
  if (op == "IpAddress") {
    const auto slash = wanted.find('/');
    const std::size_t length = slash == wanted.npos ? 32 : std::stoul(wanted.substr(slash + 1));
    return bits_of(value).substr(0, length) == bits_of(wanted.substr(0, slash)).substr(0, length);
  }
  const bool date = op.starts_with("Date");
  const std::string order = op.substr(date ? 4 : 7);
  const double a = std::strtod(value.c_str(), nullptr), b = std::strtod(wanted.c_str(), nullptr);
  const int sign = date ? value.compare(wanted) : (a < b ? -1 : a > b ? 1 : 0);
  if (order == "Equals") return sign == 0;
  if (order == "LessThan") return sign < 0;
  if (order == "LessThanEquals") return sign <= 0;
  if (order == "GreaterThan") return sign > 0;
  return sign >= 0;
}

inline bool condition_holds(std::string op, const std::string& key, const Values& wanted,
                            const Request& request, bool variables) {
  const auto at = request.find(small(key));
  const bool there = at != request.end() && !at->second.empty();
  if (op == "Null") return std::ranges::find(wanted, there ? "false" : "true") != wanted.end();
  std::string set;
  if (const auto colon = op.find(':'); colon != op.npos) {
    set = op.substr(0, colon);
    op.erase(0, colon + 1);
  }
  if (op.ends_with("IfExists")) {
    if (!there) return true;
    op.resize(op.size() - 8);
  }
  bool negative = false;
  if (const auto word = op.find("Not"); word != op.npos) {
    negative = true;
    op.erase(word, 3);
  }
  if (!there) return set == "ForAllValues" || (set.empty() && negative);
  auto good = [&](const std::string& value) {
    bool any = false;
    for (const auto& each : wanted) any = any || one_matches(op, value, each, request, variables);
    return any;
  };
  std::size_t matching = 0;
  for (const auto& value : at->second) matching += good(value);
  const std::size_t count = at->second.size();
  if (set == "ForAllValues") return negative ? matching == 0 : matching == count;
  if (set == "ForAnyValue") return negative ? matching < count : matching > 0;
  return negative ? matching == 0 : matching > 0;
}

// +1 allowed, 0 nothing said, -1 denied.
inline int judge(const std::string& document, const std::string& action, const std::string& resource,
                 const Request& request) {
  const Value policy = *wire::parse_json(document);
  const bool variables = policy.get("Version").string() == "2012-10-17";
  bool allowed = false;
  for (const Value& statement : policy.get("Statement").items()) {
    auto named = [&](const char* plain, const char* inverse, auto&& match) {
      const bool turned = statement.find(inverse) != nullptr;
      bool any = false;
      for (const auto& each : list_of(statement.get(turned ? inverse : plain))) any = any || match(each);
      return any != turned;
    };
    if (!named("Action", "NotAction",
               [&](const std::string& each) { return like(action, each, {}, false, true, false, true); }))
      continue;
    if (!named("Resource", "NotResource", [&](const std::string& each) {
          return each == "*" || like(resource, each, request, variables, true, true);
        }))
      continue;
    bool holds = true;
    for (const auto& [op, keys] : statement.get("Condition").entries())
      for (const auto& [key, values] : keys.entries())
        holds = holds && condition_holds(std::string(op.view()), std::string(key.view()), list_of(values),
                                         request, variables);
    if (!holds) continue;
    if (statement.get("Effect").string() == "Deny") return -1;
    allowed = true;
  }
  return allowed ? 1 : 0;
}

}  // namespace slipway::auth::policy::slow
