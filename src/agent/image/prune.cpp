#include <set>

#include "agent/image/store_impl.hpp"
#include "base/limits.hpp"

// What no name leads to goes, except layers that a container stands on: taking a directory away under a
// mounted overlay is undefined (kernel, overlayfs.rst, "Changes to underlying filesystems"), and a container
// that is started again needs them too. The kernel does not say which they are (a mount names its layers as
// it was told to, by descriptor here), but each container's launch record does.
namespace slipway::agent {
namespace {

// Everything that the containers' records say, to be searched for layers' names.
Result<std::string> container_records(const std::vector<std::string>& directories) {
  std::string all;
  for (const std::string& directory : directories)
    for (const std::string& container : names_in(directory))
      for (const std::string& file : names_in(directory + "/" + container)) {
        if (!file.ends_with(".json")) continue;
        auto text = read_file(directory + "/" + container + "/" + file, limits::image_document_bytes);
        if (text) all += *text + "\n";
        // Removed meanwhile is fine; what cannot be read might name any layer.
        if (!text && text.error().code != "ImageNotFound") return pass(text);
      }
  return all;
}

}  // namespace

Result<PruneReport> ImageStore::prune() {
  auto alone = FileLock::take(impl_->path("lock"), FileLock::Mode::exclusive, false);
  if (!alone) return pass(alone);
  std::set<std::string> blobs, layers;
  for (const NameRecord& record : impl_->records()) {
    blobs.insert(record.manifest_digest.substr(7));
    blobs.insert(record.image_id.substr(7));
    // An image that cannot be read keeps nothing but itself: it cannot be run either.
    if (const auto loaded = impl_->load(record.manifest_digest))
      for (const std::string& id : loaded->config.diff_ids) layers.insert(id.substr(7));
  }
  const auto in_use = container_records(impl_->options.container_directories);
  if (!in_use) return std::unexpected(in_use.error());
  PruneReport report;
  for (const std::string& file : names_in(impl_->path("layers"))) {
    const std::string id = file.substr(0, 64);
    if (layers.contains(id) || in_use->find(id) != in_use->npos) continue;
    report.layers += file.size() == 64;
    report.freed_bytes += remove_tree(impl_->path("layers/") + file);
  }
  for (const std::string& file : names_in(impl_->path("blobs/sha256"))) {
    if (blobs.contains(file)) continue;
    ++report.blobs;
    report.freed_bytes += remove_tree(impl_->path("blobs/sha256/") + file);
  }
  for (const char* folder : {"tmp/", "locks/"})
    for (const std::string& file : names_in(impl_->path(folder)))
      report.freed_bytes += remove_tree(impl_->path(folder) + file);
  return report;
}

}  // namespace slipway::agent
