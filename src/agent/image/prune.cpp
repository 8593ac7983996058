#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
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
  return impl_->prune_alone();
}

Result<PruneReport> ImageStore::Impl::prune_alone() const {
  std::set<std::string> manifests, blobs, layers;
  for (const NameRecord& record : records()) manifests.insert(record.manifest_digest);
  for (const Lease& lease : leases().live(true)) manifests.insert(lease.manifest_digest);
  for (const std::string& manifest : manifests) {
    blobs.insert(manifest.substr(7));
    // An image that cannot be read keeps nothing but itself: it cannot be run either.
    const auto loaded = load(manifest);
    if (!loaded) continue;
    blobs.insert(loaded->manifest.config.digest.substr(7));
    for (const Descriptor& layer : loaded->manifest.layers) blobs.insert(layer.digest.substr(7));
    for (const std::string& id : loaded->config.diff_ids) layers.insert(id.substr(7));
  }
  const auto in_use = container_records(options.container_directories);
  if (!in_use) return std::unexpected(in_use.error());
  PruneReport report;
  for (const std::string& file : names_in(path("layers"))) {
    const std::string id = file.substr(0, 64);
    if (layers.contains(id) || in_use->find(id) != in_use->npos) continue;
    report.layers += file.size() == 64;
    report.freed_bytes += remove_tree(path("layers/") + file);
  }
  for (const std::string& file : names_in(path("blobs/sha256"))) {
    if (blobs.contains(file)) continue;
    ++report.blobs;
    report.freed_bytes += remove_tree(path("blobs/sha256/") + file);
  }
  for (const char* folder : {"tmp/", "locks/"})
    for (const std::string& file : names_in(path(folder)))
      report.freed_bytes += remove_tree(path(folder) + file);
  // Nobody pulls now; but a pull that was killed a moment ago may go on.
  for (const std::string& file : names_in(path("partial"))) {
    struct stat status;
    const std::string partial = path("partial/") + file;
    if (::stat(partial.c_str(), &status) == 0 &&
        status.st_mtim.tv_sec * 1'000 + limits::partial_blob_kept_ms < SystemClock().now().ms)
      report.freed_bytes += remove_tree(partial);
  }
  return report;
}

namespace {

// As df counts: what is reserved for root is not to be had.
unsigned disk_used_percent(const std::string& path) {
  struct statvfs disk;
  if (::statvfs(path.c_str(), &disk) != 0 || disk.f_blocks == 0) return 0;
  const auto used = disk.f_blocks - disk.f_bfree;
  return used + disk.f_bavail == 0 ? 0 : unsigned(used * 100 / (used + disk.f_bavail));
}

}  // namespace

// Layers as they came serve exports alone, so they are what a full disk is spared first.
std::uint64_t ImageStore::Impl::drop_layer_blobs() const {
  std::uint64_t freed = 0;
  for (const NameRecord& record : records()) {
    const auto loaded = record.imported ? Result<Loaded>(fail("", "")) : load(record.manifest_digest);
    if (!loaded) continue;
    for (const Descriptor& layer : loaded->manifest.layers) freed += remove_tree(blob_path(layer.digest));
  }
  return freed;
}

Result<PruneReport> ImageStore::collect(const CollectOptions& wanted) {
  auto alone = FileLock::take(impl_->path("lock"), FileLock::Mode::exclusive, false);
  if (!alone) return pass(alone);
  std::set<std::string> held;
  for (const Lease& lease : impl_->leases().live(true)) held.insert(lease.manifest_digest);
  std::vector<std::pair<Instant, Reference>> candidates;  // least recently used first
  for (const NameRecord& record : impl_->records())
    if (auto name = parse_reference(record.name);
        name && !record.imported && !held.contains(record.manifest_digest))
      candidates.emplace_back(impl_->used_at(record), *name);
  std::ranges::sort(candidates, {}, [](const auto& each) { return each.first.ms; });

  PruneReport total;
  const auto prune = [&]() -> Result<> {
    auto pruned = impl_->prune_alone();
    if (!pruned) return pass(pruned);
    total.layers += pruned->layers;
    total.blobs += pruned->blobs;
    total.freed_bytes += pruned->freed_bytes;
    return {};
  };
  auto next = candidates.begin();
  const auto take = [&] {
    ::unlink(impl_->name_path(next->second).c_str());
    total.images.push_back(next->second.familiar());
    ++next;
  };
  while (wanted.unused_ms > 0 && next != candidates.end() &&
         next->first.ms + wanted.unused_ms <= wanted.now.ms)
    take();
  if (auto done = prune(); !done) return pass(done);

  const auto used = [&] {
    return wanted.disk_used ? wanted.disk_used() : disk_used_percent(impl_->options.directory);
  };
  if (wanted.disk_high == 0 || used() < wanted.disk_high) return total;
  total.freed_bytes += impl_->drop_layer_blobs();
  while (next != candidates.end() && used() >= wanted.disk_low) {
    take();
    if (auto done = prune(); !done) return pass(done);
  }
  return total;
}

}  // namespace slipway::agent
