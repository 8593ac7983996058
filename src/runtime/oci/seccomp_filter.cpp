#include "runtime/oci/seccomp_filter.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "runtime/oci/seccomp.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

struct Release {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

constexpr std::uint32_t default_action = SCMP_ACT_ERRNO(ENOSYS);

std::unexpected<Error> failed(const char* what) {
  return fail("HostError", std::string("seccomp: ") + what, 500);
}

// "SCMP_ARCH_X86_64" is "x86_64" to the library.
std::uint32_t architecture(std::string_view name) {
  std::string lower;
  for (char c : name.substr(std::string_view("SCMP_ARCH_").size()))
    lower += c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return ::seccomp_arch_resolve_name(lower.c_str());
}

scmp_compare comparison(std::string_view op) {
  if (op == "SCMP_CMP_NE") return SCMP_CMP_NE;
  if (op == "SCMP_CMP_MASKED_EQ") return SCMP_CMP_MASKED_EQ;
  return SCMP_CMP_EQ;
}

Result<> add(scmp_filter_ctx filter, const SeccompRule& rule) {
  const std::uint32_t action =
      rule.action == "SCMP_ACT_ALLOW" ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(std::uint32_t(rule.error_number));
  if (action == default_action) return {};  // the library refuses a rule that changes nothing
  std::vector<scmp_arg_cmp> arguments;
  for (const SeccompArgument& argument : rule.arguments)
    arguments.push_back({argument.index, comparison(argument.op), argument.value, argument.value_two});
  for (std::string_view name : rule.names) {
    const int number = ::seccomp_syscall_resolve_name(std::string(name).c_str());
    if (number == __NR_SCMP_ERROR) continue;  // newer than the library: falls to the default, ENOSYS
    if (::seccomp_rule_add_array(filter, action, number, unsigned(arguments.size()), arguments.data()) != 0)
      return failed("a rule does not fit");
  }
  return {};
}

}  // namespace

Result<std::string> compile_seccomp(std::span<const std::string> capabilities, const std::string& machine) {
  Filter filter(::seccomp_init(default_action));
  if (!filter) return failed("no memory");
  for (std::string_view name : seccomp_architectures(machine)) {
    const int added = ::seccomp_arch_add(filter.get(), architecture(name));
    if (added != 0 && added != -EEXIST) return failed("unknown architecture");
  }
  for (const SeccompRule& rule : seccomp_rules(capabilities))
    if (auto added = add(filter.get(), rule); !added) return pass(added);
  Fd memory(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!memory || ::seccomp_export_bpf(filter.get(), memory.get()) != 0) return failed("no program came out");
  return read_file("/proc/self/fd/" + std::to_string(memory.get()));
}

}  // namespace slipway::runtime
