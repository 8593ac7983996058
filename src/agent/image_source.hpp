#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/task.hpp"

namespace slipway::agent {

// An image as containers need it: directories to stack, and the parts of its configuration that a
// ContainerDefinition may leave open (OCI image specification 1.0, "config").
struct Image {
  std::string digest;               // of the manifest, "sha256:…"
  std::string image_id;             // of the configuration, "sha256:…"
  std::vector<std::string> layers;  // topmost first, unpacked
  std::vector<std::string> entry_point;
  std::vector<std::string> command;
  std::vector<std::string> env;  // "NAME=value"
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
  std::string working_dir;
  std::string user;
  std::string stop_signal;  // "SIGTERM", "15" or empty
};

struct ImageRequest {
  std::string reference;  // as the task definition has it
  std::string username;   // of the registry; empty: none
  std::string password;
};

// Where images come from: on the node already, or pulled. Used on the agent's loop; pulls of one image that
// several tasks want at a time happen once.
class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // Errors: "CannotPullContainerError" and the like, with Docker's or ECS's words in `message`; "Cancelled".
  virtual http::Task<Result<Image>> obtain(ImageRequest request, http::Cancel cancel) = 0;
};

}  // namespace slipway::agent
