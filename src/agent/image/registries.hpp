#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/image/reference.hpp"
#include "base/result.hpp"

// Where images are really fetched from, and how each host is spoken to.
namespace slipway::agent {

// What the configuration says of one registry, by the name that images have ("docker.io",
// "123456789012.dkr.ecr.us-east-1.amazonaws.com", "localhost:5000"). A place is "HOST[:PORT][/PREFIX]".
struct RegistryRule {
  std::vector<std::string> mirrors;  // places that are asked first, in order
  std::string location;              // the place that stands for the registry; empty: itself
  bool plain_http = false;           // of this host: spoken to without TLS
  std::string ca_file;               // of this host: PEM, authorities beside the system's

  bool operator==(const RegistryRule&) const = default;
};
using RegistryRules = std::map<std::string, RegistryRule>;

// "InvalidArgument" names the registry and what is wrong.
Result<> check_registries(const RegistryRules& rules);

struct Endpoint {
  std::string host;        // "registry-1.docker.io", "localhost:5000"
  std::string repository;  // "prefix/library/busybox"
  bool plain = false;
  std::string ca_file;
  // The registry that the image's name names. A task's own credentials are for it and for nobody else.
  bool named = false;

  bool operator==(const Endpoint&) const = default;
};

// In the order in which they are tried, at least one. Loopback hosts are spoken to without TLS, unless they
// have a ca_file or port 443.
std::vector<Endpoint> endpoints_of(const Reference& image, const RegistryRules& rules);

// "localhost", 127.0.0.0/8 and ::1; without a port.
bool is_loopback(std::string_view host);

}  // namespace slipway::agent
