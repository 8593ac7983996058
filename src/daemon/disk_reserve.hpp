#pragma once

#include <cstdint>
#include <string>

#include "daemon/turn_loop.hpp"

namespace slipway::daemon {

// Looks at the space of the data directory's file system, and keeps a little of it back: <data-dir>/reserve,
// which is given up when nothing else is left. What ends something can then still be written, so that a task
// that has filled the disk can be stopped; once there is space the reserve is made again.
class DiskReserve {
 public:
  explicit DiskReserve(const std::string& data_dir);

  // From one thread at a time.
  DiskSpace look();

 private:
  std::uint64_t free_bytes() const;
  void make();

  const std::string directory_, file_;
};

}  // namespace slipway::daemon
