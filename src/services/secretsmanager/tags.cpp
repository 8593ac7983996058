#include "services/secretsmanager/tags.hpp"

#include <set>

#include "base/limits.hpp"

namespace slipway::services::secretsmanager {

Result<Tags> with_tags(Tags held, const wire::ListOf<wire::secretsmanager::Tag>& added) {
  std::set<std::string> seen;
  for (const auto tag : added) {
    if (tag.key().empty()) return invalid("A tag needs a Key.");
    if (tag.key().starts_with("aws:")) return invalid("Tag keys that start with aws: are reserved for AWS.");
    if (!seen.emplace(tag.key()).second) return invalid("Duplicate tag key: " + std::string(tag.key()));
    held.insert_or_assign(std::string(tag.key()), std::string(tag.value()));
  }
  if (held.size() > limits::tags_per_resource)
    return invalid("A secret can have no more than " + std::to_string(limits::tags_per_resource) + " tags.");
  return held;
}

wire::ListOf<wire::secretsmanager::Tag> tags_view(const Tags& tags) {
  wire::ListOf<wire::secretsmanager::Tag> list;
  for (const auto& [key, value] : tags)
    list.push_back(wire::secretsmanager::Tag().set_key(key).set_value(value));
  return list;
}

}  // namespace slipway::services::secretsmanager
