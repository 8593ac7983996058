#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/output.hpp"
#include "runtime/spool_watch.hpp"

namespace slipway::runtime {

// Follows the segments of `directory` from `offset` on, which is 0 or the next_offset of a record read
// before.
Result<std::unique_ptr<OutputReader>> open_output(SpoolWatch& watch, const std::string& directory,
                                                  std::uint64_t offset);

}  // namespace slipway::runtime
