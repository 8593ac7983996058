#include "services/ssm/tags.hpp"

#include <set>

#include "base/limits.hpp"

namespace slipway::services::ssm {

Result<Tags> with_tags(Tags held, const wire::ListOf<wire::ssm::Tag>& added) {
  std::set<std::string> seen;
  for (const auto tag : added) {
    if (tag.key().starts_with("aws:")) return invalid("Tag keys that start with aws: are reserved for AWS.");
    if (!seen.emplace(tag.key()).second) return invalid("Duplicate tag key: " + std::string(tag.key()));
    held.insert_or_assign(std::string(tag.key()), std::string(tag.value()));
  }
  if (held.size() > limits::tags_per_resource)
    return fail("TooManyTagsError", "A parameter can have no more than " +
                                        std::to_string(limits::tags_per_resource) + " tags.");
  return held;
}

Result<const Parameter*> find_tagged(const Call& call, std::string_view type, std::string_view id) {
  if (type != "Parameter")
    return fail("InvalidResourceType",
                "Resources of type " + std::string(type) + " are not served, only Parameter is.");
  auto parameter = find_parameter(call, id);
  if (!parameter)
    return fail("InvalidResourceId", "There is no parameter " + std::string(id) + ".");
  return parameter;
}

}  // namespace slipway::services::ssm
