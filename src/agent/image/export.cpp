#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <set>

#include "agent/image/json.hpp"
#include "agent/image/sha256.hpp"
#include "agent/image/store_impl.hpp"
#include "base/limits.hpp"

// One tar that is two things: an OCI layout (index.json, oci-layout, blobs/) and what docker save writes
// (manifest.json, whose paths lead to the same blobs). Its bytes depend on nothing but the image and its
// name. Each blob is hashed on its way out: what was damaged here is not handed on.
namespace slipway::agent {
namespace {

namespace bj = boost::json;

std::string blob_name(std::string_view digest) {
  return "blobs/sha256/" + std::string(digest.substr(7));
}

class TarWriter {
 public:
  explicit TarWriter(int descriptor) : tar_(::archive_write_new()) {
    ::archive_write_set_format_pax_restricted(tar_);
    ::archive_write_set_bytes_in_last_block(tar_, 1);
    ok_ = ::archive_write_open_fd(tar_, descriptor) == ARCHIVE_OK;
  }
  ~TarWriter() { ::archive_write_free(tar_); }
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  Result<> header(const std::string& name, std::uint64_t size) {
    const std::unique_ptr<archive_entry, decltype(&::archive_entry_free)> entry(::archive_entry_new(),
                                                                                ::archive_entry_free);
    ::archive_entry_copy_pathname(entry.get(), name.c_str());
    ::archive_entry_set_mode(entry.get(), AE_IFREG | 0644);
    ::archive_entry_set_size(entry.get(), la_int64_t(size));
    ::archive_entry_set_mtime(entry.get(), 0, 0);
    return told(ok_ && ::archive_write_header(tar_, entry.get()) == ARCHIVE_OK);
  }
  Result<> data(std::string_view bytes) {
    return told(::archive_write_data(tar_, bytes.data(), bytes.size()) == la_ssize_t(bytes.size()));
  }
  Result<> file(const std::string& name, std::string_view text) {
    if (auto begun = header(name, text.size()); !begun) return begun;
    return data(text);
  }
  Result<> close() { return told(::archive_write_close(tar_) == ARCHIVE_OK); }

 private:
  Result<> told(bool well) {
    if (well) return {};
    return disk_error("write", "the archive", ::archive_errno(tar_) ? ::archive_errno(tar_) : EIO);
  }

  archive* tar_;
  bool ok_ = false;
};

Result<> write_blob(TarWriter& tar, const std::string& digest, const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0) return disk_error("open", path);
  if (auto begun = tar.header(blob_name(digest), std::uint64_t(status.st_size)); !begun) return begun;
  Sha256 hash;
  std::string buffer(256 * 1024, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read", path);
    if (got == 0) break;
    const std::string_view piece(buffer.data(), std::size_t(got));
    hash.update(piece);
    if (auto put = tar.data(piece); !put) return put;
  }
  if (hash.digest() == digest) return {};
  ::unlink(path.c_str());  // so that the next pull fetches it
  return fail("ImageStoreError", "the content of " + digest + " is damaged here; pull the image again", 500);
}

std::string index_json(const Reference& name, const std::string& digest, std::size_t size) {
  return bj::serialize(bj::object{
      {"schemaVersion", 2},
      {"mediaType", "application/vnd.oci.image.index.v1+json"},
      {"manifests",
       bj::array{bj::object{{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                            {"digest", digest},
                            {"size", size},
                            {"annotations", bj::object{{"io.containerd.image.name", name.canonical()},
                                                       {"org.opencontainers.image.ref.name",
                                                        name.tag.empty() ? "latest" : name.tag}}}}}}});
}

// Docker knows no image by its digest alone.
std::string manifest_json(const Reference& name, const Manifest& manifest) {
  bj::array layers, tags;
  for (const Descriptor& layer : manifest.layers) layers.push_back(bj::string(blob_name(layer.digest)));
  if (!name.tag.empty()) tags.push_back(bj::string(name.familiar()));
  return bj::serialize(bj::array{bj::object{{"Config", blob_name(manifest.config.digest)},
                                            {"RepoTags", std::move(tags)},
                                            {"Layers", std::move(layers)}}});
}

}  // namespace

Result<> ImageStore::export_to(std::string_view text, int descriptor) {
  auto name = parse_reference(text);
  if (!name) return pass(name);
  auto adding = impl_->adding();  // nothing goes meanwhile
  if (!adding) return pass(adding);
  auto record = impl_->record(*name);
  if (!record) return pass(record);
  auto loaded = impl_->load(record->manifest_digest);
  if (!loaded) return pass(loaded);
  auto manifest_text = read_file(impl_->blob_path(record->manifest_digest), limits::image_document_bytes);
  if (!manifest_text) return pass(manifest_text);
  for (const Descriptor& layer : loaded->manifest.layers)
    if (!exists(impl_->blob_path(layer.digest)))
      return fail("ImageNotFound",
                  "layer " + layer.digest + " of " + name->familiar() +
                      " is here only unpacked; `slipway image pull` fetches it again",
                  404);

  TarWriter tar(descriptor);
  Result<> done = tar.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  if (done) done = tar.file("index.json", index_json(*name, record->manifest_digest, manifest_text->size()));
  if (done) done = tar.file("manifest.json", manifest_json(*name, loaded->manifest));
  std::vector<std::string> digests = {record->manifest_digest, loaded->manifest.config.digest};
  for (const Descriptor& layer : loaded->manifest.layers) digests.push_back(layer.digest);
  std::set<std::string> written;
  for (const std::string& digest : digests)
    if (done && written.insert(digest).second) done = write_blob(tar, digest, impl_->blob_path(digest));
  if (done) done = tar.close();
  return done;
}

}  // namespace slipway::agent
