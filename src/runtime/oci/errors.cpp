#include "runtime/oci/errors.hpp"

#include <string_view>

namespace slipway::runtime {
namespace {

Error start_error(const std::string& why) {
  return {
      "CannotStartContainerError",
      "Error response from daemon: failed to create task for container: OCI runtime create failed: unable to "
      "start container process: " +
          why + ": unknown"};
}

}  // namespace

Error translate_runtime_error(const std::string& crun_log, const ContainerSpec& spec) {
  std::string_view log = crun_log;
  while (log.ends_with('\n')) log.remove_suffix(1);
  // The last line is the cause; those before it are warnings.
  if (const std::size_t line = log.rfind('\n'); line != log.npos) log.remove_prefix(line + 1);
  const auto says = [&](std::string_view words) { return log.find(words) != log.npos; };
  const std::string program = spec.argv.empty() ? "" : spec.argv[0];

  if (says("executable file") && says("not found")) {
    if (program.find('/') == program.npos)
      return start_error("exec: \"" + program + "\": executable file not found in $PATH");
    return start_error("exec: \"" + program + "\": stat " + program + ": no such file or directory");
  }
  if (says("open executable") || says("exec container process")) {
    if (says("Permission denied") || says("Operation not permitted"))
      return start_error("exec: \"" + program + "\": permission denied");
    if (says("No such file or directory"))
      return start_error("exec: \"" + program + "\": no such file or directory");
  }
  if (says("the memory limit could be too low"))
    return start_error("container init was OOM-killed (memory limit too low?)");
  if (says("stat'ing file `")) {
    const std::size_t begin = log.find('`') + 1;
    const std::string_view path = log.substr(begin, log.find('`', begin) - begin);
    return {"CannotCreateContainerError",
            "Error response from daemon: invalid mount config for type \"bind\": bind source path does not "
            "exist: " +
                std::string(path)};
  }
  return start_error(log.empty() ? "crun gave no reason" : std::string(log));
}

}  // namespace slipway::runtime
