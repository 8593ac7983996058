#pragma once

#include <memory>
#include <string>

#include "agent/image/tar_stream.hpp"
#include "agent/image/unpack.hpp"
#include "base/result.hpp"

namespace slipway::agent {

// Unpacks the whole stream into the working directory, which is this process's root (confine.hpp), and syncs
// it. Errors as unpack().
Result<Unpacked> write_tar(TarStream& stream, UnpackKind kind);

}  // namespace slipway::agent
