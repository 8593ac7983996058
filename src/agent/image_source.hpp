#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/image/image.hpp"
#include "agent/image/pull.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"

namespace slipway::agent {

// Where the agent gets images from. Used on the agent's loop.
class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // Errors: "CannotPullContainerError" and the like, with Docker's or ECS's words in `message`; "Cancelled".
  virtual http::Task<Result<ResolvedImage>> obtain(std::string name,
                                                   std::optional<RegistryCredentials> credentials,
                                                   http::Cancel cancel) = 0;
};

// From the node's store and registries. The puller outlives it.
std::unique_ptr<ImageSource> puller_source(ImagePuller&, PullBehavior behavior = PullBehavior::once);

}  // namespace slipway::agent
