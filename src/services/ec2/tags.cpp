#include "services/ec2/tags.hpp"

#include "base/limits.hpp"

namespace slipway::services::ec2 {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail("InvalidParameterValue", std::move(message));
}

Result<> check_tag(std::string_view key, std::string_view value) {
  if (key.empty()) return bad("Tag key cannot be null or empty");
  if (key.size() > limits::tag_key_bytes)
    return bad("Tag key exceeds the maximum length of " + std::to_string(limits::tag_key_bytes) +
               " characters");
  if (value.size() > limits::tag_value_bytes)
    return bad("Tag value exceeds the maximum length of " + std::to_string(limits::tag_value_bytes) +
               " characters");
  if (key.starts_with("aws:")) return bad("Tag keys starting with 'aws:' are reserved for internal use");
  return {};
}

}  // namespace

Result<Tags> read_tags(const wire::ListOf<wire::ec2::Tag>& tags) {
  Tags read;
  for (const wire::ec2::Tag tag : tags) {
    if (auto good = check_tag(tag.key(), tag.value()); !good) return pass(good);
    if (!read.emplace(tag.key(), tag.value()).second)
      return bad("Duplicate tag key '" + std::string(tag.key()) + "' specified.");
  }
  Tags none;
  if (auto good = add_tags(none, read); !good) return pass(good);
  return read;
}

Result<> add_tags(Tags& tags, const Tags& more) {
  for (const auto& [key, value] : more) tags[key] = value;
  if (tags.size() > limits::tags_per_resource)
    return fail("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
  return {};
}

Result<Tags> tags_for(const wire::ListOf<wire::ec2::TagSpecification>& specifications,
                      std::string_view resource_type) {
  Tags tags;
  for (const wire::ec2::TagSpecification each : specifications) {
    if (!each.has_resource_type()) return bad("Tag specification resource type must have a value");
    if (each.resource_type() != resource_type)
      return bad("'" + std::string(each.resource_type()) +
                 "' is not a valid taggable resource type for this operation.");
    if (each.tags().empty()) return bad("Tag specification must have at least one tag");
    auto read = read_tags(each.tags());
    if (!read) return pass(read);
    if (auto good = add_tags(tags, *read); !good) return pass(good);
  }
  return tags;
}

}  // namespace slipway::services::ec2
