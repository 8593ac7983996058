// The lines of `slipway doctor` about limits and walls that a host may lack and still run tasks.
#include "base/limits.hpp"
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/doctor_probes.hpp"
#include "runtime/oci/apparmor.hpp"
#include "runtime/system/disk_quota.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {

using Verdict = Check::Verdict;

Check apparmor_check(const LinuxHostOptions& options) {
  constexpr const char* consequence =
      "containers have one wall less; capabilities, seccomp and masked paths remain";
  if (!apparmor_enabled())
    return {"apparmor", Verdict::warn, "not in this kernel, or switched off", consequence,
            "boot with apparmor=1 security=apparmor where the kernel has it"};
  // Read, and not given to the kernel: that stays until the next boot.
  auto parsed = run_helper({options.apparmor_parser, "--skip-kernel-load", "--skip-cache"},
                           apparmor_profile(), limits::helper_timeout_ms);
  if (!parsed)
    return {"apparmor", Verdict::warn, "in the kernel, but there is no apparmor_parser", consequence,
            "apt-get install apparmor"};
  if (parsed->exit_code != 0)
    return {"apparmor", Verdict::warn, parsed->err.substr(0, parsed->err.find('\n')), consequence,
            "install AppArmor 3 or newer"};
  return {"apparmor", Verdict::ok, std::string("containers get the profile ") + apparmor_profile_name, "",
          ""};
}

Check swap_check() {
  const Cgroups cgroups = Cgroups::detect();
  if (!cgroups.limits_swap())
    return {"swap", Verdict::warn, "not accounted for",
            "tasks with linuxParameters.maxSwap are refused where the host has swap",
            "boot with swapaccount=1"};
  return {"swap", Verdict::ok,
          std::string("maxSwap is held") +
              (cgroups.has_swappiness()
                   ? ", and swappiness for each container"
                   : "; swappiness is the host's alone, and tasks that ask for their own are "
                     "refused"),
          "", ""};
}

Check ephemeral_storage_check(const std::string& directory) {
  if (enforces_projects(directory))
    return {"ephemeral storage", Verdict::ok, "held by project quotas on " + directory, "", ""};
  return {"ephemeral storage", Verdict::warn, "no project quotas on " + directory,
          "files of tasks are counted every " + std::to_string(limits::disk_count_ms / 1'000) +
              " s: a task over its limit is stopped, but may fill the disk in between",
          "mount it with prjquota (ext4: tune2fs -O project,quota first; xfs: pquota)"};
}

}  // namespace slipway::runtime
