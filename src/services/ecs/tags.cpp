#include "services/ecs/tags.hpp"

#include "base/limits.hpp"
#include "services/ecs/errors.hpp"

namespace slipway::services::ecs {

Result<> merge_tags(Tags& tags, wire::ListOf<wire::ecs::Tag> given) {
  for (const auto tag : given) {
    const std::string key(tag.key()), value(tag.value());
    if (key.empty() || key.size() > limits::tag_key_bytes)
      return invalid_parameter("Invalid tag: the key must have between 1 and 128 characters.");
    if (value.size() > limits::tag_value_bytes)
      return invalid_parameter("Invalid tag: the value of '" + key +
                               "' must have no more than 256 characters.");
    if (key.starts_with("aws:"))
      return invalid_parameter("Invalid tag: the key '" + key + "' uses the reserved prefix 'aws:'.");
    tags.insert_or_assign(key, value);
  }
  if (tags.size() > limits::tags_per_resource)
    return invalid_parameter("The number of tags exceeds the limit of 50 per resource.");
  return {};
}

wire::ListOf<wire::ecs::Tag> tag_list(const Tags& tags) {
  wire::ListOf<wire::ecs::Tag> list;
  for (const auto& [key, value] : tags) list.push_back(wire::ecs::Tag().set_key(key).set_value(value));
  return list;
}

}  // namespace slipway::services::ecs
