#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace slipway {

void crash(const char* why, std::source_location where) {
  std::fprintf(stderr, "slipway: broken invariant: %s (%s:%u, %s)\n", why, where.file_name(), where.line(),
               where.function_name());
  std::abort();
}

}  // namespace slipway
