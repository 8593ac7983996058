#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

// Layers are unpacked by a child process, because a layer is a stranger's input to a large parser, as root:
// the child runs this program anew, changes its root to the target directory, leaves the network, gives up
// what capabilities it does not need and has limits of memory, time and bytes.
namespace slipway::agent {

// How to start it; its arguments follow. The default re-executes this program, whose main() must then call
// unpack_main() when its first argument is "unpack-layer".
struct UnpackCommand {
  std::vector<std::string> argv = {"/proc/self/exe", "unpack-layer"};
};

// What the tar is. A layer has whiteouts, devices and owners. An archive (docker save, OCI layout) has plain
// files only: the rest is left out, and nothing of it is trusted.
enum class UnpackKind { layer, archive };

struct Unpacked {
  std::string diff_id;  // "sha256:…" of the uncompressed tar
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

// Unpacks the tar behind `descriptor` (plain, gzip or zstd, told by its first bytes), read from where it
// stands to its end, into the empty directory `target` and syncs it. Blocks. "InvalidImage": hostile or
// damaged, says which entry and why. "ImageStoreError": disk full, no root. The directory's contents are of
// no use after an error.
Result<Unpacked> unpack(const UnpackCommand&, UnpackKind, int descriptor, const std::string& target);

// What runtime::make_erofs starts instead of mkfs.erofs, for a layer's contents are a stranger's too: this
// program, which shuts itself in like the unpacker and becomes mkfs.erofs there.
std::vector<std::string> erofs_maker(const UnpackCommand&);

// The child's whole life: arguments are those after "unpack-layer". Returns only where they are wrong, or
// where mkfs.erofs cannot be started, with an exit code.
int unpack_main(std::span<const char* const> arguments);

}  // namespace slipway::agent
