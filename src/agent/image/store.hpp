#pragma once

#include <cstdint>
#include <functional>
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

// What an unpacked layer is. Both may lie in one store; this is for those to come.
enum class LayerForm {
  directory,
  erofs,  // one file, which the kernel mounts (mkfs.erofs of erofs-utils)
};

struct ImageStoreOptions {
  std::string directory;  // <data>/images; made (mode 0700) where it is missing
  Platform platform = host_platform();
  UnpackCommand unpack;
  LayerForm layers = LayerForm::directory;
  // <node>/containers of every node that uses this store. prune() keeps each layer whose diff-id stands in a
  // *.json of a container's directory there (the runtime's launch.json).
  std::vector<std::string> container_directories;
  std::string owner;  // of the leases that are taken here: the node's data directory
};

struct PruneReport {
  std::vector<std::string> images;  // names that collect() took away
  std::size_t layers = 0, blobs = 0;
  std::uint64_t freed_bytes = 0;
};

// When images go by themselves. Those that a task holds and those that were imported never do: nobody could
// fetch the latter again.
struct CollectOptions {
  std::int64_t unused_ms = 0;  // not used for so long; 0: age is no reason
  // Of the file system in percent: from `high` on the compressed layers go, then the images that were used
  // least recently, until it is below `low`. 0: never.
  unsigned disk_high = 0, disk_low = 0;
  Instant now;
  std::function<unsigned()> disk_used;  // none: the file system's own account
};

// The node's images on disk:
//
//   lock                     flock: shared while something is added, exclusive while something is pruned
//   names/<hash>.json        {"name": "docker.io/library/busybox:latest", "manifest": "sha256:…", …}
//   blobs/sha256/<hex>       manifests, configurations, and layers as they came, for export
//   partial/<hex>-<hex>      a layer on its way; goes on where it stopped, also after a crash
//   leases/<hash>.json       who uses which image (leases.hpp)
//   layers/<diff-id hex>/    an unpacked layer, in overlayfs' form: char 0:0 for a whiteout,
//                            trusted.overlay.opaque=y for an opaque directory
//   layers/<diff-id hex>.erofs   … or the same as one file
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

  // A docker-archive and an OCI layout in one tar: skopeo, docker load and import() take it, and the same
  // image has the same digests again. "ImageNotFound" also where a layer is only here unpacked.
  Result<> export_to(std::string_view name, int descriptor);

  // Holds an image for a task: neither remove(), prune() nor collect() touch it until release(). Marks it as
  // used now. "ImageNotFound" where part of it has gone.
  Result<> lease(std::string_view holder, const ResolvedImage& image);
  Result<> release(std::string_view holder);
  // After a restart: ends the leases of all others.
  Result<> keep_leases(const std::vector<std::string>& holders);

  // Takes the name away; what only it held goes with the next prune. "ImageNotFound"; "ImageInUse" names the
  // task that holds it under this name.
  Result<> remove(std::string_view name);

  // Deletes what no name refers to and no container stands on. "ImageStoreBusy" while images are
  // pulled or imported.
  Result<PruneReport> prune();

  // Takes away the images whose time has come, and prunes. "ImageStoreBusy" as prune().
  Result<PruneReport> collect(const CollectOptions& options);

  struct Impl;
  Impl& impl() { return *impl_; }  // for pull.cpp

 private:
  explicit ImageStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::agent
