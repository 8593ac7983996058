#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "agent/image/sha256.hpp"
#include "agent/image/store_impl.hpp"
#include "base/limits.hpp"

// A docker-archive and an OCI layout are both a directory of files, in a tar or not. The tar is unpacked into
// tmp/ by the confined child, and its files are then opened without leaving that directory.
namespace slipway::agent {
namespace {

class Import {
 public:
  Import(const ImageStore::Impl& store, std::string directory, std::optional<Reference> name)
      : store_(store), directory_(std::move(directory)), name_(std::move(name)) {}

  Result<std::vector<Reference>> run() {
    if (exists(directory_ + "/index.json")) return layout();
    if (exists(directory_ + "/manifest.json")) return archive();
    return fail("InvalidImage", "neither a docker-archive (manifest.json) nor an OCI layout (index.json)");
  }

 private:
  Result<std::vector<Reference>> layout();
  Result<std::vector<Reference>> archive();
  Result<> take_manifest(const Descriptor& chosen, const std::vector<Reference>& names);
  Result<> take_saved(const SavedImage& image, const std::vector<Reference>& names);
  Result<> take_layers(const std::vector<std::string>& diff_ids, const std::vector<std::string>& files,
                       const std::vector<std::string>& digests);
  Result<Descriptor> choose_here(const Index& index, int depth);

  std::string blob_file(const Descriptor& descriptor) const {
    return "blobs/sha256/" + descriptor.digest.substr(7);
  }
  Result<std::string> blob(const Descriptor& descriptor) const {
    auto text = read_beneath(directory_, blob_file(descriptor), limits::image_document_bytes);
    if (text && digest_of(*text) != descriptor.digest)
      return fail("InvalidImage", "the content of " + descriptor.digest + " is damaged");
    return text;
  }
  static std::unexpected<Error> no_name() {
    return fail("InvalidImage", "the archive names no image; give it a name (--name)");
  }

