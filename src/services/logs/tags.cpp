#include "services/logs/tags.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "services/logs/lookup.hpp"

namespace slipway::services::logs {
namespace {

// [\p{L}\p{Z}\p{N}_.:/=+\-@]*, with everything beyond ASCII taken for letters.
bool is_tag_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0 ||
           std::string_view(" _.:/=+-@").contains(c);
  });
}

Result<> check_tag(std::string_view key, std::string_view value) {
  if (!is_tag_text(key) || !is_tag_text(value))
    return invalid("The tag '" + std::string(key) + "' has characters that tags cannot have.");
  if (key.starts_with("aws:")) return invalid("Tag keys that start with aws: are reserved for AWS.");
  return {};
}

}  // namespace

Result<> add_tags(Tags& tags, const wire::MapOf<std::string_view>& added, std::string_view too_many_code) {
  Tags all = tags;
  for (const auto& [key, value] : added) {
    if (auto valid = check_tag(key, value); !valid) return valid;
    all.insert_or_assign(std::string(key), std::string(value));
  }
  if (all.size() > limits::log_group_tags)
    return fail(std::string(too_many_code),
                "A resource can have no more than " + std::to_string(limits::log_group_tags) + " tags.");
  tags = std::move(all);
  return {};
}

void remove_tags(Tags& tags, const wire::ListOf<std::string_view>& keys) {
  for (const std::string_view key : keys) tags.erase(std::string(key));
}

wire::MapOf<std::string_view> tags_on_the_wire(const Tags& tags) {
  wire::MapOf<std::string_view> out;
  for (const auto& [key, value] : tags) out.set(key, value);
  return out;
}

}  // namespace slipway::services::logs
