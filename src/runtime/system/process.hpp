#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/system/files.hpp"

// Children and other people's processes.
namespace slipway::runtime {

struct SpawnOptions {
  int stdin_fd = -1, stdout_fd = -1, stderr_fd = -1;  // -1: /dev/null
  bool new_session = false;
  std::string program;  // what is run; empty: argv[0]
};

// posix_spawn of argv (the program is looked up in PATH), with no signal blocked or ignored and no other
// descriptor kept.
Result<pid_t> spawn(const std::vector<std::string>& argv, const SpawnOptions&);

struct Finished {
  int exit_code = 0;  // 128 + signal
  std::string out;    // at most limits::helper_output_bytes of each
  std::string err;
};

// Runs a helper to its end, feeding `input`; killed after `timeout_ms`. Fails only where it cannot be started
// or does not end in time: a bad exit code is a result.
Result<Finished> run_helper(const std::vector<std::string>& argv, std::string_view input,
                            std::int64_t timeout_ms);

// Clock ticks after boot at which a process started: with its pid, its identity. Nothing for a process that
// is gone.
std::optional<std::uint64_t> process_start_ticks(pid_t);
// How a process ended that started at `start_ticks`, as wait(2) gives it, while its parent has not waited for
// it (proc_pid_stat(5): exit_code). Nothing for any other.
std::optional<int> zombie_wait_status(pid_t, std::uint64_t start_ticks);

// "6f0e…-…": changes with every boot of this kernel.
std::string boot_id();

Result<Fd> open_pidfd(pid_t);

// 128 + signal, or the status, of what waitid reported (si_code and si_status).
int exit_code_of(int how, int status);

}  // namespace slipway::runtime
