#include "services/ssm/filters.hpp"

#include <algorithm>
#include <span>

#include "wire/json_text.hpp"

namespace slipway::services::ssm {
namespace {

using Request = wire::ssm::ParameterStringFilter;

// What a key may be asked by; the first is meant where no option is given.
struct Rule {
  std::string_view key;
  std::vector<std::string_view> options;
};

const std::vector<Rule>& rules(bool by_path) {
  static const std::vector<Rule> of_path{
      {"Type", {"Equals", "BeginsWith"}}, {"KeyId", {"Equals", "BeginsWith"}}, {"Label", {"Equals"}}};
  static const std::vector<Rule> of_description{{"Name", {"Equals", "BeginsWith", "Contains"}},
                                                {"Type", {"Equals", "BeginsWith"}},
                                                {"KeyId", {"Equals", "BeginsWith"}},
                                                {"Path", {"OneLevel", "Recursive"}},
                                                {"Tier", {"Equals"}},
                                                {"DataType", {"Equals", "BeginsWith"}},
                                                {"tag:", {"Equals"}}};
  return by_path ? of_path : of_description;
}

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

bool is_tag(std::string_view key) {
  return key.starts_with("tag:");
}

std::string_view name_of_path(std::string_view path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

bool is_under(std::string_view name, std::string_view path, bool recursive) {
  path = name_of_path(path);
  if (path == "/") path = "";
  if (!name.starts_with(path)) return false;
  const std::string_view rest = name.substr(path.size());
  // A name without any slash lies at the root.
  if (!rest.starts_with('/') && !(path.empty() && !name.contains('/'))) return false;
  return recursive || !rest.substr(1).contains('/');
}

Result<> Filters::add(const Request& request, bool by_path) {
  const std::string_view key = request.key();
  const auto& known = rules(by_path);
  const auto rule =
      std::ranges::find_if(known, [&](const Rule& each) { return is_tag(key) ? is_tag(each.key) : each.key == key; });
  if (rule == known.end()) {
    std::vector<std::string_view> keys;
    for (const Rule& each : known) keys.push_back(each.key);
    return fail("InvalidFilterKey", "The following filter key is not valid: " + std::string(key) +
                                        ". Valid filter keys include: [" + joined(keys) + "].");
  }
  const std::string_view option = request.has_option() ? request.option() : rule->options.front();
  if (std::ranges::find(rule->options, option) == rule->options.end())
    return fail("InvalidFilterOption", "The following filter option is not valid: " + std::string(option) +
                                           ". Valid options include: [" + joined(rule->options) + "].");
  if (!is_tag(key) && !request.has_values())
    return fail("InvalidFilterValue",
                "The following filter values are missing : null for filter key " + std::string(key) + ".");
  Filter filter{std::string(key), std::string(option), {}};
  for (const std::string_view value : request.values()) {
    if (key == "Path" && !value.starts_with('/'))
      return fail("InvalidFilterValue", "A path begins with a slash: " + std::string(value) + ".");
    filter.values.emplace_back(value);
  }
  question_ += wire::write_json(request.raw());
  if (key == "Label")
    labels_ = std::move(filter.values);
  else
    filters_.push_back(std::move(filter));
  return {};
}

Result<Filters> Filters::of_path(const wire::ssm::GetParametersByPathRequest& request) {
  Filters filters;
  for (const auto filter : request.parameter_filters())
    if (auto added = filters.add(filter, true); !added) return slipway::pass(added);
  return filters;
}

Result<Filters> Filters::of_description(const wire::ssm::DescribeParametersRequest& request) {
  if (request.has_filters() && request.has_parameter_filters())
    return invalid("You can use either Filters or ParameterFilters in a single request.");
  Filters filters;
  for (const auto filter : request.parameter_filters())
    if (auto added = filters.add(filter, false); !added) return slipway::pass(added);
  for (const auto filter : request.filters())
    if (auto added = filters.add(Request().set_key(filter.key()).set_values(filter.values()), false); !added)
      return slipway::pass(added);
  return filters;
}

bool Filters::passes(const Filter& filter, const Parameter& parameter, const ParameterVersion& version) {
  const auto any = [&](auto matches) { return std::ranges::any_of(filter.values, matches); };
  if (is_tag(filter.key)) {
    const auto tag = parameter.tags.find(filter.key.substr(4));
    return tag != parameter.tags.end() &&
           (filter.values.empty() || any([&](const std::string& value) { return value == tag->second; }));
  }
  if (filter.key == "Path")
    return any([&](const std::string& path) {
      return is_under(parameter.name, path, filter.option == "Recursive");
    });
  const std::string& text = filter.key == "Name"    ? parameter.name
                            : filter.key == "Type"  ? version.type
                            : filter.key == "KeyId" ? version.key_id
                            : filter.key == "Tier"  ? version.tier
                                                    : version.data_type;
  if (filter.option == "BeginsWith")
    return any([&](const std::string& value) { return text.starts_with(value); });
  if (filter.option == "Contains") return any([&](const std::string& value) { return text.contains(value); });
  return any([&](const std::string& value) { return text == value; });
}

bool Filters::pass(const Parameter& parameter, const ParameterVersion& version) const {
  return std::ranges::all_of(
      filters_, [&](const Filter& filter) { return passes(filter, parameter, version); });
}

}  // namespace slipway::services::ssm
