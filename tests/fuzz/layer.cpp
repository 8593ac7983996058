#include <grp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "agent/image/layer_writer.hpp"
#include "fuzz.hpp"

// A layer's tar, plain or compressed, unpacked as the confined child does it. Here the confinement is a
// directory of its own and the rights of nobody: what a hostile tar could reach beyond its directory, it
// could not change.
using namespace slipway;

namespace {

std::string directory;

void clear_directory() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    std::filesystem::permissions(entry, std::filesystem::perms::owner_all, std::filesystem::perm_options::add,
                                 error);
    std::filesystem::remove_all(entry, error);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  char path[] = "/tmp/slipway-layer-XXXXXX";
  fuzz::expect(::mkdtemp(path) != nullptr);
  directory = path;
  constexpr unsigned nobody = 65'534;
  if (::geteuid() == 0) {
    fuzz::expect(::chown(path, nobody, nobody) == 0);
    fuzz::expect(::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
                 ::setresuid(nobody, nobody, nobody) == 0);
  }
  fuzz::expect(::chdir(path) == 0);
  std::atexit([] {
    clear_directory();
    ::rmdir(directory.c_str());
  });
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = fuzz::text_of(data, size);
  const auto kind = fuzz::choose(bytes, 2) == 0 ? agent::UnpackKind::layer : agent::UnpackKind::archive;
  const int file = ::memfd_create("layer", MFD_CLOEXEC);
  fuzz::expect(file >= 0 && ::write(file, bytes.data(), bytes.size()) == ssize_t(bytes.size()) &&
               ::lseek(file, 0, SEEK_SET) == 0);
  {
    agent::TarStream stream(file);
    (void)agent::write_tar(stream, kind);
  }
  ::close(file);
  clear_directory();
  return 0;
}
