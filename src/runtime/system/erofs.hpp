#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/system/files.hpp"

// Layers that are files: read-only erofs, one for each layer of an image.
namespace slipway::runtime {

// By its name, "….erofs".
bool is_erofs_layer(std::string_view path);

// The program that makes them, of Debian's erofs-utils; its arguments FILE DIRECTORY follow.
inline const std::vector<std::string> mkfs_erofs = {"mkfs.erofs", "--quiet"};

// Writes `directory` as an erofs to `file`, whole and on disk when this returns, by `maker`. "HostError".
Result<> make_erofs(const std::string& directory, const std::string& file,
                    std::vector<std::string> maker = mkfs_erofs);

// A read-only mount of an erofs that is attached nowhere: it goes with its descriptor. Straight from the file
// (Linux 6.12) unless that is not wanted, else through a loop device that frees itself. "HostError".
struct DetachedMount {
  Fd root;
  bool loop = false;
};
Result<DetachedMount> mount_erofs(const std::string& file, bool straight = true);

// A layer's top directory, whichever form it has, to look into.
Result<Fd> open_layer(const std::string& path);

// Makes an erofs in `scratch`, mounts it and looks into it. How it is mounted, in words; or why it cannot be.
Result<std::string> probe_erofs(const std::string& scratch, std::vector<std::string> maker = mkfs_erofs);

}  // namespace slipway::runtime