  const ImageStore::Impl& store_;
  std::string directory_;
  std::optional<Reference> name_;
};

Result<Descriptor> Import::choose_here(const Index& index, int depth) {
  const Descriptor* chosen = choose(index, store_.options.platform);
  if (!chosen)
    return fail("InvalidImage", "image Manifest does not contain descriptor matching platform '" +
                                    store_.options.platform.text() + "': it has " + platforms_of(index));
  auto text = blob(*chosen);
  if (!text) return pass(text);
  auto parsed = parse_manifest(*text);
  if (!parsed) return pass(parsed);
  const auto* nested = std::get_if<Index>(&*parsed);
  if (!nested) return *chosen;
  if (depth == 0) return fail("InvalidImage", "the image's indexes are nested too deep");
  return choose_here(*nested, depth - 1);
}

Result<std::vector<Reference>> Import::layout() {
  auto text = read_beneath(directory_, "index.json", limits::image_document_bytes);
  if (!text) return pass(text);
  auto parsed = parse_manifest(*text);
  if (!parsed) return pass(parsed);
  const auto* index = std::get_if<Index>(&*parsed);
  if (!index) return fail("InvalidImage", "index.json holds no manifests");

  std::map<std::string, Index> images;  // one name may stand for several platforms
  for (const Descriptor& entry : index->manifests) images[entry.reference_name].manifests.push_back(entry);
  if (name_ && images.size() != 1)
    return fail("InvalidImage", "the archive holds " + std::to_string(images.size()) +
                                    " images, so it cannot be given one name");
  std::vector<Reference> taken;
  for (const auto& [label, entries] : images) {
    std::vector<Reference> names;
    if (name_) {
      names.push_back(*name_);
    } else {
      // A bare word is a tag of nobody knows what ("1.36", as skopeo writes it).
      auto reference =
          label.find_first_of("/:") == label.npos ? Result<Reference>(no_name()) : parse_reference(label);
      if (!reference) return pass(reference);
      names.push_back(std::move(*reference));
    }
    auto chosen = choose_here(entries, limits::image_index_depth);
    if (!chosen) return pass(chosen);
    if (auto done = take_manifest(*chosen, names); !done) return pass(done);
    taken.insert(taken.end(), names.begin(), names.end());
  }
  return taken;
}

Result<> Import::take_manifest(const Descriptor& chosen, const std::vector<Reference>& names) {
  auto text = blob(chosen);
  if (!text) return pass(text);
  auto parsed = parse_manifest(*text);
  if (!parsed) return pass(parsed);
  const auto& manifest = std::get<Manifest>(*parsed);
  auto config_text = blob(manifest.config);
  if (!config_text) return pass(config_text);
  auto config = parse_config(*config_text);
  if (!config) return pass(config);
  if (auto fits = store_.check_platform(config->config); !fits) return fits;
  std::vector<std::string> files, digests;
  for (const Descriptor& layer : manifest.layers) {
    files.push_back(blob_file(layer));
    digests.push_back(layer.digest);
  }
  if (auto done = take_layers(config->diff_ids, files, digests); !done) return done;
  if (auto put = store_.put_blob(manifest.config.digest, *config_text); !put) return put;
  if (auto put = store_.put_blob(chosen.digest, *text); !put) return put;
  for (const Reference& name : names)
    if (auto put = store_.put_name(name, chosen.digest, manifest.config.digest, true); !put) return put;
  return {};
}

Result<std::vector<Reference>> Import::archive() {
  auto text = read_beneath(directory_, "manifest.json", limits::image_document_bytes);
  if (!text) return pass(text);
  auto images = parse_saved_images(*text);
  if (!images) return pass(images);
  if (name_ && images->size() != 1)
    return fail("InvalidImage", "the archive holds " + std::to_string(images->size()) +
                                    " images, so it cannot be given one name");
  std::vector<Reference> taken;
  for (const SavedImage& image : *images) {
    std::vector<Reference> names;
    if (name_) names.push_back(*name_);
    if (!name_)
      for (const std::string& tag : image.names) {
        auto reference = parse_reference(tag);
        if (!reference) return pass(reference);
        names.push_back(std::move(*reference));
      }
    if (names.empty()) return no_name();
    if (auto done = take_saved(image, names); !done) return pass(done);
    taken.insert(taken.end(), names.begin(), names.end());
  }
  return taken;
}

Result<> Import::take_saved(const SavedImage& image, const std::vector<Reference>& names) {
  auto config_text = read_beneath(directory_, image.config, limits::image_document_bytes);
  if (!config_text) return pass(config_text);
  auto config = parse_config(*config_text);
  if (!config) return pass(config);
  if (auto fits = store_.check_platform(config->config); !fits) return fits;
  if (auto done = take_layers(config->diff_ids, image.layers, config->diff_ids); !done) return done;

  // It never was in a registry, so it has no manifest: it gets the one that pushing it would make, with plain
  // layers, so that the same archive always has the same digest.
  Descriptor config_descriptor{
      "application/vnd.oci.image.config.v1+json", digest_of(*config_text), config_text->size(), {}, {}, {}};
  std::vector<Descriptor> layers;
  for (const std::string& id : config->diff_ids) {
    const auto record = read_file(store_.layer_record_path(id), limits::image_document_bytes);
    const auto layer = record ? parse_layer_record(*record) : Result<LayerRecord>(LayerRecord{});
    layers.push_back({"application/vnd.oci.image.layer.v1.tar", id, layer ? layer->bytes : 0, {}, {}, {}});
  }
  const std::string manifest = make_manifest(config_descriptor, layers), digest = digest_of(manifest);
  if (auto put = store_.put_blob(config_descriptor.digest, *config_text); !put) return put;
  if (auto put = store_.put_blob(digest, manifest); !put) return put;
  for (const Reference& name : names)
    if (auto put = store_.put_name(name, digest, config_descriptor.digest, true); !put) return put;
  return {};
}

Result<> Import::take_layers(const std::vector<std::string>& diff_ids, const std::vector<std::string>& files,
                             const std::vector<std::string>& digests) {
  if (diff_ids.size() != files.size())
    return fail("InvalidImage", "the image has " + std::to_string(files.size()) +
                                    " layers, but its configuration speaks of " +
                                    std::to_string(diff_ids.size()));
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (store_.has_layer(diff_ids[i]) && exists(store_.blob_path(digests[i]))) continue;
    auto lock = store_.layer_lock(diff_ids[i], true);
    if (!lock) return pass(lock);
    auto file = open_beneath(directory_, files[i]);
    if (!file) return pass(file);
    if (auto put = store_.put_layer(diff_ids[i], file->get()); !put) {
      put.error().message = "layer " + files[i] + ": " + put.error().message;
      return put;
    }
    // In a layout the name is a digest, so it must be right. In a docker-archive it is anything, and the
    // layer may be compressed: then it is not what our manifest speaks of, and cannot be handed on.
    auto digest = digest_of_file(file->get());
    if (!digest) return pass(digest);
    if (*digest == digests[i])
      store_.keep_blob(digests[i], "/proc/self/fd/" + std::to_string(file->get()), false);
    else if (digests[i] != diff_ids[i])
      return fail("InvalidImage", "the content of " + digests[i] + " is damaged: its digest is " + *digest);
  }
  return {};
}

}  // namespace

Result<std::vector<ImageListing>> ImageStore::import(const std::string& path,
                                                     std::optional<std::string> name) {
  std::optional<Reference> reference;
  if (name) {
    auto parsed = parse_reference(*name);
    if (!parsed) return pass(parsed);
    reference = std::move(*parsed);
  }
  auto adding = impl_->adding();
  if (!adding) return pass(adding);
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return disk_error("open", path);
  std::string directory = path, aside;
  if (!S_ISDIR(status.st_mode)) {
    directory = aside = impl_->temporary();
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return disk_error("open", path);
    if (auto made = make_directories(aside); !made) return pass(made);
    if (auto unpacked = unpack(impl_->options.unpack, UnpackKind::archive, file.get(), aside); !unpacked) {
      remove_tree(aside);
      unpacked.error().message = path + ": " + unpacked.error().message;
      return pass(unpacked);
    }
  }
  auto taken = Import(*impl_, directory, reference).run();
  if (!aside.empty()) remove_tree(aside);
  if (!taken) {
    taken.error().message = path + ": " + taken.error().message;
    return pass(taken);
  }
  std::vector<ImageListing> out;
  for (const Reference& one : *taken) {
    auto record = impl_->record(one);
    auto listing = record ? impl_->listing(*record) : Result<ImageListing>(std::unexpected(record.error()));
    if (!listing) return pass(listing);
    out.push_back(std::move(*listing));
  }
  std::ranges::sort(out, {}, &ImageListing::name);
  return out;
}

}  // namespace slipway::agent
