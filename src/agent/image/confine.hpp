#pragma once

#include <string>

#include "agent/image/unpack.hpp"
#include "base/result.hpp"

namespace slipway::agent {

// Shuts this process into its working directory, for good: root changed to it, no network, no descriptor but
// 0, 1 and 2, no new privileges, limits of memory, CPU time and file size, and of root's capabilities only
// those that unpacking `kind` takes, and none of the calls of forbid_calls.hpp. "ImageStoreError" where the
// system refuses.
Result<> confine(UnpackKind kind);

// For making an erofs of a layer: the same walls, with the room of erofs_room.hpp in place of the directory.
// What mkfs.erofs needs survives its exec: capabilities to read every file and every attribute.
Result<> confine_mkfs(const std::string& directory, const std::string& file);

}  // namespace slipway::agent
