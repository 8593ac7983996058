#pragma once

#include <string>

#include "agent/image/files.hpp"
#include "base/result.hpp"

// The marks that overlayfs reads in a lower directory (kernel, Documentation/filesystems/overlayfs.rst,
// "whiteouts and opaque directories"). Paths are relative to the working directory and clean; none is
// followed through a symbolic link. Errors: "InvalidImage", "ImageStoreError".
namespace slipway::agent {

// Makes missing parts with mode 0755; "" is the working directory.
Result<> make_directories_beneath(const std::string& path);
// A directory entry replaces what is not a directory (a whiteout that came first, say).
Result<> clear_for_directory(const std::string& path);
// trusted.overlay.opaque=y on a directory: nothing of lower layers shows in it.
Result<> mark_opaque(const std::string& directory);
// Character device 0:0 at `path`: hides the name in lower layers. Where this layer has put something there
// already it only needs to hide what is below, so a directory becomes opaque and a file stays.
Result<> mark_hidden(const std::string& path);

}  // namespace slipway::agent
