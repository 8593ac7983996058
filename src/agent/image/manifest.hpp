#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agent/image/image.hpp"
#include "base/result.hpp"

// The JSON documents of an image, read with limits of size and depth. Every error is "InvalidImage".
namespace slipway::agent {

struct Descriptor {
  std::string media_type;
  std::string digest;  // "sha256:…", checked
  std::uint64_t size = 0;
  Platform platform;  // of an index's entries; os is empty where it is not said
  // Annotations: io.containerd.image.name, or else org.opencontainers.image.ref.name.
  std::string reference_name;
  std::vector<std::string> urls;  // "foreign" layers, which are not in the registry
};

struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;  // bottom first
};

struct Index {
  std::vector<Descriptor> manifests;
};

// OCI image manifest or index, Docker schema 2 manifest or manifest list; told by what is in it where the
// media type is missing. Schema 1, layers that are not in the registry and what is no image are refused by
// name.
Result<std::variant<Manifest, Index>> parse_manifest(std::string_view text);

// The entry for `platform` (an equal variant, else none, else any; entries that say no platform last), or
// nothing. Attestations ("unknown/unknown") are never chosen.
const Descriptor* choose(const Index& index, const Platform& platform);
// "linux/arm64/v8, linux/s390x": what an index has.
std::string platforms_of(const Index& index);

struct ParsedConfig {
  ImageConfig config;
  std::vector<std::string> diff_ids;  // bottom first
};
Result<ParsedConfig> parse_config(std::string_view text);

// "manifest.json" of docker save.
struct SavedImage {
  std::string config;  // path in the archive
  std::vector<std::string> names;
  std::vector<std::string> layers;  // paths, bottom first
};
Result<std::vector<SavedImage>> parse_saved_images(std::string_view text);

// An OCI manifest over a configuration and layers that were never in a registry.
std::string make_manifest(const Descriptor& config, const std::vector<Descriptor>& layers);

// names/<hash>.json
struct NameRecord {
  std::string name;  // canonical
  std::string manifest_digest;
  std::string image_id;
  Instant stored_at;
  bool imported = false;  // from an archive; else pulled
};
std::string format_name_record(const NameRecord&);
Result<NameRecord> parse_name_record(std::string_view text);

// layers/<hex>.json
struct LayerRecord {
  std::uint64_t bytes = 0, entries = 0;
};
std::string format_layer_record(const LayerRecord&);
Result<LayerRecord> parse_layer_record(std::string_view text);

}  // namespace slipway::agent
