#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::agent {

struct RegistryCredentials {
  std::string username;
  std::string password;

  bool operator==(const RegistryCredentials&) const = default;
};

// $DOCKER_CONFIG/config.json or ~/.docker/config.json, as this process's environment has it; empty: neither.
std::string docker_config_path();

// What Docker's configuration file (docs.docker.com, "docker login", "Credential helpers") knows of a
// registry ("docker.io", "localhost:5000"): credHelpers, then credsStore, then auths. A helper is
// docker-credential-<name> of PATH, started without a shell: it reads the registry's name and answers in
// JSON, both over pipes, within limits::credential_helper_timeout_ms. Nothing where there is no file or no
// entry; "CredentialsUnusable" says what is wrong without saying what is secret. Blocks.
Result<std::optional<RegistryCredentials>> docker_credentials(const std::string& config_path,
                                                              const std::string& registry);

// A helper's answer: {"Username": …, "Secret": …}.
Result<RegistryCredentials> parse_helper_answer(std::string_view text);

}  // namespace slipway::agent
