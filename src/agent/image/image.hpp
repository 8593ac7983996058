#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

// What an image is to its users. Words of the OCI image specification 1.0 ("Image Configuration").
namespace slipway::agent {

// "linux/amd64", "linux/arm64/v8": Go's names.
struct Platform {
  std::string os = "linux";
  std::string architecture = "amd64";
  std::string variant;  // empty: none

  std::string text() const;
  bool operator==(const Platform&) const = default;
};

// This machine's.
Platform host_platform();

struct ImageHealthCheck {
  std::vector<std::string> test;  // {"CMD-SHELL", "curl -f …"}, {"CMD", …} or {"NONE"}
  std::int64_t interval_ms = 0;   // 0: not set
  std::int64_t timeout_ms = 0;
  std::int64_t start_period_ms = 0;
  int retries = 0;

  bool operator==(const ImageHealthCheck&) const = default;
};

struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> env;  // "NAME=value"
  std::string working_dir;
  std::string user;
  std::vector<std::string> exposed_ports;  // "80/tcp"
  std::vector<std::string> volumes;        // paths
  std::map<std::string, std::string> labels;
  std::string stop_signal;  // "SIGTERM", "15" or empty
  std::optional<ImageHealthCheck> health_check;
  Platform platform;
  Instant created;  // zero: not said

  bool operator==(const ImageConfig&) const = default;
};

// An image that is on this node, ready to be stacked.
struct ResolvedImage {
  std::string name;             // canonical: "docker.io/library/busybox:latest"
  std::string manifest_digest;  // "sha256:…"
  std::string image_id;         // of the configuration, "sha256:…"
  // Absolute, topmost first, none twice: directories, or erofs files ("….erofs").
  std::vector<std::string> layers;
  ImageConfig config;
};

// A line of `slipway image ls`.
struct ImageListing {
  std::string name;  // as Docker shows it: "busybox:latest"
  std::string manifest_digest;
  std::string image_id;
  std::uint64_t size_bytes = 0;  // of all its layers, unpacked; layers that images share count for each
  Instant created;               // by the image's own account
  Instant stored_at;
  Instant used_at;                   // by a task, or else stored
  bool imported = false;             // never in a registry, as far as this node knows
  std::vector<std::string> used_by;  // the tasks that hold it, sorted
};

}  // namespace slipway::agent
