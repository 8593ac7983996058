#include <cstdio>

#include "daemon/verbs.hpp"
#include "runtime/linux_host.hpp"

namespace slipway::daemon {

int run_doctor(std::span<const char* const> arguments) {
  if (!arguments.empty())
    return report_error({"HelpRequested",
                         "usage: slipway doctor\n\nSays what this host can and cannot do, and what to do "
                         "about it. Exits with 1 if tasks cannot run here.\n"});
  using Verdict = runtime::Check::Verdict;
  runtime::LinuxHostOptions options;
  options.node_id = "d0c70000";
  options.node_dir = "/tmp";
  bool failed = false;
  for (const auto& check : runtime::doctor(options)) {
    const char* mark = check.verdict == Verdict::ok     ? "ok  "
                       : check.verdict == Verdict::warn ? "warn"
                                                        : "FAIL";
    std::printf("%s  %-18s %s\n", mark, check.name.c_str(), check.found.c_str());
    if (!check.consequence.empty()) std::printf("      %-18s so: %s\n", "", check.consequence.c_str());
    if (!check.remedy.empty()) std::printf("      %-18s do: %s\n", "", check.remedy.c_str());
    failed |= check.verdict == Verdict::fail;
  }
  return failed ? 1 : 0;
}

}  // namespace slipway::daemon
