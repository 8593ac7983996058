#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "core/state.hpp"
#include "wire/gen/ec2.hpp"

// EC2's filters: an item matches when it has, under every filter's name, one of the filter's values. In
// values
// * stands for any text, ? for one character, and \ takes their meaning away (EC2 user guide, "List and
// filter using the CLI and API").
namespace slipway::services::ec2 {

using Values = std::vector<std::string>;

// A name that a Describe operation filters by, and the values that an item has under it.
template <class E>
struct FilterField {
  std::string_view name;
  Values (*values)(const core::State&, const E&);
};

// The pattern as the whole of `text`.
bool matches(std::string_view pattern, std::string_view text);

Values yes_or_no(bool value);
// For names that are known and that nothing here has yet.
template <class E>
Values nothing(const core::State&, const E&) {
  return {};
}

// Errors: InvalidParameterValue, FilterLimitExceeded.
Result<Values> filter_values(const wire::ec2::Filter& filter);
std::unexpected<Error> unknown_filter(std::string_view name);

template <class E>
class Filters {
 public:
  static Result<Filters> read(const wire::ListOf<wire::ec2::Filter>& asked,
                              std::span<const FilterField<E>> fields) {
    Filters filters;
    for (const wire::ec2::Filter& filter : asked) {
      Filter made{nullptr, std::string(filter.name()), {}};
      const auto field = std::ranges::find(fields, filter.name(), &FilterField<E>::name);
      if (field != fields.end())
        made.field = &*field;
      else if (!has_tags || !is_tag_filter(filter.name()))
        return unknown_filter(filter.name());
      auto values = filter_values(filter);
      if (!values) return pass(values);
      made.patterns = std::move(*values);
      filters.filters_.push_back(std::move(made));
    }
    return filters;
  }

  bool match(const core::State& state, const E& item) const {
    return std::ranges::all_of(filters_, [&](const Filter& filter) {
      return std::ranges::any_of(values_of(filter, state, item), [&](const std::string& value) {
        return std::ranges::any_of(filter.patterns,
                                   [&](const std::string& pattern) { return matches(pattern, value); });
      });
    });
  }

 private:
  static constexpr bool has_tags = requires { &E::tags; };  // a map, or a function to one
  static constexpr std::string_view tag_prefix = "tag:";

  struct Filter {
    const FilterField<E>* field;  // null: by tag
    std::string name;
    Values patterns;
  };

  static bool is_tag_filter(std::string_view name) {
    return name == "tag-key" || name == "tag-value" ||
           (name.starts_with(tag_prefix) && name.size() > tag_prefix.size());
  }

  static decltype(auto) tags_of(const E& item) {
    if constexpr (std::is_member_function_pointer_v<decltype(&E::tags)>)
      return item.tags();
    else
      return (item.tags);
  }

  static Values values_of(const Filter& filter, const core::State& state, const E& item) {
    if (filter.field) return filter.field->values(state, item);
    Values values;
    if constexpr (has_tags)
      for (const auto& [key, value] : tags_of(item)) {
        if (filter.name == "tag-key")
          values.push_back(key);
        else if (filter.name == "tag-value" || std::string_view(filter.name).substr(tag_prefix.size()) == key)
          values.push_back(value);
      }
    return values;
  }

  std::vector<Filter> filters_;
};

}  // namespace slipway::services::ec2
