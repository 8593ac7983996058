#include "runtime/system/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace slipway::runtime {

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

std::unexpected<Error> fail_errno(std::string_view what, int error_number) {
  return fail("HostError", std::string(what) + ": " + std::strerror(error_number), 500);
}

std::unexpected<Error> fail_errno(std::string_view what) {
  return fail_errno(what, errno);
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail_errno(path);
  std::string text;
  char buffer[16 * 1024];
  while (text.size() < limit) {
    const ssize_t got = ::read(file.get(), buffer, std::min(sizeof buffer, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(path);
    if (got == 0) break;
    text.append(buffer, std::size_t(got));
  }
  return text;
}

std::string read_file_or_empty(const std::string& path) {
  return read_file(path).value_or(std::string());
}

namespace {

Result<> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(path);
    text.remove_prefix(std::size_t(written));
  }
  return {};
}

}  // namespace

Result<> write_control(const std::string& path, std::string_view text) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return fail_errno(path);
  if (::write(file.get(), text.data(), text.size()) < 0) return fail_errno(path);
  return {};
}

Result<> write_file(const std::string& path, std::string_view text, unsigned mode) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) return fail_errno(path);
  return write_all(file.get(), text, path);
}

Result<> replace_file(const std::string& path, std::string_view text, unsigned mode, bool durable) {
  const std::string temporary = path + ".new";
  {
    Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file) return fail_errno(temporary);
    if (auto written = write_all(file.get(), text, temporary); !written) return written;
    if (durable && ::fdatasync(file.get()) != 0) return fail_errno(temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return fail_errno(path);
  if (!durable) return {};
  Fd directory(::open(path.substr(0, path.rfind('/')).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return fail_errno(path);
  return {};
}

Result<> make_directories(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0) return {};
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return fail_errno(path);
  const std::size_t slash = path.find_last_of('/');
  if (slash == path.npos || slash == 0) return fail_errno(path, ENOENT);
  if (auto parent = make_directories(path.substr(0, slash), mode); !parent) return parent;
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return fail_errno(path);
  return {};
}

Result<> remove_tree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error && error != std::errc::no_such_file_or_directory)
    return fail("HostError", path + ": " + error.message(), 500);
  return {};
}

Result<Fd> receive_descriptor(int socket) {
  char byte[64];
  iovec data{byte, sizeof byte};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0) return fail_errno("console socket");
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
    return fail("HostError", "console socket: no descriptor came", 500);
  int fd;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return Fd(fd);
}

std::int64_t now_ns() {
  timespec time;
  ::clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

}  // namespace slipway::runtime
