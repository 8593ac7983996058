#include "services/kms/tags.hpp"

#include <set>

#include "base/limits.hpp"

namespace slipway::services::kms {

Result<Tags> with_tags(Tags held, const wire::ListOf<wire::kms::Tag>& added) {
  std::set<std::string> seen;
  for (const auto tag : added) {
    if (tag.tag_key().starts_with("aws:"))
      return fail("TagException", "Tag keys that start with aws: are reserved for AWS.");
    if (!seen.emplace(tag.tag_key()).second)
      return fail("TagException", "Duplicate tag key: " + std::string(tag.tag_key()));
    held.insert_or_assign(std::string(tag.tag_key()), std::string(tag.tag_value()));
  }
  if (held.size() > limits::tags_per_resource)
    return fail("LimitExceededException",
                "A key can have no more than " + std::to_string(limits::tags_per_resource) + " tags.");
  return held;
}

}  // namespace slipway::services::kms
