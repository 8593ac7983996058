#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace slipway::runtime {

// Layers that are erofs files, mounted once for all containers that stand on them, at <directory>/<name> in
// this process's mount namespace: so their pages are in memory once. Whoever comes after us finds the mounts
// (an upgrade) or needs none of them (our death ends the namespace; overlays hold what they need).
class LayerMounts {
 public:
  explicit LayerMounts(std::string directory) : directory_(std::move(directory)) {}

  // The directories of these layers, in their order; erofs files are mounted where they are not.
  Result<std::vector<std::string>> mount(const std::vector<std::string>& layers) const;
  // Unmounts what nobody needs.
  void unmount(const std::vector<std::string>& layers,
               const std::function<bool(const std::string& layer)>& needed) const;

 private:
  std::string point(const std::string& layer) const;

  std::string directory_;
};

}  // namespace slipway::runtime
