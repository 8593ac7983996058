#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// The system calls of an ordinary container, in three kinds:
//   allowed   what programs need;
//   denied    known calls that reach past the container: EPERM, as Docker answers;
//   the rest  calls that this list does not know: ENOSYS, so that a newer libc falls back to what it did
//   before.
// A capability opens the calls that it is for. Names as libseccomp knows them; crun leaves out those that an
// architecture does not have.
namespace slipway::runtime {

struct SeccompArgument {
  unsigned index = 0;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  std::string_view op;  // "SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_MASKED_EQ"
};

struct SeccompRule {
  std::vector<std::string_view> names;
  std::string_view action;  // "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"
  int error_number = 0;
  std::vector<SeccompArgument> arguments;
};

// For a container that has these capabilities ("CAP_SYS_ADMIN").
std::vector<SeccompRule> seccomp_rules(std::span<const std::string> capabilities);
std::vector<std::string_view> seccomp_architectures(std::string_view machine);  // uname -m

}  // namespace slipway::runtime
