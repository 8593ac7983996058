#include "runtime/supervisor/layer_mounts.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/system/erofs.hpp"

namespace slipway::runtime {
namespace {

#ifndef EROFS_SUPER_MAGIC_V1
constexpr long EROFS_SUPER_MAGIC_V1 = 0xE0F5E1E2;
#endif

bool is_mounted(const std::string& point) {
  struct statfs status;
  return ::statfs(point.c_str(), &status) == 0 && (status.f_type & 0xffffffff) == EROFS_SUPER_MAGIC_V1;
}

}  // namespace

std::string LayerMounts::point(const std::string& layer) const {
  const std::string name = layer.substr(layer.rfind('/') + 1);
  return directory_ + "/" + name.substr(0, name.rfind('.'));
}

Result<std::vector<std::string>> LayerMounts::mount(const std::vector<std::string>& layers) const {
  std::vector<std::string> out;
  for (const std::string& layer : layers) {
    if (!is_erofs_layer(layer)) {
      out.push_back(layer);
      continue;
    }
    const std::string at = point(layer);
    out.push_back(at);
    if (is_mounted(at)) continue;
    if (auto made = make_directories(at, 0700); !made) return pass(made);
    auto mounted = mount_erofs(layer);
    if (!mounted) return pass(mounted);
    if (::move_mount(mounted->root.get(), "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
      return fail_errno("mount " + at);
  }
  return out;
}

void LayerMounts::unmount(const std::vector<std::string>& layers,
                          const std::function<bool(const std::string& layer)>& needed) const {
  for (const std::string& layer : layers) {
    if (!is_erofs_layer(layer) || needed(layer)) continue;
    const std::string at = point(layer);
    if (is_mounted(at)) ::umount2(at.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    ::rmdir(at.c_str());
  }
}

}  // namespace slipway::runtime
