#include <unistd.h>

#include <new>

#include "agent/image/confine.hpp"
#include "agent/image/files.hpp"
#include "agent/image/layer_writer.hpp"
#include "agent/image/unpack_protocol.hpp"

// The child's half of unpack.hpp: standard input is the tar, standard output takes the one line.
namespace slipway::agent {
namespace {

Result<Unpacked> unpack_here(UnpackKind kind) {
  if (auto shut_in = confine(kind); !shut_in) return pass(shut_in);
  try {
    TarStream stream(0);
    return write_tar(stream, kind);
  } catch (const std::bad_alloc&) {
    return fail("InvalidImage", "needs more memory to unpack than is allowed");
  }
}

// As mkfs.erofs itself would be: arguments FILE DIRECTORY, words to standard error.
int make_erofs_here(const std::string& file, const std::string& directory) {
  if (auto shut_in = confine_mkfs(directory, file); !shut_in) {
    const std::string line = shut_in.error().message + "\n";
    (void)write_all(2, line, "standard error");
    return 1;
  }
  char* const environment[] = {nullptr};
  for (const char* program : {"/usr/bin/mkfs.erofs", "/usr/sbin/mkfs.erofs", "/usr/local/bin/mkfs.erofs",
                              "/usr/local/sbin/mkfs.erofs"}) {
    const char* const argv[] = {"mkfs.erofs", "--quiet", "/image", "/layer", nullptr};
    ::execve(program, const_cast<char* const*>(argv), environment);
  }
  (void)write_all(2, "there is no mkfs.erofs below /usr\n", "standard error");
  return 1;
}

}  // namespace

int unpack_main(std::span<const char* const> arguments) {
  if (arguments.size() == 3 && std::string_view(arguments[0]) == "erofs")
    return make_erofs_here(arguments[1], arguments[2]);
  const std::string_view word = arguments.size() == 1 ? arguments[0] : "";
  if (word != "layer" && word != "archive") return 2;
  const auto result = unpack_here(word == "layer" ? UnpackKind::layer : UnpackKind::archive);
  const std::string line = format_unpack_message(result);
  (void)write_all(1, line, "standard output");
  ::_exit(result ? 0 : 1);  // nothing is left to do, and leak checkers cannot look from in here
}

}  // namespace slipway::agent
