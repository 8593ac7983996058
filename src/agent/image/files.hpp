#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

// The few things that the image store does with files. Errors: "ImageStoreError", "<verb> <path>: <reason>"
// with the system's reason in Docker's spelling ("no space left on device").
namespace slipway::agent {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int descriptor) : descriptor_(descriptor) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }
  void reset();

 private:
  int descriptor_ = -1;
};

// errno's reason.
std::string system_reason(int error = errno);
std::unexpected<Error> disk_error(std::string_view verb, std::string_view path, int error = errno);
// Whether the reason that it ends with is ENOSPC's.
bool is_disk_full(const Error& error);

bool exists(const std::string& path);
Result<> make_directories(const std::string& path, unsigned mode = 0700);
// "ImageNotFound" where there is no such file; "ImageStoreError" for one larger than `limit_bytes`.
Result<std::string> read_file(const std::string& path, std::size_t limit_bytes);
// A file of an untrusted directory: no link is followed out of `directory`. "InvalidImage".
Result<Fd> open_beneath(const std::string& directory, const std::string& path);
Result<std::string> read_beneath(const std::string& directory, const std::string& path,
                                 std::size_t limit_bytes);
// All or nothing, on disk when this returns: written aside in the same directory, synced, renamed.
Result<> write_file(const std::string& path, std::string_view text);
Result<> write_all(int descriptor, std::string_view bytes, std::string_view path);
// Into a new file; shares the blocks where the file system can.
Result<> copy_file(const std::string& from, const std::string& to);
// Renames and syncs both names' directory.
Result<> move_into_place(const std::string& from, const std::string& to);
// As `rm -rf`: nothing there is fine. Returns the bytes that went.
std::uint64_t remove_tree(const std::string& path);
// Names in a directory, without those that begin with a dot; none if there is no such directory.
std::vector<std::string> names_in(const std::string& directory);

// flock(2) on a file that is made where it is missing. Released on destruction.
class FileLock {
 public:
  enum class Mode { shared, exclusive };
  // "ImageStoreBusy" where another holds it and `wait` is false.
  static Result<FileLock> take(const std::string& path, Mode mode, bool wait);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace slipway::agent
