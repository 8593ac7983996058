#include "agent/image/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "agent/image/sha256.hpp"
#include "agent/image/store_impl.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/system/erofs.hpp"

namespace slipway::agent {

std::string ImageStore::Impl::blob_path(std::string_view digest) const {
  return path("blobs/sha256/") + std::string(digest.substr(7));
}

std::string ImageStore::Impl::layer_directory(std::string_view diff_id) const {
  return path("layers/") + std::string(diff_id.substr(7));
}

std::string ImageStore::Impl::layer_path(std::string_view diff_id) const {
  const std::string directory = layer_directory(diff_id);
  return exists(directory + ".erofs") ? directory + ".erofs" : directory;
}

// A hash, because a name may be longer than a file's may be, and holds '/'.
std::string ImageStore::Impl::name_path(const Reference& name) const {
  return path("names/") + digest_of(name.canonical()).substr(7, 32) + ".json";
}

// The layer that it shall be is part of the name: two images may say different things of one blob.
std::string ImageStore::Impl::partial_path(std::string_view blob_digest, std::string_view diff_id) const {
  return path("partial/") + std::string(blob_digest.substr(7)) + "-" + std::string(diff_id.substr(7, 16));
}

Result<FileLock> ImageStore::Impl::adding(bool wait) const {
  return FileLock::take(path("lock"), FileLock::Mode::shared, wait);
}

Result<FileLock> ImageStore::Impl::layer_lock(std::string_view diff_id, bool wait) const {
  return FileLock::take(path("locks/") + std::string(diff_id.substr(7)), FileLock::Mode::exclusive, wait);
}

std::string ImageStore::Impl::temporary() const {
  static std::atomic<unsigned> counter = 0;
  return path("tmp/") + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

bool ImageStore::Impl::has_layer(std::string_view diff_id) const {
  return exists(layer_path(diff_id));
}

Result<> ImageStore::Impl::put_layer(std::string_view diff_id, int descriptor) const {
  if (has_layer(diff_id)) return {};
  const std::string aside = temporary();
  remove_tree(aside);
  if (auto made = make_directories(aside); !made) return made;
  ::chmod(aside.c_str(), 0755);  // becomes the container's "/"
  const auto put = [&]() -> Result<> {
    auto unpacked = unpack(options.unpack, UnpackKind::layer, descriptor, aside);
    if (!unpacked) return pass(unpacked);
    if (unpacked->diff_id != diff_id)
      return fail("InvalidImage", "the layer is " + unpacked->diff_id + " and not " + std::string(diff_id) +
                                      " as the image's configuration says");
    const LayerRecord record{unpacked->bytes, unpacked->entries};
    if (auto written = write_file(layer_record_path(diff_id), format_layer_record(record)); !written)
      return written;
    const std::string made = shaped(aside);
    const bool is_file = made != aside;
    return move_into_place(made, layer_directory(diff_id) + (is_file ? ".erofs" : ""));
  };
  auto result = put();
  if (!result || options.layers == LayerForm::erofs) remove_tree(aside);
  if (!result) ::unlink((aside + ".erofs").c_str());
  return result;
}

std::string ImageStore::Impl::shaped(const std::string& directory) const {
  if (options.layers != LayerForm::erofs) return directory;
  auto made = runtime::make_erofs(directory, directory + ".erofs", erofs_maker(options.unpack));
  if (made) return directory + ".erofs";
  log::warn("a layer stays a directory", {{"reason", made.error().message}});
  return directory;
}

Result<> ImageStore::Impl::put_blob(std::string_view digest, std::string_view text) const {
  if (digest_of(text) != digest)
    return fail("InvalidImage",
                "the content of " + std::string(digest) + " is damaged: its digest is " + digest_of(text));
  if (exists(blob_path(digest))) return {};
  return write_file(blob_path(digest), text);
}

void ImageStore::Impl::keep_blob(std::string_view digest, const std::string& file, bool move) const {
  if (exists(blob_path(digest))) {
    if (move) ::unlink(file.c_str());
    return;
  }
  Result<> kept;
  if (move) {
    kept = move_into_place(file, blob_path(digest));
  } else {
    const std::string aside = temporary();
    kept = copy_file(file, aside);
    if (kept) kept = move_into_place(aside, blob_path(digest));
    if (!kept) ::unlink(aside.c_str());
  }
  if (!kept) log::warn("a layer cannot be kept for export", {{"reason", kept.error().message}});
}

Result<> ImageStore::Impl::put_name(const Reference& name, std::string_view manifest_digest,
                                    std::string_view image_id, bool imported) const {
  const NameRecord record{name.canonical(), std::string(manifest_digest), std::string(image_id),
                          SystemClock().now(), imported};
  return write_file(name_path(name), format_name_record(record));
}

// The record's own time: obtain() touches it.
Instant ImageStore::Impl::used_at(const NameRecord& record) const {
  const auto name = parse_reference(record.name);
  struct stat status;
  if (!name || ::stat(name_path(*name).c_str(), &status) != 0) return record.stored_at;
  return {status.st_mtim.tv_sec * 1'000 + status.st_mtim.tv_nsec / 1'000'000};
}

Result<ImageStore::Impl::Loaded> ImageStore::Impl::load(std::string_view manifest_digest) const {
  auto text = read_file(blob_path(manifest_digest), limits::image_document_bytes);
  if (!text) return pass(text);
  auto parsed = parse_manifest(*text);
  if (!parsed) return pass(parsed);
  const auto* manifest = std::get_if<Manifest>(&*parsed);
  if (!manifest) return fail("InvalidImage", std::string(manifest_digest) + " is an index");
  auto config_text = read_file(blob_path(manifest->config.digest), limits::image_document_bytes);
  if (!config_text) return pass(config_text);
  auto config = parse_config(*config_text);
  if (!config) return pass(config);
  return Loaded{*manifest, std::move(*config)};
}

Result<NameRecord> ImageStore::Impl::record(const Reference& name) const {
  auto text = read_file(name_path(name), limits::image_document_bytes);
  if (!text && text.error().code == "ImageNotFound")
    return fail("ImageNotFound", "No such image: " + name.familiar(), 404);
  if (!text) return pass(text);
  return parse_name_record(*text);
}

std::vector<NameRecord> ImageStore::Impl::records() const {
  std::vector<NameRecord> out;
  for (const std::string& file : names_in(path("names"))) {
    const auto text = read_file(path("names/") + file, limits::image_document_bytes);
    auto record = text ? parse_name_record(*text) : Result<NameRecord>(fail("", ""));
    if (record) out.push_back(std::move(*record));
  }
  std::ranges::sort(out, {}, &NameRecord::name);
  return out;
}

Result<ResolvedImage> ImageStore::Impl::resolved(const NameRecord& record) const {
  auto loaded = load(record.manifest_digest);
  if (!loaded) return pass(loaded);
  ResolvedImage image{
      record.name, record.manifest_digest, record.image_id, {}, std::move(loaded->config.config)};
  std::set<std::string> seen;
  // A layer that the image has twice counts where it is topmost: overlayfs takes no directory twice, and what
  // lies lower is hidden by its twin.
  for (auto id = loaded->config.diff_ids.rbegin(); id != loaded->config.diff_ids.rend(); ++id) {
    if (!seen.insert(*id).second) continue;
    if (!has_layer(*id))
      return fail("ImageNotFound", "image " + record.name + " has lost its layer " + *id + "; pull it again",
                  404);
    image.layers.push_back(layer_path(*id));
  }
  return image;
}

Result<ImageListing> ImageStore::Impl::listing(const NameRecord& record) const {
  auto loaded = load(record.manifest_digest);
  if (!loaded) return pass(loaded);
  auto name = parse_reference(record.name);
  if (!name) return pass(name);
  ImageListing out{
      name->familiar(), record.manifest_digest, record.image_id, 0, loaded->config.config.created,
      record.stored_at, used_at(record),        record.imported, {}};
  for (const std::string& id : loaded->config.diff_ids) {
    const auto text = read_file(layer_record_path(id), limits::image_document_bytes);
    const auto layer = text ? parse_layer_record(*text) : Result<LayerRecord>(fail("", ""));
    if (layer) out.size_bytes += layer->bytes;
  }
  return out;
}

Result<> ImageStore::Impl::check_platform(const ImageConfig& config) const {
  const Platform &has = config.platform, &wanted = options.platform;
  const bool fits = (has.os.empty() || has.os == wanted.os) &&
                    (has.architecture.empty() || has.architecture == wanted.architecture);
  if (fits) return {};
  return fail("InvalidImage", "image Manifest does not contain descriptor matching platform '" +
                                  Platform{wanted.os, wanted.architecture, ""}.text() + "': it is for " +
                                  has.text());
}

ImageStore::ImageStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImageStore::~ImageStore() = default;

Result<std::unique_ptr<ImageStore>> ImageStore::open(ImageStoreOptions options) {
  for (const char* part :
       {"", "/names", "/blobs", "/blobs/sha256", "/layers", "/locks", "/tmp", "/partial", "/leases"})
    if (auto made = make_directories(options.directory + part); !made) return pass(made);
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  return std::unique_ptr<ImageStore>(new ImageStore(std::move(impl)));
}

Result<ResolvedImage> ImageStore::resolve(std::string_view name) const {
  auto reference = parse_reference(name);
  if (!reference) return pass(reference);
  auto record = impl_->record(*reference);
  if (!record) return pass(record);
  return impl_->resolved(*record);
}

Result<std::vector<ImageListing>> ImageStore::list() const {
  std::map<std::string, std::set<std::string>> holders;
  for (const Lease& lease : impl_->leases().live()) holders[lease.manifest_digest].insert(lease.holder);
  std::vector<ImageListing> out;
  for (const NameRecord& record : impl_->records())
    if (auto listing = impl_->listing(record)) {
      const auto& known = holders[record.manifest_digest];
      listing->used_by.assign(known.begin(), known.end());
      out.push_back(std::move(*listing));
    }
  std::ranges::sort(out, {}, &ImageListing::name);
  return out;
}

Result<> ImageStore::lease(std::string_view holder, const ResolvedImage& image) {
  auto adding = impl_->adding();  // no prune between the look and the lease
  if (!adding) return pass(adding);
  for (const std::string& layer : image.layers)
    if (!exists(layer)) return fail("ImageNotFound", "image " + image.name + " has lost a layer", 404);
  if (auto reference = parse_reference(image.name))
    ::utimensat(AT_FDCWD, impl_->name_path(*reference).c_str(), nullptr, 0);
  return impl_->leases().put({impl_->options.owner, std::string(holder), image.name, image.manifest_digest});
}

Result<> ImageStore::release(std::string_view holder) {
  if (!holder.empty()) impl_->leases().drop(impl_->options.owner, holder);
  return {};
}

Result<> ImageStore::keep_leases(const std::vector<std::string>& holders) {
  impl_->leases().drop(impl_->options.owner, "", {holders.begin(), holders.end()});
  return {};
}

Result<> ImageStore::remove(std::string_view name) {
  auto reference = parse_reference(name);
  if (!reference) return pass(reference);
  if (auto record = impl_->record(*reference); !record) return pass(record);
  for (const Lease& lease : impl_->leases().live())
    if (lease.name == reference->canonical())
      return fail("ImageInUse", "image " + reference->familiar() + " is in use by task " + lease.holder, 409);
  const std::string path = impl_->name_path(*reference);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return disk_error("unlink", path);
  return {};
}

}  // namespace slipway::agent
