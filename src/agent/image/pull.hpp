#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/image/docker_config.hpp"
#include "agent/image/image.hpp"
#include "agent/image/registries.hpp"
#include "agent/image/store.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/client.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"

namespace slipway::agent {

// How far a pull is. Layers that were here already do not count.
struct PullProgress {
  std::string name;  // canonical
  std::size_t layers = 0, layers_done = 0;
  std::uint64_t bytes = 0, bytes_done = 0;  // of the compressed layers
};

struct PullOptions {
  RegistryRules registries;   // checked
  std::string docker_config;  // Docker's configuration file; empty: none. Asked where a task brings nothing
  Platform platform = host_platform();
  http::ClientOptions client;
  std::int64_t retry_delay_ms = 500;  // doubles with each try
  bool for_export = false;  // layers as they came are wanted too, and fetched where they are missing
  std::function<void(const PullProgress&)>
      progress;  // on the puller's loop: begun, each megabytes, each layer
};

// ECS_IMAGE_PULL_BEHAVIOR (ECS developer guide, "Amazon ECS container agent configuration"). What was
// imported here was never in a registry and is used as it is, but for `always`.
enum class PullBehavior {
  normal,         // "default": pulled, and if that fails what is here is used
  always,         // pulled; an error if that fails
  once,           // what is here is used; else pulled
  prefer_cached,  // as once; and images are never cleaned up by themselves
};
// "default", "always", "once", "prefer-cached".
std::optional<PullBehavior> parse_pull_behavior(std::string_view word);

// Pulls from OCI and Docker registries (OCI distribution 1.1, Docker manifest schema 2). Used on one loop;
// the disk is worked on `workers`. The store, the pool and the puller outlive every pull.
class ImagePuller {
 public:
  ImagePuller(ImageStore& store, http::WorkerPool& workers, PullOptions options = {});
  ~ImagePuller();
  ImagePuller(const ImagePuller&) = delete;
  ImagePuller& operator=(const ImagePuller&) = delete;

  // Asks the registry what `name` is now, fetches what is missing, and names it. Pulls of one image that are
  // wanted at a time happen once, and so does each layer, also between processes.
  // "CannotPullContainerError" with ECS's words; "Cancelled" (the others that wait for it go on).
  http::Task<Result<ResolvedImage>> pull(std::string name,
                                         std::optional<RegistryCredentials> credentials = {},
                                         http::Cancel cancel = {});

  // From this node or from the registry, as `behavior` says. With a lease for `holder`, unless that is empty.
  // Errors as pull().
  http::Task<Result<ResolvedImage>> obtain(std::string name, PullBehavior behavior,
                                           std::optional<RegistryCredentials> credentials = {},
                                           http::Cancel cancel = {}, std::string holder = {});

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::agent
