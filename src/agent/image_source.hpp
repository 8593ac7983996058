#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/image/image.hpp"
#include "agent/image/pull.hpp"
#include "agent/image/store.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"

namespace slipway::agent {

// Where the agent gets images from. Used on the agent's loop.
class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // Held for the task `holder` until release(). Errors: "CannotPullContainerError" and the like, with
  // Docker's or ECS's words in `message`; "Cancelled".
  virtual http::Task<Result<ResolvedImage>> obtain(std::string name,
                                                   std::optional<RegistryCredentials> credentials,
                                                   std::string holder, http::Cancel cancel) = 0;
  // The task stands on its images no more.
  virtual http::Task<void> release(std::string holder) = 0;
  // After a restart: these tasks go on, others hold nothing.
  virtual http::Task<void> keep(std::vector<std::string> holders) = 0;
};

// From the node's store and registries. All three outlive it.
std::unique_ptr<ImageSource> puller_source(ImagePuller&, ImageStore&, http::WorkerPool&,
                                           PullBehavior behavior = PullBehavior::once);

}  // namespace slipway::agent
