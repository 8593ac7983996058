#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::agent {

// An image's name, taken apart by Docker's rules (github.com/distribution/reference): "busybox" is
// "docker.io/library/busybox:latest"; the first part is a registry if it holds '.' or ':' or is "localhost".
struct Reference {
  std::string registry;    // "docker.io", "localhost:5000"
  std::string repository;  // "library/busybox"
  std::string tag;         // "latest" where the text has neither tag nor digest; empty with a digest
  std::string digest;      // "sha256:…" or empty. With both in the text the digest counts, as for Docker

  std::string canonical() const;  // "docker.io/library/busybox:latest"
  std::string familiar() const;   // "busybox:latest"
  std::string name() const { return registry + "/" + repository; }
  // What stands behind /manifests/: the digest, or else the tag.
  const std::string& object() const { return digest.empty() ? tag : digest; }

  bool operator==(const Reference&) const = default;
};

// "CannotPullContainerError": "invalid reference format" and Docker's other words.
Result<Reference> parse_reference(std::string_view text);

// "sha256:" and 64 lower-case hex digits.
bool is_digest(std::string_view text);

}  // namespace slipway::agent
