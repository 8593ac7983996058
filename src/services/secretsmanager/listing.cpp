#include "services/secretsmanager/listing.hpp"

#include <algorithm>
#include <cstdio>

namespace slipway::services::secretsmanager {
namespace {

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

bool begins(std::string_view text, std::string_view value) {
  return text.starts_with(value);
}
bool begins_in_any_case(std::string_view text, std::string_view value) {
  return small(text).starts_with(small(value));
}

bool has_tag(const Secret& secret, std::string_view value, bool of_key) {
  return std::ranges::any_of(secret.tags,
                             [&](const auto& tag) { return begins(of_key ? tag.first : tag.second, value); });
}

// "all": every word of the value begins something of the secret.
bool anything_begins(const Secret& secret, std::string_view value) {
  while (!value.empty()) {
    const std::size_t space = value.find(' ');
    const std::string_view word = value.substr(0, space);
    value.remove_prefix(space == value.npos ? value.size() : space + 1);
    const auto tags = std::ranges::any_of(secret.tags, [&](const auto& tag) {
      return begins_in_any_case(tag.first, word) || begins_in_any_case(tag.second, word);
    });
    if (!tags && !begins_in_any_case(secret.name, word) && !begins_in_any_case(secret.description, word))
      return false;
  }
  return true;
}

bool matches(const Secret& secret, std::string_view key, std::string_view value) {
  if (key == "name") return begins(secret.name, value);
  if (key == "description") return begins_in_any_case(secret.description, value);
  if (key == "tag-key" || key == "tag-value") return has_tag(secret, value, key == "tag-key");
  if (key == "all" || key.empty()) return anything_begins(secret, value);
  return false;  // primary-region, owning-service: no secret here has one
}

}  // namespace

bool passes(const Secret& secret, const wire::ListOf<wire::secretsmanager::Filter>& filters) {
  return std::ranges::all_of(filters.raw().items(), [&](const wire::Value& raw) {
    const wire::secretsmanager::Filter filter(raw);
    return std::ranges::any_of(filter.values().raw().items(), [&](const wire::Value& item) {
      const std::string_view value = item.string();
      return value.starts_with('!') ? !matches(secret, filter.key(), value.substr(1))
                                    : matches(secret, filter.key(), value);
    });
  });
}

std::string position_of(const Secret& secret, const Order& order) {
  if (order.by == "name") return secret.name;
  const Instant time = order.by == "last-changed-date"    ? secret.changed_at
                       : order.by == "last-accessed-date" ? secret.accessed_on
                                                          : secret.created_at;
  char digits[24];
  std::snprintf(digits, sizeof digits, "%019lld:", static_cast<long long>(time.ms));
  return digits + secret.name;
}

void keep_first(std::vector<Listed>& found, const Order& order, std::size_t count) {
  const auto before = [&](const Listed& a, const Listed& b) {
    return order.descending ? a.position > b.position : a.position < b.position;
  };
  count = std::min(count, found.size());
  std::ranges::partial_sort(found, found.begin() + std::ptrdiff_t(count), before);
  found.resize(count);
}

}  // namespace slipway::services::secretsmanager
