#include "daemon/own_limits.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string_view>

namespace slipway::daemon {

// Less protected than the supervisor (-900): a server that is started again finds everything, a supervisor
// not every exit code.
constexpr std::string_view oom_score = "-800";

void raise_own_limits() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &files);
  }
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  (void)!::write(fd, oom_score.data(), oom_score.size());
  ::close(fd);
}

}  // namespace slipway::daemon
