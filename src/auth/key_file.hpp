#pragma once

#include <string>

#include "auth/sealer.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace slipway::auth {

// Reads the key file at `path` or, where none exists, makes one: 64 hex digits and a newline, mode 0600,
// on disk (file and directory synced) before this returns. Two processes that make it at once get the same
// key. Error code "KeyFile", message one sentence: not ours, readable by others, not a key, or the system's
// reason.
Result<SealKey> load_or_create_key_file(const std::string& path, Random&);

// As above, but an absent file is an error: a data directory that holds sealed secrets never gets a new key.
Result<SealKey> load_key_file(const std::string& path);

}  // namespace slipway::auth
