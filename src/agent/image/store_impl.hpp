#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/image/files.hpp"
#include "agent/image/manifest.hpp"
#include "agent/image/reference.hpp"
#include "agent/image/store.hpp"

// What importing, pulling and pruning share. Layout and locking are described in store.hpp.
namespace slipway::agent {

struct ImageStore::Impl {
  ImageStoreOptions options;

  std::string path(std::string_view below) const { return options.directory + "/" + std::string(below); }
  std::string blob_path(std::string_view digest) const;
  std::string layer_path(std::string_view diff_id) const;
  std::string layer_record_path(std::string_view diff_id) const { return layer_path(diff_id) + ".json"; }
  std::string name_path(const Reference& name) const;

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
  // "InvalidImage" where the text has another digest.
  Result<> put_blob(std::string_view digest, std::string_view text) const;
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
  Result<ImageListing> listing(const NameRecord& record) const;
  // "InvalidImage" unless this machine can run it.
  Result<> check_platform(const ImageConfig& config) const;
};

}  // namespace slipway::agent
