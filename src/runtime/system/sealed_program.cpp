#include "runtime/system/sealed_program.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

// So that no container can overwrite it through /proc/self/exe (CVE-2019-5736), crun begins by making a
// sealed copy of itself and running that: it is loaded and linked twice each time, for 1.3 ms. One that is
// such a copy already goes on at once.
namespace slipway::runtime {
namespace {

constexpr std::size_t largest_program_bytes = 64 << 20;
// As crun (and runc) check them: with one more or less it would make its own copy.
constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
#ifndef MFD_EXEC
constexpr unsigned MFD_EXEC = 0x0010;  // Linux 6.3; before, every memfd may be run
#endif

std::string find_in_path(const std::string& program) {
  if (program.find('/') != program.npos) return program;
  const char* variable = std::getenv("PATH");
  for (std::string_view left = variable ? variable : "/usr/bin:/bin"; !left.empty();) {
    const std::string_view directory = left.substr(0, left.find(':'));
    left.remove_prefix(std::min(directory.size() + 1, left.size()));
    std::string path = std::string(directory) + "/" + program;
    if (!directory.empty() && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

bool same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

Fd sealed_copy(const std::string& path, const std::string& name) {
  auto bytes = read_file(path, largest_program_bytes + 1);
  if (!bytes || !bytes->starts_with("\177ELF") || bytes->size() > largest_program_bytes) return {};
  Fd copy(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC));
  if (!copy) copy.reset(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy) return {};
  for (std::string_view left = *bytes; !left.empty();) {
    const ssize_t written = ::write(copy.get(), left.data(), left.size());
    if (written <= 0) return {};
    left.remove_prefix(std::size_t(written));
  }
  if (::fcntl(copy.get(), F_ADD_SEALS, all_seals) != 0) return {};
  return copy;
}

}  // namespace

std::string SealedProgram::path(const std::string& program) {
  const std::string found = find_in_path(program);
  struct stat file;
  if (found.empty() || ::stat(found.c_str(), &file) != 0) return program;
  if (program != program_ || !same(file, file_)) {
    copy_ = sealed_copy(found, program.substr(program.rfind('/') + 1));
    program_ = program;
    file_ = file;
  }
  // By our number: a child closes its descriptors before it runs the program.
  return copy_ ? "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(copy_.get()) : program;
}

}  // namespace slipway::runtime
