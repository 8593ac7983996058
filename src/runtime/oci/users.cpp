#include "runtime/oci/users.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <charconv>
#include <functional>
#include <optional>
#include <string_view>

#include "runtime/system/erofs.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr std::size_t account_file_bytes = 4 * 1024 * 1024;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (value > 0x7fffffff) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// Calls `each` with the fields of every line until it says true.
void for_each_entry(std::string_view text,
                    const std::function<bool(const std::vector<std::string_view>&)>& each) {
  for (std::string_view line : split(text, '\n'))
    if (!line.empty() && line[0] != '#' && each(split(line, ':'))) return;
}

bool lists(std::string_view members, std::string_view name) {
  for (std::string_view member : split(members, ','))
    if (member == name) return true;
  return false;
}

std::unexpected<Error> no_such(const char* what, std::string_view name, const char* file) {
  return fail("CannotStartContainerError", "Error response from daemon: unable to find " + std::string(what) +
                                               " " + std::string(name) + ": no matching entries in " + file +
                                               " file");
}

bool hides_lower_layers(int layer, const std::string& directory) {
  struct stat status;
  if (::fstatat(layer, directory.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (S_ISCHR(status.st_mode) && status.st_rdev == 0) return true;  // overlayfs: a whiteout
  Fd opened(::openat(layer, directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  char opaque = 0;
  return opened && ::fgetxattr(opened.get(), "trusted.overlay.opaque", &opaque, 1) == 1 && opaque == 'y';
}

}  // namespace

Result<ExecUser> resolve_user(const std::string& user, const std::string& passwd, const std::string& group) {
  const std::size_t colon = user.find(':');
  const std::string_view name = std::string_view(user).substr(0, colon);
  const std::string_view group_name =
      colon == user.npos ? std::string_view() : std::string_view(user).substr(colon + 1);
  const std::string_view wanted = name.empty() ? "0" : name;

  ExecUser found;
  std::string matched_name;
  const auto uid = number(wanted);
  bool matched = false;
  for_each_entry(passwd, [&](const std::vector<std::string_view>& fields) {
    if (fields.size() < 4 || !number(fields[2])) return false;
    // A name wins over a number that looks like it, as in Docker; entries come in the file's order.
    if (fields[0] != wanted && (!uid || number(fields[2]) != uid)) return false;
    matched = true;
    matched_name = fields[0];
    found.uid = *number(fields[2]);
    found.gid = number(fields[3]).value_or(0);
    if (fields.size() > 5 && !fields[5].empty()) found.home = fields[5];
    return true;
  });
  if (!matched) {
    if (!uid) return no_such("user", wanted, "passwd");
    found.uid = *uid;
    if (*uid == 0) found.home = "/root";
  }

  if (!group_name.empty()) {
    const auto gid = number(group_name);
    bool group_matched = false;
    for_each_entry(group, [&](const std::vector<std::string_view>& fields) {
      if (fields.size() < 3 || fields[0] != group_name || !number(fields[2])) return false;
      group_matched = true;
      found.gid = *number(fields[2]);
      return true;
    });
    if (!group_matched) {
      if (!gid) return no_such("group", group_name, "group");
      found.gid = *gid;
    }
    return found;
  }
  if (matched)
    for_each_entry(group, [&](const std::vector<std::string_view>& fields) {
      if (fields.size() >= 4 && lists(fields[3], matched_name))
        if (auto gid = number(fields[2])) found.additional_gids.push_back(*gid);
      return false;
    });
  return found;
}

std::string read_from_layers(const std::vector<std::string>& layers, const std::string& path) {
  const std::string relative = path.substr(path.find_first_not_of('/'));
  const std::string directory = relative.substr(0, relative.rfind('/'));
  for (const std::string& root : layers) {
    const auto opened = open_layer(root);
    if (!opened) continue;
    const Fd& layer = *opened;
    // An image's link must not lead us out of its layer.
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    Fd file(int(::syscall(SYS_openat2, layer.get(), relative.c_str(), &how, sizeof how)));
    if (file) {
      struct stat status;
      if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
      return read_file("/proc/self/fd/" + std::to_string(file.get()), account_file_bytes)
          .value_or(std::string());
    }
    struct stat status;
    if (::fstatat(layer.get(), relative.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return {};  // a whiteout
    if (hides_lower_layers(layer.get(), directory)) return {};
  }
  return {};
}

}  // namespace slipway::runtime
