#include "agent/image/registries.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "http/url.hpp"

namespace slipway::agent {
namespace {

// "HOST[:PORT][/PREFIX]" is how an image's name begins, so it is read as one.
Result<Reference> parse_place(std::string_view place) {
  auto reference = parse_reference(std::string(place) + "/image");
  const bool is_hub = place == "docker.io" || place.starts_with("docker.io/");
  if (!reference || (reference->registry == "docker.io" && !is_hub))
    return fail("InvalidArgument", "'" + std::string(place) + "' is not HOST[:PORT][/PREFIX]");
  return reference;
}

std::string host_alone(const std::string& host) {
  const auto url = http::parse_url("https://" + host + "/");
  return url ? url->host : host;
}

Endpoint endpoint_at(std::string registry, std::string repository, const RegistryRules& rules) {
  Endpoint out{registry, std::move(repository), false, "", false};
  const auto rule = rules.find(registry);
  if (rule != rules.end()) {
    out.plain = rule->second.plain_http;
    out.ca_file = rule->second.ca_file;
  }
  if (is_loopback(host_alone(registry)) && out.ca_file.empty() && !registry.ends_with(":443"))
    out.plain = true;
  if (registry == "docker.io") out.host = "registry-1.docker.io";  // not named as its images are
  return out;
}

Endpoint endpoint_at(const std::string& place, const Reference& image, const RegistryRules& rules) {
  const auto parsed = parse_place(place);  // checked when it was configured
  if (!parsed) return endpoint_at(image.registry, image.repository, rules);
  std::string prefix = parsed->repository;
  prefix.erase(prefix.size() - std::string_view("image").size());
  if (parsed->registry == "docker.io" && prefix == "library/") prefix.clear();
  return endpoint_at(parsed->registry, prefix + image.repository, rules);
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
          host.find_first_not_of("0123456789.") == host.npos);
}

Result<> check_registries(const RegistryRules& rules) {
  if (rules.size() > limits::registry_rules)
    return fail("InvalidArgument", "more than " + std::to_string(limits::registry_rules) + " registries");
  for (const auto& [name, rule] : rules) {
    const auto wrong = [&](const std::string& why) {
      return fail("InvalidArgument", "registries: " + name + ": " + why);
    };
    const auto place = parse_place(name);
    if (!place || name.find('/') != name.npos) return wrong("the name of a registry is HOST[:PORT]");
    if (rule.mirrors.size() > limits::registry_mirrors)
      return wrong("more than " + std::to_string(limits::registry_mirrors) + " mirrors");
    std::vector<std::string> places = rule.mirrors;
    if (!rule.location.empty()) places.push_back(rule.location);
    for (const std::string& each : places)
      if (auto parsed = parse_place(each); !parsed) return wrong(parsed.error().message);
    if (rule.plain_http && !rule.ca_file.empty()) return wrong("plain-http and ca-file exclude each other");
  }
  return {};
}

std::vector<Endpoint> endpoints_of(const Reference& image, const RegistryRules& rules) {
  std::vector<Endpoint> out;
  const auto rule = rules.find(image.registry);
  if (rule != rules.end())
    for (const std::string& mirror : rule->second.mirrors) out.push_back(endpoint_at(mirror, image, rules));
  if (rule != rules.end() && !rule->second.location.empty()) {
    out.push_back(endpoint_at(rule->second.location, image, rules));
  } else {
    out.push_back(endpoint_at(image.registry, image.repository, rules));
    out.back().named = true;
  }
  return out;
}

}  // namespace slipway::agent
