#pragma once

#include <source_location>

namespace slipway {

// Ends the process with a line on stderr that says where and why. Never returns.
[[noreturn]] void crash(const char* why, std::source_location where = std::source_location::current());

// A broken invariant ends the process at once, in release builds too: going on would write the damage to
// disk.
inline void check(bool holds, const char* why, std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    crash(why, where);
}

}  // namespace slipway
