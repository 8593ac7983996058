#include "services/iam/tags.hpp"

#include <set>

#include "base/limits.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {
namespace {

std::string folded(std::string_view key) {
  std::string out(key);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

void erase_folded(Tags& tags, std::string_view key) {
  const std::string wanted = folded(key);
  std::erase_if(tags, [&](const auto& tag) { return folded(tag.first) == wanted; });
}

}  // namespace

Result<Tags> with_tags(Tags held, const wire::ListOf<wire::iam::Tag>& added) {
  std::set<std::string> seen;
  for (const auto tag : added) {
    std::string key = folded(tag.key());
    if (key.starts_with("aws:")) return invalid_input("Tag keys that start with aws: are reserved.");
    if (!seen.insert(std::move(key)).second)
      return invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    erase_folded(held, tag.key());
    held.emplace(tag.key(), tag.value());
  }
  if (held.size() > limits::tags_per_identity)
    return limit_exceeded("The number of tags has reached the maximum limit.");
  return held;
}

Tags without_tags(Tags held, const wire::ListOf<std::string_view>& keys) {
  for (const std::string_view key : keys) erase_folded(held, key);
  return held;
}

wire::ListOf<wire::iam::Tag> tags_view(const Tags& tags) {
  wire::ListOf<wire::iam::Tag> list;
  for (const auto& [key, value] : tags) list.push_back(wire::iam::Tag().set_key(key).set_value(value));
  return list;
}

}  // namespace slipway::services::iam
