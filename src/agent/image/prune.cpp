#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "agent/image/store_impl.hpp"

// What no name leads to goes, except layers that a container stands on: taking a directory away under a
// mounted overlay is undefined (kernel, overlayfs.rst, "Changes to underlying filesystems"). Which those are
// the kernel knows best: the mount tables of all processes name them, whoever mounted them.
namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

std::string overlay_mounts() {
  std::string all;
  std::set<std::string> seen;
  std::error_code ignored;
  for (fs::directory_iterator at("/proc", ignored), end; !ignored && at != end; at.increment(ignored)) {
    const std::string name = at->path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::error_code gone;
    const std::string space = fs::read_symlink(at->path() / "ns/mnt", gone);
    if (gone || !seen.insert(space).second) continue;
    std::ifstream table(at->path() / "mountinfo");
    for (std::string line; std::getline(table, line);)
      if (line.find(" - overlay ") != line.npos) all += line + "\n";
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
  PruneReport report;
  const std::string mounts = overlay_mounts();
  for (const std::string& file : names_in(impl_->path("layers"))) {
    const std::string id = file.substr(0, 64);
    if (layers.contains(id) || mounts.find(id) != mounts.npos) continue;
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
