#pragma once

#include <cstdint>
#include <string_view>

namespace slipway::bench {

// Sees every execve of this kernel, with the kernel's own time stamp: the proc connector (Linux,
// drivers/connector/cn_proc.c). So every launcher is measured by the same observer, and none has to say when
// it is done. Needs CAP_NET_ADMIN and the host's pid namespace.
class ExecWatch {
 public:
  ExecWatch();
  ~ExecWatch();
  ExecWatch(const ExecWatch&) = delete;
  ExecWatch& operator=(const ExecWatch&) = delete;

  struct Exec {
    int pid = 0;             // 0: none came in time
    std::int64_t at_ns = 0;  // monotonic
  };

  // Forgets what happened until now.
  void drain();
  // The first process whose program and arguments, joined by blanks, begin with `command`.
  Exec wait_for(std::string_view command, std::int64_t timeout_ms);

 private:
  int socket_;
};

}  // namespace slipway::bench
