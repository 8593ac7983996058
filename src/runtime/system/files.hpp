#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

// Thin, RAII dress for the few file calls that the host needs. Errors are "HostError" with the path and
// errno's words.
namespace slipway::runtime {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { reset(); }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// "what: No such file or directory", from errno.
std::unexpected<Error> fail_errno(std::string_view what, int error_number);
std::unexpected<Error> fail_errno(std::string_view what);

// Files of /proc, /sys and our own small ones: at most `limit` bytes are read.
Result<std::string> read_file(const std::string& path, std::size_t limit = 16 * 1024 * 1024);
std::string read_file_or_empty(const std::string& path);
// One write(2) to a file that exists already (cgroup and sysctl files).
Result<> write_control(const std::string& path, std::string_view text);
// Made or truncated in place.
Result<> write_file(const std::string& path, std::string_view text, unsigned mode);
// A reader sees the old text or the new one. `durable`: it survives a loss of power.
Result<> replace_file(const std::string& path, std::string_view text, unsigned mode, bool durable);
Result<> make_directories(const std::string& path, unsigned mode);
// Never follows symbolic links; what is mounted below goes too: unmount first. Absent is fine.
Result<> remove_tree(const std::string& path);

// Descriptors that a peer passes over a unix socket; used by consoles.
Result<Fd> receive_descriptor(int socket);

std::int64_t now_ns();  // wall clock

}  // namespace slipway::runtime
