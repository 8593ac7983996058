#include "agent/image/layer_writer.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <unordered_set>

#include "agent/image/entry_path.hpp"
#include "agent/image/overlay_marks.hpp"
#include "base/limits.hpp"

// libarchive parses the tar and writes the files; what is ours is the check of each path, the whiteouts, and
// the choice of what is believed. libarchive's own checks stay on as well: it refuses to write through a
// symbolic link, and the process is in a root of its own, so each of the three would do alone.
namespace slipway::agent {
namespace {

struct FreeReader {
  void operator()(archive* a) const { ::archive_read_free(a); }
};
struct FreeWriter {
  void operator()(archive* a) const { ::archive_write_free(a); }
};

bool is_disk_error(int error) {
  return error == ENOSPC || error == EDQUOT || error == EIO || error == EROFS || error == EFBIG;
}

// A warning is an attribute or a time that this file system does not take, which is no reason to refuse an
// image; but libarchive also only warns of a full disk.
bool failed(archive* a, int status) {
  return status < ARCHIVE_WARN || (status != ARCHIVE_OK && is_disk_error(::archive_errno(a)));
}

std::unexpected<Error> archive_failure(archive* a, std::string_view path) {
  const int error = ::archive_errno(a);
  const bool disk = is_disk_error(error);
  const char* words = ::archive_error_string(a);
  std::string message = words ? words : "damaged tar";
  if (disk) return fail("ImageStoreError", "write /" + std::string(path) + ": " + system_reason(error), 500);
  if (!path.empty()) message = "entry \"" + std::string(path) + "\": " + message;
  return fail("InvalidImage", std::move(message));
}

class Writer {
 public:
  Writer(TarStream& stream, UnpackKind kind)
      : stream_(stream), kind_(kind), reader_(::archive_read_new()), disk_(::archive_write_disk_new()) {}

  Result<Unpacked> run();

 private:
  static la_ssize_t read_more(archive*, void* self, const void** buffer);
  Result<> open();
  Result<> entry(archive_entry* entry);
  Result<> write(archive_entry* entry, const std::string& path);
  Result<> contents(const std::string& path);
  Result<> whiteout(const Whiteout& whiteout);
  static void drop_untrusted_attributes(archive_entry* entry);

