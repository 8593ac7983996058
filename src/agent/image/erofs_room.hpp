#pragma once

#include <string>

#include "base/result.hpp"

namespace slipway::agent {

// Shuts this process into a file system of its own, for good, in which it can run mkfs.erofs and nothing else
// of the host is: /layer (`directory`, read-only), /image (`file`, which is made), /usr (read-only, with the
// programs), /tmp. Leaves the network too. "ImageStoreError" where the system refuses.
Result<> enter_erofs_room(const std::string& directory, const std::string& file);

}  // namespace slipway::agent
