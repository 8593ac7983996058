#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/image/image.hpp"
#include "agent/image/unpack.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace slipway::agent {

struct ImageStoreOptions {
  std::string directory;  // <data>/images; made (mode 0700) where it is missing
  Platform platform = host_platform();
  UnpackCommand unpack;
  // <node>/containers of every node that uses this store. prune() keeps each layer whose diff-id stands in a
  // *.json of a container's directory there (the runtime's launch.json).
  std::vector<std::string> container_directories;
};

struct PruneReport {
  std::size_t layers = 0, blobs = 0;
  std::uint64_t freed_bytes = 0;
};

// The node's images on disk:
//
//   lock                     flock: shared while something is added, exclusive while something is pruned
//   names/<hash>.json        {"name": "docker.io/library/busybox:latest", "manifest": "sha256:…", …}
//   blobs/sha256/<hex>       manifests and configurations, and layers that are not unpacked yet
//   layers/<diff-id hex>/    an unpacked layer, in overlayfs' form: char 0:0 for a whiteout,
//                            trusted.overlay.opaque=y for an opaque directory
//   layers/<diff-id hex>.json  {"bytes": …, "entries": …}
//   locks/<hex>, tmp/        work in progress; what a crash leaves in tmp/ the next prune removes
//
// Everything appears under its name at once (written aside, synced, renamed). Several processes may use one
// store at a time: the agent and the command line. All calls block; from any thread.
//
// Error codes: "ImageNotFound", "InvalidImage" (an archive that is none, hostile or damaged),
// "CannotPullContainerError" (no such platform, bad name), "ImageStoreError" (the disk), "ImageStoreBusy".
class ImageStore {
 public:
  static Result<std::unique_ptr<ImageStore>> open(ImageStoreOptions options);
  ~ImageStore();

  // `name` as users write it. Never touches the network. "ImageNotFound".
  Result<ResolvedImage> resolve(std::string_view name) const;

  // Sorted by name.
  Result<std::vector<ImageListing>> list() const;

  // A docker-archive ("docker save"), an OCI layout as a tar (either may be compressed) or as a directory.
  // `name`, where given, is the image's only name; without it the archive must hold names. Returns what is
  // there now, sorted by name.
  Result<std::vector<ImageListing>> import(const std::string& path, std::optional<std::string> name = {});

  // Takes the name away; what only it held goes with the next prune. "ImageNotFound".
  Result<> remove(std::string_view name);

  // Deletes what no name refers to and no container stands on. "ImageStoreBusy" while images are
  // pulled or imported.
  Result<PruneReport> prune();

  struct Impl;
  Impl& impl() { return *impl_; }  // for pull.cpp

 private:
  explicit ImageStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::agent
