#include "runtime/oci/apparmor.hpp"

#include "base/limits.hpp"
#include "runtime/system/files.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

constexpr const char* loaded_profiles = "/sys/kernel/security/apparmor/profiles";

}  // namespace

// Everything that is not denied is allowed: files, network and capabilities have their own walls. No
// includes, so that no host's /etc/apparmor.d changes it.
std::string_view apparmor_profile() {
  return R"(profile slipway-default-1 flags=(attach_disconnected,mediate_deleted) {
  network,
  capability,
  file,
  umount,

  # The supervisor's signals, and the task's own. Neither another program's memory, nor being looked into.
  signal (receive) peer=unconfined,
  signal (send, receive) peer=slipway-default-1,
  ptrace (trace, read, tracedby, readby) peer=slipway-default-1,

  deny mount,
  deny remount,
  deny pivot_root,

  deny /proc/sys/** wkl,
  deny /proc/sysrq-trigger rwkl,
  deny /proc/kcore rwkl,
  deny /proc/kmem rwkl,
  deny /proc/mem rwkl,
  deny /proc/{acpi,bus,fs,irq,scsi}/** wkl,

  deny /sys/firmware/** rwkl,
  deny /sys/kernel/** wkl,
  deny /sys/kernel/security/** rwkl,
  deny /sys/{block,bus,class,dev,devices,hypervisor,module,power}/** wkl,
  deny /sys/fs/[^c]** wkl,
}
)";
}

bool apparmor_enabled() {
  return read_file_or_empty("/sys/module/apparmor/parameters/enabled").starts_with('Y');
}

bool apparmor_loaded(std::string_view profile) {
  const std::string line = std::string(profile) + " (";
  const std::string text = read_file_or_empty(loaded_profiles);
  const std::size_t at = text.find(line);
  return at != text.npos && (at == 0 || text[at - 1] == '\n');
}

Result<> load_apparmor_profile(const std::string& parser) {
  if (apparmor_loaded(apparmor_profile_name)) return {};
  auto finished =
      run_helper({parser, "--replace", "--skip-cache"}, apparmor_profile(), limits::helper_timeout_ms);
  if (!finished) return pass(finished);
  if (finished->exit_code != 0)
    return fail("HostError", parser + ": " + finished->err.substr(0, finished->err.find('\n')), 500);
  return {};
}

}  // namespace slipway::runtime
