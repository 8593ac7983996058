#include "agent/image/docker_config.hpp"

#include <algorithm>
#include <cstdlib>

#include "agent/image/files.hpp"
#include "agent/image/json.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "runtime/system/process.hpp"

namespace slipway::agent {
namespace {

namespace bj = boost::json;
using Found = Result<std::optional<RegistryCredentials>>;

// Docker Hub's entry has kept the name of its first API.
constexpr const char* hub_entry = "https://index.docker.io/v1/";

std::unexpected<Error> unusable(std::string why) {
  return fail("CredentialsUnusable", std::move(why));
}

// "https://host:port/v1/" and "host:port" are one registry, as for Docker.
std::string_view host_of(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  return key.substr(0, key.find('/'));
}

bool is_entry_of(std::string_view key, std::string_view registry) {
  if (registry == "docker.io")
    return key == hub_entry || host_of(key) == "docker.io" || host_of(key) == "index.docker.io";
  return host_of(key) == registry;
}

bool is_helper_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// Header injection and the separator of Basic (RFC 7617 §2).
Found usable(RegistryCredentials credentials, const std::string& where) {
  const auto printable = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return std::uint8_t(c) >= ' ' && c != '\x7f'; });
  };
  if (credentials.username.empty() || credentials.username.find(':') != std::string::npos ||
      !printable(credentials.username) || !printable(credentials.password) ||
      credentials.username.size() + credentials.password.size() > limits::credential_bytes)
    return unusable(where + ": the user name or password is not usable");
  return credentials;
}

Found from_helper(const std::string& name, const std::string& registry) {
  if (!is_helper_name(name)) return unusable("'" + name + "' is not the name of a credential helper");
  const std::string program = "docker-credential-" + name;
  const std::string asked = registry == "docker.io" ? hub_entry : registry;
  auto done = runtime::run_helper({program, "get"}, asked + "\n", limits::credential_helper_timeout_ms);
  if (!done) return unusable(done.error().message);
  // Its output may hold the secret whatever it failed at, so no word of it goes further.
  if (done->exit_code != 0) {
    if (done->out.find("credentials not found") != std::string::npos) return std::nullopt;
    return unusable(program + " ended with code " + std::to_string(done->exit_code));
  }
  auto answer = parse_helper_answer(done->out);
  if (!answer) return unusable(program + ": " + answer.error().message);
  if (answer->username == "<token>")
    return unusable(program + " has an identity token, which is not supported");
  return usable(std::move(*answer), program);
}

Found from_entry(const bj::value& entry, const std::string& path) {
  if (!json::string_in(entry, "identitytoken").empty())
    return unusable(path + " has an identity token, which is not supported");
  RegistryCredentials out{json::string_in(entry, "username"), json::string_in(entry, "password")};
  if (const std::string auth = json::string_in(entry, "auth"); !auth.empty()) {
    const auto text = unbase64(auth);
    const auto colon = text ? text->find(':') : std::string::npos;
    if (colon == std::string::npos) return unusable(path + ": an auth is not base64 of user:password");
    out = {text->substr(0, colon), text->substr(colon + 1)};
    while (out.password.ends_with('\0')) out.password.pop_back();  // old clients pad
  }
  if (out.username.empty() && out.password.empty()) return std::nullopt;  // kept in a credsStore
  return usable(std::move(out), path);
}

}  // namespace

std::string docker_config_path() {
  if (const char* directory = std::getenv("DOCKER_CONFIG"); directory && *directory)
    return std::string(directory) + "/config.json";
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/.docker/config.json" : "";
}

Result<RegistryCredentials> parse_helper_answer(std::string_view text) {
  auto document = json::parse(text, "its answer");
  if (!document || !document->is_object()) return unusable("its answer is no JSON object");
  return RegistryCredentials{json::string_in(*document, "Username"), json::string_in(*document, "Secret")};
}

Found docker_credentials(const std::string& config_path, const std::string& registry) {
  if (config_path.empty()) return std::nullopt;
  auto text = read_file(config_path, limits::docker_config_bytes);
  if (!text && text.error().code == "ImageNotFound") return std::nullopt;
  if (!text) return unusable(text.error().message);
  auto document = json::parse(*text, config_path);
  if (!document) return unusable(config_path + " is not readable JSON");
  for (const auto& [host, helper] : json::texts_in(*document, "credHelpers"))
    if (is_entry_of(host, registry)) return from_helper(helper, registry);
  if (const std::string store = json::string_in(*document, "credsStore"); !store.empty()) {
    auto stored = from_helper(store, registry);
    if (!stored || *stored) return stored;
  }
  if (const bj::object* entries = json::object_in(*document, "auths"))
    for (const auto& entry : *entries)
      if (is_entry_of(entry.key(), registry)) return from_entry(entry.value(), config_path);
  return std::nullopt;
}

}  // namespace slipway::agent
