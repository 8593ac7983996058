#include "daemon/config_registries.hpp"

#include <yaml-cpp/yaml.h>

namespace slipway::daemon {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail("InvalidArgument", std::move(message));
}

Result<> read_rule(const std::string& name, const YAML::Node& node, agent::RegistryRule& rule) {
  if (!node.IsMap()) return invalid("registries: " + name + " must hold a map");
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    const YAML::Node& value = entry.second;
    try {
      if (key == "mirrors")
        rule.mirrors = value.as<std::vector<std::string>>();
      else if (key == "location")
        rule.location = value.as<std::string>();
      else if (key == "plain-http")
        rule.plain_http = value.as<bool>();
      else if (key == "ca-file")
        rule.ca_file = value.as<std::string>();
      else
        return invalid("registries: " + name + ": there is no setting " + key);
    } catch (const YAML::Exception&) {
      return invalid("registries: " + name + ": " + key + " has a value of the wrong kind");
    }
  }
  return {};
}

}  // namespace

Result<> read_registries(const YAML::Node& section, agent::RegistryRules& into) {
  if (!section.IsMap()) return invalid("registries must hold a map from registries' names");
  try {
    for (const auto& entry : section) {
      const auto name = entry.first.as<std::string>();
      if (auto read = read_rule(name, entry.second, into[name]); !read) return read;
    }
  } catch (const YAML::Exception& error) {
    return invalid(std::string("registries: ") + error.what());
  }
  return agent::check_registries(into);
}

}  // namespace slipway::daemon
