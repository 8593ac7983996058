#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/image/files.hpp"
#include "agent/image/leases.hpp"
#include "agent/image/manifest.hpp"
#include "agent/image/reference.hpp"
#include "agent/image/store.hpp"

// What importing, pulling and pruning share. Layout and locking are described in store.hpp.
namespace slipway::agent {

struct ImageStore::Impl {
  ImageStoreOptions options;

  Leases leases() const { return Leases(path("leases")); }
  std::string path(std::string_view below) const { return options.directory + "/" + std::string(below); }
  std::string blob_path(std::string_view digest) const;
  // Of a layer that is here, in whichever form; else of the directory that it would be.
  std::string layer_path(std::string_view diff_id) const;
  std::string layer_directory(std::string_view diff_id) const;
  std::string layer_record_path(std::string_view diff_id) const { return layer_directory(diff_id) + ".json"; }
  std::string name_path(const Reference& name) const;
  std::string partial_path(std::string_view blob_digest, std::string_view diff_id) const;

  // Held while something is added, so that no prune takes it away before it has its name.
  Result<FileLock> adding(bool wait = true) const;
  // Held by whoever makes this layer.
  Result<FileLock> layer_lock(std::string_view diff_id, bool wait) const;
  // A new name in tmp/ (nothing is made).
  std::string temporary() const;

  bool has_layer(std::string_view diff_id) const;
  // Unpacks `descriptor` as this layer, unless it is there. With layer_lock held. "InvalidImage" also where
  // the tar is another layer.
  Result<> put_layer(std::string_view diff_id, int descriptor) const;
  // Makes the unpacked directory one file, where that is wanted and can be. Which of the two it is now.
  std::string shaped(const std::string& directory) const;
  // "InvalidImage" where the text has another digest.
  Result<> put_blob(std::string_view digest, std::string_view text) const;
  // Keeps a layer as it came, for export; its digest is known to be right. `move`: the file may go from where
  // it is. Without it nothing but an export is missed, so a failure is only told.
  void keep_blob(std::string_view digest, const std::string& file, bool move) const;
  Result<> put_name(const Reference& name, std::string_view manifest_digest, std::string_view image_id,
                    bool imported) const;

  struct Loaded {
    Manifest manifest;
    ParsedConfig config;
  };
  // From blobs that are here. "ImageNotFound", "InvalidImage".
  Result<Loaded> load(std::string_view manifest_digest) const;
  Result<NameRecord> record(const Reference& name) const;
  std::vector<NameRecord> records() const;
  Result<ResolvedImage> resolved(const NameRecord& record) const;
  Instant used_at(const NameRecord& record) const;
  // With the store to oneself: deletes what nothing leads to.
  Result<PruneReport> prune_alone() const;
  std::uint64_t drop_layer_blobs() const;
  Result<ImageListing> listing(const NameRecord& record) const;
  // "InvalidImage" unless this machine can run it.
  Result<> check_platform(const ImageConfig& config) const;
};

}  // namespace slipway::agent
