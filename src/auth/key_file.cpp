#include "auth/key_file.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "base/encoding.hpp"

namespace slipway::auth {
namespace {

constexpr std::size_t file_bytes = 65;  // 64 hex digits and a newline

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::unexpected<Error> refuse(const std::string& path, const std::string& why) {
  return fail("KeyFile", "The key file " + path + " " + why + ".", 500);
}

std::string system_words() {
  return std::generic_category().message(errno);
}

Result<SealKey> read_key(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) {
    if (errno == ELOOP) return refuse(path, "is a symbolic link, and must be a file");
    return refuse(path, "cannot be read: " + system_words());
  }
  struct stat status;
  if (::fstat(file.get(), &status) != 0) return refuse(path, "cannot be read: " + system_words());
  if (!S_ISREG(status.st_mode)) return refuse(path, "is not a regular file");
  if (status.st_uid != ::geteuid())
    return refuse(path, "belongs to user id " + std::to_string(status.st_uid) + ", not to user id " +
                            std::to_string(::geteuid()) + " that runs this");
  if (status.st_mode & 077) return refuse(path, "can be read by others: chmod 600 it");
  std::string text(file_bytes + 1, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got < 0) return refuse(path, "cannot be read: " + system_words());
  const auto bytes = std::size_t(got) == file_bytes && text[file_bytes - 1] == '\n'
                         ? unhex(std::string_view(text).substr(0, file_bytes - 1))
                         : std::nullopt;
  OPENSSL_cleanse(text.data(), text.size());
  if (!bytes || bytes->size() != sizeof(SealKey)) return refuse(path, "does not hold a key");
  SealKey key;
  std::memcpy(key.data(), bytes->data(), key.size());
  return key;
}

// Written aside, synced, then linked to its name, which fails if the name is taken: no reader ever sees half
// a key, and of two that start at once the second takes the first's.
Result<> create_key(const std::string& path, Random& random) {
  const std::string aside = path + "." + random_hex(random, 16);
  SealKey key;
  random.fill(key);
  std::string text = hex({reinterpret_cast<const char*>(key.data()), key.size()}) + "\n";
  {
    const File file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return refuse(path, "cannot be made: " + system_words());
    const bool written = ::fchmod(file.get(), 0600) == 0 &&
                         ::write(file.get(), text.data(), text.size()) == ssize_t(text.size()) &&
                         ::fsync(file.get()) == 0;
    const std::string why = system_words();
    OPENSSL_cleanse(text.data(), text.size());
    OPENSSL_cleanse(key.data(), key.size());
    if (!written) {
      ::unlink(aside.c_str());
      return refuse(path, "cannot be written: " + why);
    }
  }
  const int linked = ::link(aside.c_str(), path.c_str());
  const int reason = errno;
  ::unlink(aside.c_str());
  if (linked != 0 && reason != EEXIST)
    return refuse(path, "cannot be made: " + std::generic_category().message(reason));
  const auto slash = path.rfind('/');
  const std::string directory = slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const File holder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!holder || ::fsync(holder.get()) != 0) return refuse(path, "cannot be synced: " + system_words());
  return {};
}

}  // namespace

Result<SealKey> load_key_file(const std::string& path) {
  return read_key(path);
}

Result<SealKey> load_or_create_key_file(const std::string& path, Random& random) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT)
    if (auto made = create_key(path, random); !made) return pass(made);
  return read_key(path);
}

}  // namespace slipway::auth
