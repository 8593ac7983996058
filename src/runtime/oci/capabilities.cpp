#include "runtime/oci/capabilities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr std::array<std::string_view, 41> names = {"CHOWN",
                                                    "DAC_OVERRIDE",
                                                    "DAC_READ_SEARCH",
                                                    "FOWNER",
                                                    "FSETID",
                                                    "KILL",
                                                    "SETGID",
                                                    "SETUID",
                                                    "SETPCAP",
                                                    "LINUX_IMMUTABLE",
                                                    "NET_BIND_SERVICE",
                                                    "NET_BROADCAST",
                                                    "NET_ADMIN",
                                                    "NET_RAW",
                                                    "IPC_LOCK",
                                                    "IPC_OWNER",
                                                    "SYS_MODULE",
                                                    "SYS_RAWIO",
                                                    "SYS_CHROOT",
                                                    "SYS_PTRACE",
                                                    "SYS_PACCT",
                                                    "SYS_ADMIN",
                                                    "SYS_BOOT",
                                                    "SYS_NICE",
                                                    "SYS_RESOURCE",
                                                    "SYS_TIME",
                                                    "SYS_TTY_CONFIG",
                                                    "MKNOD",
                                                    "LEASE",
                                                    "AUDIT_WRITE",
                                                    "AUDIT_CONTROL",
                                                    "SETFCAP",
                                                    "MAC_OVERRIDE",
                                                    "MAC_ADMIN",
                                                    "SYSLOG",
                                                    "WAKE_ALARM",
                                                    "BLOCK_SUSPEND",
                                                    "AUDIT_READ",
                                                    "PERFMON",
                                                    "BPF",
                                                    "CHECKPOINT_RESTORE"};

// docs.docker.com, "Runtime privilege and Linux capabilities".
constexpr std::array<std::string_view, 14> defaults = {
    "CHOWN",  "DAC_OVERRIDE", "FSETID",  "FOWNER",           "MKNOD",      "NET_RAW", "SETGID",
    "SETUID", "SETFCAP",      "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL",    "AUDIT_WRITE"};

std::optional<unsigned> number_of(std::string_view name) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  if (upper.starts_with("CAP_")) upper.erase(0, 4);
  const auto* found = std::ranges::find(names, upper);
  if (found == names.end()) return std::nullopt;
  return unsigned(found - names.begin());
}

bool is_all(std::string_view name) {
  return name == "ALL" || name == "all";
}

Result<std::uint64_t> mask_of(const std::vector<std::string>& list, std::uint64_t all) {
  std::uint64_t mask = 0;
  for (const std::string& name : list) {
    if (is_all(name)) {
      mask |= all;
      continue;
    }
    auto bit = number_of(name);
    if (!bit) return fail("InvalidParameterException", "Unknown Linux capability: " + name);
    mask |= 1ull << *bit;
  }
  return mask;
}

}  // namespace

std::uint64_t grantable_capabilities() {
  const std::string status = read_file_or_empty("/proc/self/status");
  const std::size_t at = status.find("CapBnd:\t");
  std::uint64_t mask = 0;
  if (at != status.npos) std::from_chars(status.data() + at + 8, status.data() + status.size(), mask, 16);
  return mask & ((1ull << names.size()) - 1);
}

Result<CapabilityChoice> choose_capabilities(const std::vector<std::string>& add,
                                             const std::vector<std::string>& drop, bool privileged,
                                             std::uint64_t grantable) {
  std::uint64_t wanted = 0;
  for (std::string_view name : defaults) wanted |= 1ull << *number_of(name);
  auto added = mask_of(add, grantable);
  if (!added) return pass(added);
  auto dropped = mask_of(drop, ~0ull);
  if (!dropped) return pass(dropped);
  // As Docker: what is named in capAdd stays, though ALL is dropped.
  wanted = privileged ? grantable : (wanted & ~*dropped) | *added;

  CapabilityChoice choice;
  for (unsigned bit = 0; bit < names.size(); ++bit) {
    if (!(wanted >> bit & 1)) continue;
    auto& list = grantable >> bit & 1 ? choice.names : choice.missing;
    list.push_back("CAP_" + std::string(names[bit]));
  }
  return choice;
}

}  // namespace slipway::runtime
