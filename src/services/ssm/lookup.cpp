#include "services/ssm/lookup.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"

namespace slipway::services::ssm {
namespace {

bool is_name_text(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '/';
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

const Parameter* named(const Call& call, std::string_view name) {
  return call.turn.state.parameters.find(Parameter::key_of(call.realm, name));
}

// An ARN does not tell whether a name of one level has a slash before it.
const Parameter* named_by_arn(const Call& call, const Arn& arn) {
  static constexpr std::string_view kind = "parameter/";
  if (arn.service != "ssm" || arn.account != call.realm.account || arn.region != call.realm.region ||
      !arn.resource.starts_with(kind))
    return nullptr;
  const std::string name = arn.resource.substr(kind.size());
  if (const Parameter* plain = named(call, name)) return plain;
  return named(call, "/" + name);
}

const Parameter* find(const Call& call, std::string_view name) {
  if (!name.starts_with("arn:")) return named(call, name);
  const auto arn = Arn::parse(name);
  return arn ? named_by_arn(call, *arn) : nullptr;
}

// Where the selector begins: at the colon after a name, or after an ARN's resource. npos: there is none.
std::size_t selector_of(std::string_view asked) {
  std::size_t from = 0;
  if (asked.starts_with("arn:"))
    for (int parts = 0; parts < 5 && from != asked.npos; ++parts) {
      from = asked.find(':', from);
      if (from != asked.npos) ++from;
    }
  return from == asked.npos ? asked.npos : asked.find(':', from);
}

}  // namespace

std::unexpected<Error> invalid(std::string message) {
  return fail("ValidationException", std::move(message));
}
std::unexpected<Error> not_found(std::string_view name) {
  return fail("ParameterNotFound", "Parameter " + std::string(name) + " not found.");
}
std::unexpected<Error> version_not_found(std::string_view name, std::string_view version) {
  return fail("ParameterVersionNotFound", "Systems Manager could not find version " + std::string(version) +
                                              " of " + std::string(name) +
                                              ". Verify the version and try again.");
}

Result<> check_new_name(const Realm& realm, std::string_view name) {
  const std::string first = small(name.starts_with('/') ? name.substr(1) : name);
  if (name.starts_with('/') && first.starts_with("aws"))
    return fail("AccessDeniedException", "No access to reserved parameter name: " + std::string(name) + ".");
  if (first.starts_with("aws") || first.starts_with("ssm"))
    return invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  if (!std::ranges::all_of(name, is_name_text) || name.ends_with('/') || name.contains("//"))
    return invalid(
        "Parameter name: may be a path of parts divided by the slash symbol; each part can be formed as a mix "
        "of letters, numbers and the symbols .-_");
  if (name.contains('/') && !name.starts_with('/'))
    return invalid("Parameter name must be a fully qualified name.");
  if (std::size_t(std::ranges::count(name, '/')) > limits::ssm_hierarchy_levels)
    return fail("HierarchyLevelLimitExceededException",
                "A parameter name can have at most " + std::to_string(limits::ssm_hierarchy_levels) +
                    " hierarchy levels, the last part included.");
  Parameter parameter;
  parameter.realm = realm;
  parameter.name = name;
  if (parameter.arn().size() > limits::ssm_arn_characters)
    return invalid("Parameter name: its ARN is longer than " + std::to_string(limits::ssm_arn_characters) +
                   " characters.");
  return {};
}

Result<const Parameter*> find_parameter(const Call& call, std::string_view name) {
  const Parameter* parameter = find(call, name);
  if (!parameter) return not_found(name);
  return parameter;
}

Result<const ParameterVersion*> find_version(const Call& call, const Parameter& parameter,
                                             std::int64_t version) {
  const auto* row = call.turn.state.parameter_versions.find(
      ParameterVersion::key_of(call.realm, parameter.name, version));
  if (!row) return version_not_found(parameter.name, std::to_string(version));
  return row;
}

const ParameterVersion& newest_version(const Call& call, const Parameter& parameter) {
  const auto* row = call.turn.state.parameter_versions.find(
      ParameterVersion::key_of(parameter.realm, parameter.name, parameter.version));
  check(row != nullptr, "a parameter without its newest version");
  return *row;
}

std::vector<const ParameterVersion*> versions_of(const Call& call, const Parameter& parameter) {
  std::vector<const ParameterVersion*> versions;
  call.turn.state.parameter_versions.scan(ParameterVersion::prefix_of(call.realm, parameter.name), "",
                                          [&](const ParameterVersion& version) {
                                            versions.push_back(&version);
                                            return true;
                                          });
  return versions;
}

std::string_view without_selector(std::string_view asked) {
  return asked.substr(0, selector_of(asked));
}

Result<Selected> select(const Call& call, std::string_view asked) {
  const std::size_t colon = selector_of(asked);
  auto parameter = find_parameter(call, asked.substr(0, colon));
  if (!parameter) return pass(parameter);
  Selected found{*parameter, nullptr, {}};
  if (colon == asked.npos) {
    found.version = &newest_version(call, **parameter);
    return found;
  }
  found.selector = asked.substr(colon);
  const std::string_view selector = asked.substr(colon + 1);
  std::int64_t number = 0;
  const char* end = selector.data() + selector.size();
  if (const auto [ptr, error] = std::from_chars(selector.data(), end, number);
      error == std::errc() && ptr == end) {
    auto version = find_version(call, **parameter, number);
    if (!version) return pass(version);
    found.version = *version;
    return found;
  }
  for (const ParameterVersion* version : versions_of(call, **parameter))
    if (std::ranges::find(version->labels, selector) != version->labels.end()) found.version = version;
  if (!found.version) return version_not_found((*parameter)->name, selector);
  return found;
}

}  // namespace slipway::services::ssm
