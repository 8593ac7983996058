#include "sim/naming.hpp"

#include <cctype>
#include <cmath>
#include <cstdio>
#include <optional>
#include <regex>

#include "sim/fleet.hpp"

namespace slipway::sim {
namespace {

using wire::Kind;
using wire::Value;

// In this order: a longer form before the forms that are part of it.
struct Form {
  const char* kind;
  std::regex pattern;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"runtime", std::regex("[0-9a-f]{64}")},
      {"uuid", std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")},
      {"hex", std::regex("[0-9a-f]{32}")},
      {"attachment", std::regex("eni-attach-0[0-9a-f]{16}")},
      {"interface", std::regex("eni-0[0-9a-f]{16}")},
      {"subnet", std::regex("subnet-0[0-9a-f]{16}")},
      {"vpc", std::regex("vpc-0[0-9a-f]{16}")},
      {"group", std::regex("sg-0[0-9a-f]{16}")},
      {"mac", std::regex("02(:[0-9a-f]{2}){5}")},
      {"address", std::regex("172\\.31\\.[0-9]+\\.[0-9]+")},
      {"identity", std::regex("A(ROA|IDA|KIA)[A-Z2-7]{16,17}")},
  };
  return all;
}

// What 32 digits or a UUID name, told by the ARN that they stand in.
std::string kind_by_context(std::string_view before, const std::string& kind) {
  const auto quote = before.rfind('"');
  const std::string_view word = quote == before.npos ? before : before.substr(quote + 1);
  if (kind == "hex") return word.find(":container-instance/") != word.npos ? "instance" : "task";
  if (kind == "uuid" && word.find(":container/") != word.npos) return "container";
  return kind;
}

// The first form that begins exactly at `text`.
std::optional<std::pair<std::string, std::string>> id_at(std::string_view text) {
  for (const Form& form : forms()) {
    std::cmatch match;
    const bool found = std::regex_search(text.data(), text.data() + text.size(), match, form.pattern,
                                         std::regex_constants::match_continuous);
    if (!found) continue;
    const auto after = std::size_t(match.length());
    const char next = after < text.size() ? text[after] : ' ';
    const bool block = next == '/' && form.kind == std::string_view("address");
    if (block || std::isalnum(static_cast<unsigned char>(next))) continue;
    return std::pair(match.str(), std::string(form.kind));
  }
  return std::nullopt;
}

std::string relative(double seconds) {
  const auto ms = std::llround(seconds * 1000) - epoch.ms;
  char text[32];
  std::snprintf(text, sizeof text, "+%lld.%03llds", ms / 1000, ms % 1000);
  return text;
}

}  // namespace

std::string Naming::name_of(const std::string& id, const std::string& kind) {
  auto [name, fresh] = names_.try_emplace(id);
  if (fresh) {
    name->second = "$" + kind + std::to_string(++count_[kind]);
    ids_[name->second] = id;
  }
  return name->second;
}

std::string Naming::named(std::string_view text) {
  std::string out;
  bool inside_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool starts = !inside_word && std::isalnum(static_cast<unsigned char>(text[at]));
    if (auto id = starts ? id_at(text.substr(at)) : std::nullopt) {
      out += name_of(id->first, kind_by_context(text.substr(0, at), id->second));
      at += id->first.size();
      continue;
    }
    inside_word = std::isalnum(static_cast<unsigned char>(text[at]));
    out += text[at++];
  }
  return out;
}

std::string Naming::resolved(std::string_view text) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (text[at] == '$' && end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) ++end;
    const std::string word(text.substr(at, end - at));
    auto id = ids_.find(word);
    out += id == ids_.end() ? word : id->second;
    at = end;
  }
  return out;
}

Value with_relative_times(const Value& value) {
  if (value.is(Kind::list)) {
    Value list = Value::list();
    for (const Value& item : value.items()) list.push_back(with_relative_times(item));
    return list;
  }
  if (!value.is(Kind::object)) return value;
  Value object = Value::object();
  for (const Value::Entry& entry : value.entries()) {
    const bool number = entry.value.is(Kind::number) || entry.value.is(Kind::integer);
    const bool time = entry.key.view().ends_with("At") && number;
    object.set(entry.key, time ? Value(relative(entry.value.number())) : with_relative_times(entry.value));
  }
  return object;
}

Value projected(const Value& value, const std::vector<std::string>& paths) {
  if (value.is(Kind::list)) {
    Value list = Value::list();
    for (const Value& item : value.items()) list.push_back(projected(item, paths));
    return list;
  }
  if (!value.is(Kind::object)) return value;
  Value object = Value::object();
  for (const std::string& path : paths) {
    const std::string head = path.substr(0, path.find('.'));
    const Value* member = value.find(head);
    if (!member || object.find(head)) continue;
    std::vector<std::string> rest;
    for (const std::string& other : paths)
      if (other.starts_with(head + ".")) rest.push_back(other.substr(head.size() + 1));
    object.set(head, rest.empty() ? *member : projected(*member, rest));
  }
  return object;
}

}  // namespace slipway::sim
