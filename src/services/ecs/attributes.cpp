#include "services/ecs/attributes.hpp"

#include <algorithm>

#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"

namespace slipway::services::ecs {
namespace {

constexpr std::size_t text_bytes = 128;

bool is_text(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= text_bytes && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./\\").contains(c) || also.contains(c);
  });
}

}  // namespace

Result<> check_attribute(const wire::ecs::Attribute& attribute) {
  if (!is_text(attribute.name(), ""))
    return invalid_parameter("The attribute name '" + std::string(attribute.name()) +
                             "' must have 1 to 128 letters, digits, hyphens, underscores, periods or slashes.");
  if (attribute.has_value() &&
      (!is_text(attribute.value(), ":@ ") || attribute.value().front() == ' ' || attribute.value().back() == ' '))
    return invalid_parameter("The value of the attribute '" + std::string(attribute.name()) + "' is invalid.");
  for (const std::string_view own : {"ecs.", "com.amazonaws.", "slipway."})
    if (attribute.name().starts_with(own))
      return invalid_parameter("The attribute name '" + std::string(attribute.name()) + "' is reserved.");
  return {};
}

Result<const core::ecs::ContainerInstance*> attribute_target(const Call& call, std::string_view cluster,
                                                             const wire::ecs::Attribute& attribute) {
  if (attribute.has_target_type() && attribute.target_type() != "container-instance")
    return invalid_parameter("targetType must be one of [container-instance].");
  const auto* instance = find_container_instance(call, cluster, attribute.target_id());
  if (!instance || instance->status == "INACTIVE")
    return fail("TargetNotFoundException", "The specified target " + std::string(attribute.target_id()) +
                                               " was not found. List the container instances of the cluster.");
  return instance;
}

wire::ecs::Attribute attribute_view(const core::ecs::ContainerInstance& target,
                                    const core::ecs::Attribute& attribute) {
  wire::ecs::Attribute view;
  view.set_name(attribute.name).set_target_type("container-instance").set_target_id(target.arn());
  if (attribute.has_value) view.set_value(attribute.value);
  return view;
}

}  // namespace slipway::services::ecs