  TarStream& stream_;
  UnpackKind kind_;
  std::unique_ptr<archive, FreeReader> reader_;
  std::unique_ptr<archive, FreeWriter> disk_;
  std::optional<Error> stream_error_;
  std::unordered_set<std::string> hidden_;  // paths with a whiteout in this layer
  std::uint64_t entries_ = 0, apparent_bytes_ = 0;
};

la_ssize_t Writer::read_more(archive* a, void* self, const void** buffer) {
  auto& writer = *static_cast<Writer*>(self);
  auto piece = writer.stream_.next();
  if (!piece) {
    ::archive_set_error(a, EINVAL, "%s", piece.error().message.c_str());
    writer.stream_error_ = std::move(piece.error());
    return -1;
  }
  *buffer = piece->data();
  return la_ssize_t(piece->size());
}

Result<> Writer::open() {
  int flags = ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT |
              ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS;
  if (kind_ == UnpackKind::layer)
    flags |= ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_XATTR;
  ::archive_write_disk_set_options(disk_.get(), flags);
  ::archive_read_support_format_tar(reader_.get());
  if (::archive_read_open(reader_.get(), this, nullptr, read_more, nullptr) != ARCHIVE_OK) {
    if (stream_error_) return std::unexpected(*stream_error_);
    return fail("InvalidImage", "not a tar: " + std::string(::archive_error_string(reader_.get())));
  }
  return {};
}

Result<Unpacked> Writer::run() {
  if (auto opened = open(); !opened) return pass(opened);
  for (;;) {
    archive_entry* next = nullptr;
    const int status = ::archive_read_next_header(reader_.get(), &next);
    if (status == ARCHIVE_EOF) break;
    if (stream_error_) return std::unexpected(*stream_error_);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return archive_failure(reader_.get(), "");
    if (++entries_ > limits::image_layer_entries)
      return fail("InvalidImage", "more than " + std::to_string(limits::image_layer_entries) + " entries");
    if (auto done = entry(next); !done) {
      if (stream_error_) return std::unexpected(*stream_error_);
      return pass(done);
    }
  }
  // Times and modes of directories, put off until their files are written.
  if (failed(disk_.get(), ::archive_write_close(disk_.get()))) return archive_failure(disk_.get(), "");
  for (;;) {  // the tar's end may come before the stream's; the digest is of all of it
    auto rest = stream_.next();
    if (!rest) return pass(rest);
    if (rest->empty()) break;
  }
  const Fd root(::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root || ::syncfs(root.get()) != 0) return disk_error("sync", "layer");
  return Unpacked{stream_.digest(), stream_.bytes(), entries_};
}

Result<> Writer::entry(archive_entry* entry) {
  const char* name = ::archive_entry_pathname(entry);
  if (!name) return fail("InvalidImage", "an entry's name is not UTF-8");
  auto path = clean_entry_path(name);
  if (!path) return pass(path);
  if (const char* link = ::archive_entry_hardlink(entry)) {
    const auto target = clean_entry_path(link);
    if (!target || target->empty())
      return fail("InvalidImage", "entry \"" + *path + "\" is a hard link out of the image, to \"" +
                                      std::string(link).substr(0, 256) + "\"");
    ::archive_entry_copy_hardlink(entry, target->c_str());
  }
  const auto type = ::archive_entry_filetype(entry);
  if (type == 0 && !::archive_entry_hardlink(entry))
    return fail("InvalidImage", "entry \"" + *path + "\" is a hard link to nothing");
  const bool plain =
      type == AE_IFREG || type == AE_IFDIR || type == AE_IFLNK || ::archive_entry_hardlink(entry);
  if (kind_ == UnpackKind::archive && !plain) return {};
  if (type == AE_IFSOCK) return {};
  if (path->empty() && type != AE_IFDIR) return fail("InvalidImage", "the tar's root is not a directory");
  // What it will seem to hold: a sparse file claims any size without a byte behind it.
  const la_int64_t size = ::archive_entry_size(entry);
  if (size < 0 || size > la_int64_t(limits::image_layer_bytes - apparent_bytes_))
    return fail("InvalidImage", "with entry \"" + *path + "\" the layer is larger than " +
                                    std::to_string(limits::image_layer_bytes) + " bytes");
  apparent_bytes_ += std::uint64_t(size);
  if (kind_ == UnpackKind::layer) {
    const Whiteout mark = whiteout_of(*path);
    if (mark.kind != Whiteout::Kind::none) return whiteout(mark);
  }
  return write(entry, *path);
}

Result<> Writer::write(archive_entry* entry, const std::string& path) {
  ::archive_entry_copy_pathname(entry, path.empty() ? "." : path.c_str());
  drop_untrusted_attributes(entry);
  const auto type = ::archive_entry_filetype(entry);
  if (type == AE_IFDIR && !path.empty())
    if (auto cleared = clear_for_directory(path); !cleared) return cleared;
  if (failed(disk_.get(), ::archive_write_header(disk_.get(), entry)))
    return archive_failure(disk_.get(), path);
  if (::archive_entry_size(entry) > 0)
    if (auto copied = contents(path); !copied) return copied;
  if (failed(disk_.get(), ::archive_write_finish_entry(disk_.get())))
    return archive_failure(disk_.get(), path);
  // This layer hid the name and made it anew: nothing of a lower layer's directory may show through.
  if (type == AE_IFDIR && hidden_.contains(path)) return mark_opaque(path);
  return {};
}

Result<> Writer::contents(const std::string& path) {
  for (;;) {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = ::archive_read_data_block(reader_.get(), &bytes, &size, &offset);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) return archive_failure(reader_.get(), path);
    if (::archive_write_data_block(disk_.get(), bytes, size, offset) != ARCHIVE_OK)
      return archive_failure(disk_.get(), path);
  }
}

Result<> Writer::whiteout(const Whiteout& mark) {
  if (mark.kind == Whiteout::Kind::other) return {};
  if (auto made = make_directories_beneath(mark.directory); !made) return made;
  if (mark.kind == Whiteout::Kind::opaque) return mark_opaque(mark.directory);
  hidden_.insert(mark.hidden);
  return mark_hidden(mark.hidden);
}

// trusted.overlay.* and the like would be orders to our overlayfs: an image may bring user attributes, file
// capabilities and access lists only.
void Writer::drop_untrusted_attributes(archive_entry* entry) {
  struct Attribute {
    std::string name, value;
  };
  std::vector<Attribute> kept;
  ::archive_entry_xattr_reset(entry);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (::archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    const std::string_view text = name ? name : "";
    if (kept.size() == limits::image_entry_attributes) break;
    if (text.starts_with("user.") || text == "security.capability" || text.starts_with("system.posix_acl_"))
      kept.push_back({std::string(text), std::string(static_cast<const char*>(value), size)});
  }
  ::archive_entry_xattr_clear(entry);
  for (const Attribute& attribute : kept)
    ::archive_entry_xattr_add_entry(entry, attribute.name.c_str(), attribute.value.data(),
                                    attribute.value.size());
}

}  // namespace

Result<Unpacked> write_tar(TarStream& stream, UnpackKind kind) {
  return Writer(stream, kind).run();
}

}  // namespace slipway::agent
