#include "agent/image/manifest.hpp"

#include <algorithm>
#include <set>

#include "agent/image/json.hpp"
#include "agent/image/reference.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

namespace bj = boost::json;

std::unexpected<Error> invalid(std::string why) {
  return fail("InvalidImage", std::move(why));
}

Result<Descriptor> parse_descriptor(const bj::value& value, std::string_view what) {
  Descriptor out;
  out.media_type = json::string_in(value, "mediaType");
  out.digest = json::string_in(value, "digest");
  const std::int64_t size = json::integer_in(value, "size");
  if (!is_digest(out.digest)) return invalid("the " + std::string(what) + "'s digest is not sha256");
  if (size < 0 || std::uint64_t(size) > limits::image_layer_bytes)
    return invalid("the " + std::string(what) + "'s size is out of range");
  out.size = std::uint64_t(size);
  out.platform = {"", "", ""};
  if (const bj::object* platform = json::object_in(value, "platform")) {
    const bj::value holder(*platform);
    out.platform = {json::string_in(holder, "os"), json::string_in(holder, "architecture"),
                    json::string_in(holder, "variant")};
  }
  const auto annotations = json::texts_in(value, "annotations");
  for (const char* key : {"io.containerd.image.name", "org.opencontainers.image.ref.name"})
    if (const auto found = annotations.find(key); out.reference_name.empty() && found != annotations.end())
      out.reference_name = found->second;
  out.urls = json::strings_in(value, "urls");
  return out;
}

Result<std::vector<Descriptor>> parse_descriptors(const bj::array& list, std::string_view what) {
  std::vector<Descriptor> out;
  if (list.size() > limits::image_layers)
    return invalid("more than " + std::to_string(limits::image_layers) + " " + std::string(what) + "s");
  for (const bj::value& item : list) {
    auto descriptor = parse_descriptor(item, what);
    if (!descriptor) return pass(descriptor);
    out.push_back(std::move(*descriptor));
  }
  return out;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Artifacts (charts, signatures) have manifests too, and Windows' base layers lie elsewhere.
Result<> check_layer(const Descriptor& layer) {
  if (!layer.urls.empty() || holds(layer.media_type, ".foreign."))
    return invalid("layer " + layer.digest + " is a foreign layer, which is not in the registry");
  if (holds(layer.media_type, "+encrypted"))
    return invalid("layer " + layer.digest + " is encrypted, which is not supported");
  if (!layer.media_type.empty() && !holds(layer.media_type, ".tar"))
    return invalid("layer " + layer.digest + " is no file system: its media type is " + layer.media_type);
  return {};
}

}  // namespace

Result<std::variant<Manifest, Index>> parse_manifest(std::string_view text) {
  auto document = json::parse(text, "the manifest");
  if (!document) return pass(document);
  if (json::array_in(*document, "fsLayers"))
    return invalid("Docker image format v1 and manifest version 2, schema 1 are not supported");
  if (const bj::array* manifests = json::array_in(*document, "manifests")) {
    auto list = parse_descriptors(*manifests, "manifest");
    if (!list) return pass(list);
    return Index{std::move(*list)};
  }
  const bj::object* config = json::object_in(*document, "config");
  const bj::array* layers = json::array_in(*document, "layers");
  if (!config || !layers) return invalid("the manifest has no config and layers");
  auto parsed_config = parse_descriptor(bj::value(*config), "config");
  if (!parsed_config) return pass(parsed_config);
  auto parsed_layers = parse_descriptors(*layers, "layer");
  if (!parsed_layers) return pass(parsed_layers);
  for (const Descriptor& layer : *parsed_layers)
    if (auto usable = check_layer(layer); !usable) return pass(usable);
  return Manifest{std::move(*parsed_config), std::move(*parsed_layers)};
}

const Descriptor* choose(const Index& index, const Platform& wanted) {
  const auto rank = [&](const Descriptor& entry) {
    if (entry.platform.os.empty() && entry.platform.architecture.empty()) return 1;
    if (entry.platform.os != wanted.os || entry.platform.architecture != wanted.architecture) return 0;
    if (entry.platform.variant == wanted.variant) return 4;
    return entry.platform.variant.empty() || wanted.variant.empty() ? 3 : 2;
  };
  const Descriptor* best = nullptr;
  int best_rank = 0;
  for (const Descriptor& entry : index.manifests)
    if (const int here = rank(entry); here > best_rank) best = &entry, best_rank = here;
  return best;
}

std::string platforms_of(const Index& index) {
  std::set<std::string> names;
  for (const Descriptor& entry : index.manifests)
    if (!entry.platform.os.empty() && entry.platform.os != "unknown") names.insert(entry.platform.text());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

Result<std::vector<SavedImage>> parse_saved_images(std::string_view text) {
  auto document = json::parse(text, "manifest.json");
  if (!document) return pass(document);
  std::vector<SavedImage> out;
  const bj::array* list = document->if_array();
  if (!list || list->empty()) return invalid("manifest.json holds no image");
  for (const bj::value& item : *list) {
    SavedImage image{json::string_in(item, "Config"), json::strings_in(item, "RepoTags"),
                     json::strings_in(item, "Layers")};
    if (image.config.empty()) return invalid("manifest.json names no configuration");
    if (image.layers.size() > limits::image_layers)
      return invalid("more than " + std::to_string(limits::image_layers) + " layers");
    out.push_back(std::move(image));
  }
  return out;
}

std::string make_manifest(const Descriptor& config, const std::vector<Descriptor>& layers) {
  const auto describe = [](const Descriptor& descriptor) {
    return bj::object{
        {"mediaType", descriptor.media_type}, {"digest", descriptor.digest}, {"size", descriptor.size}};
  };
  bj::array list;
  for (const Descriptor& layer : layers) list.push_back(describe(layer));
  return bj::serialize(bj::object{{"schemaVersion", 2},
                                  {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                                  {"config", describe(config)},
                                  {"layers", std::move(list)}});
}

std::string format_name_record(const NameRecord& record) {
  return bj::serialize(bj::object{{"name", record.name},
                                  {"manifest", record.manifest_digest},
                                  {"config", record.image_id},
                                  {"storedAt", iso8601(record.stored_at)},
                                  {"imported", record.imported}}) +
         "\n";
}

Result<NameRecord> parse_name_record(std::string_view text) {
  auto document = json::parse(text, "an image's name record");
  if (!document) return pass(document);
  NameRecord out{json::string_in(*document, "name"), json::string_in(*document, "manifest"),
                 json::string_in(*document, "config"),
                 parse_iso8601(json::string_in(*document, "storedAt")).value_or(Instant{}),
                 json::flag_in(*document, "imported")};
  if (!is_digest(out.manifest_digest) || !is_digest(out.image_id)) return invalid("a damaged name record");
  return out;
}

std::string format_layer_record(const LayerRecord& record) {
  return bj::serialize(bj::object{{"bytes", record.bytes}, {"entries", record.entries}}) + "\n";
}

Result<LayerRecord> parse_layer_record(std::string_view text) {
  auto document = json::parse(text, "a layer's record");
  if (!document) return pass(document);
  return LayerRecord{std::uint64_t(json::integer_in(*document, "bytes")),
                     std::uint64_t(json::integer_in(*document, "entries"))};
}

}  // namespace slipway::agent
