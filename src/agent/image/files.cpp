#include "agent/image/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <system_error>

namespace slipway::agent {
namespace fs = std::filesystem;

void Fd::reset() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string system_reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = char(text[0] | 0x20);
  return text;
}

std::unexpected<Error> disk_error(std::string_view verb, std::string_view path, int error) {
  return fail("ImageStoreError", std::string(verb) + " " + std::string(path) + ": " + system_reason(error),
              500);
}

bool is_disk_full(const Error& error) {
  return error.message.ends_with(system_reason(ENOSPC));
}

bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

Result<> make_directories(const std::string& path, unsigned mode) {
  for (std::size_t at = 1; at != std::string::npos;) {
    at = path.find('/', at);
    const std::string part = path.substr(0, at);
    if (at != std::string::npos) ++at;
    if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST) return disk_error("mkdir", part);
  }
  return {};
}

namespace {

Result<std::string> read_descriptor(const Fd& file, const std::string& path, std::size_t limit_bytes) {
  std::string text;
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read", path);
    if (got == 0) return text;
    text.append(buffer, std::size_t(got));
    if (text.size() > limit_bytes)
      return fail("ImageStoreError",
                  "read " + path + ": larger than " + std::to_string(limit_bytes) + " bytes", 500);
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT) return fail("ImageNotFound", path + " does not exist");
    return disk_error("open", path);
  }
  return read_descriptor(file, path, limit_bytes);
}

Result<Fd> open_beneath(const std::string& directory, const std::string& path) {
  const Fd root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return disk_error("open", directory);
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  Fd file(int(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0)
    return fail("InvalidImage", "the archive has no usable file " + path + ": " + system_reason());
  if (!S_ISREG(status.st_mode)) return fail("InvalidImage", path + " in the archive is not a file");
  return file;
}

Result<std::string> read_beneath(const std::string& directory, const std::string& path,
                                 std::size_t limit_bytes) {
  auto file = open_beneath(directory, path);
  if (!file) return pass(file);
  auto text = read_descriptor(*file, path, limit_bytes);
  if (!text) return fail("InvalidImage", std::move(text.error().message));
  return text;
}

Result<> write_all(int descriptor, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return disk_error("write", path);
    bytes.remove_prefix(std::size_t(put));
  }
  return {};
}

Result<> write_file(const std::string& path, std::string_view text) {
  static std::atomic<unsigned> counter = 0;
  const auto slash = path.rfind('/') + 1;
  const std::string aside = path.substr(0, slash) + "." + path.substr(slash) + "." +
                            std::to_string(::getpid()) + "." + std::to_string(counter++);
  Result<> written;
  {
    const Fd file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return disk_error("open", aside);
    written = write_all(file.get(), text, path);
    if (written && ::fsync(file.get()) != 0) written = disk_error("fsync", path);
  }
  if (written) written = move_into_place(aside, path);
  if (!written) ::unlink(aside.c_str());
  return written;
}

Result<> copy_file(const std::string& from, const std::string& to) {
  const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return disk_error("open", from);
  const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out) return disk_error("open", to);
  char buffer[128 * 1024];
  for (;;) {
    ssize_t got = ::copy_file_range(in.get(), nullptr, out.get(), nullptr, 1 << 30, 0);
    if (got < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
      got = ::read(in.get(), buffer, sizeof buffer);
      if (got > 0)
        if (auto put = write_all(out.get(), {buffer, std::size_t(got)}, to); !put) return put;
    }
    if (got < 0 && errno != EINTR) return disk_error("copy", to);
    if (got == 0) return {};
  }
}

Result<> move_into_place(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return disk_error("rename", to);
  const std::string directory = to.substr(0, to.rfind('/'));
  const Fd holder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!holder || ::fsync(holder.get()) != 0) return disk_error("fsync", directory);
  return {};
}

std::uint64_t remove_tree(const std::string& path) {
  std::error_code ignored;
  std::uint64_t bytes = 0;
  const auto count = [&](const std::string& at) {
    struct stat status;
    if (::lstat(at.c_str(), &status) == 0 && !S_ISDIR(status.st_mode) && status.st_nlink == 1)
      bytes += std::uint64_t(status.st_blocks) * 512;
  };
  count(path);
  if (fs::is_directory(fs::symlink_status(path, ignored)))
    for (fs::recursive_directory_iterator at(path, ignored), end; !ignored && at != end;
         at.increment(ignored))
      count(at->path());
  fs::remove_all(path, ignored);
  return bytes;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (std::string name = at->path().filename(); !name.starts_with('.')) names.push_back(std::move(name));
  return names;
}

Result<FileLock> FileLock::take(const std::string& path, Mode mode, bool wait) {
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return disk_error("open", path);
  const int operation = (mode == Mode::shared ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB);
  while (::flock(file.get(), operation) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return fail("ImageStoreBusy", "images are being pulled, imported or pruned");
    return disk_error("lock", path);
  }
  return FileLock(std::move(file));
}

}  // namespace slipway::agent
