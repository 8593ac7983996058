#include "agent/image/images_test.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>
#include <sstream>

#include "agent/image/json.hpp"
#include "agent/image/sha256.hpp"

namespace slipway::agent {
namespace fs = std::filesystem;
namespace bj = boost::json;

TemporaryDirectory::TemporaryDirectory() {
  char name[] = "/tmp/slipway-image-XXXXXX";
  path = ::mkdtemp(name);
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

TarEntry file(std::string path, std::string content, unsigned mode) {
  return {TarEntry::Type::file, std::move(path), std::move(content), mode};
}
TarEntry directory(std::string path, unsigned mode) {
  return {TarEntry::Type::directory, std::move(path), "", mode};
}
TarEntry symlink(std::string path, std::string target) {
  return {TarEntry::Type::symlink, std::move(path), std::move(target), 0777};
}
TarEntry hard_link(std::string path, std::string target) {
  return {TarEntry::Type::hard_link, std::move(path), std::move(target), 0644};
}

namespace {

la_ssize_t append(archive*, void* into, const void* bytes, std::size_t size) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
  return la_ssize_t(size);
}

unsigned type_bits(TarEntry::Type type) {
  switch (type) {
    case TarEntry::Type::directory:
      return AE_IFDIR;
    case TarEntry::Type::symlink:
      return AE_IFLNK;
    case TarEntry::Type::character:
      return AE_IFCHR;
    case TarEntry::Type::fifo:
      return AE_IFIFO;
    default:
      return AE_IFREG;
  }
}

}  // namespace

std::string make_tar(const std::vector<TarEntry>& entries) {
  std::string out;
  archive* tar = ::archive_write_new();
  ::archive_write_set_format_pax(tar);
  ::archive_write_set_bytes_per_block(tar, 10'240);
  ::archive_write_open(tar, &out, nullptr, append, nullptr);
  for (const TarEntry& from : entries) {
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_copy_pathname(entry, from.path.c_str());
    ::archive_entry_set_mode(entry, type_bits(from.type) | from.mode);
    ::archive_entry_set_uid(entry, from.uid);
    ::archive_entry_set_gid(entry, from.gid);
    ::archive_entry_set_mtime(entry, 1'700'000'000, 0);
    if (from.type == TarEntry::Type::symlink) ::archive_entry_copy_symlink(entry, from.content.c_str());
    if (from.type == TarEntry::Type::hard_link) ::archive_entry_copy_hardlink(entry, from.content.c_str());
    ::archive_entry_set_rdevmajor(entry, from.major);
    ::archive_entry_set_rdevminor(entry, from.minor);
    const bool has_bytes = from.type == TarEntry::Type::file;
    ::archive_entry_set_size(entry, has_bytes ? la_int64_t(from.content.size()) : 0);
    for (const auto& [name, value] : from.xattrs)
      ::archive_entry_xattr_add_entry(entry, name.c_str(), value.data(), value.size());
    EXPECT_EQ(::archive_write_header(tar, entry), ARCHIVE_OK) << ::archive_error_string(tar);
    if (has_bytes) ::archive_write_data(tar, from.content.data(), from.content.size());
    ::archive_entry_free(entry);
  }
  ::archive_write_close(tar);
  ::archive_write_free(tar);
  return out;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  ::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view bytes) {
  std::string out(::ZSTD_compressBound(bytes.size()), '\0');
  out.resize(::ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

TestImage make_image(const ImageSpec& spec) {
  TestImage out;
  const std::string base =
      spec.docker ? "application/vnd.docker.image.rootfs.diff.tar" : "application/vnd.oci.image.layer.v1.tar";
  const std::string suffix = spec.compression.empty() ? "" : (spec.docker ? "." : "+") + spec.compression;
  bj::array diff_ids, layers;
  for (const auto& entries : spec.layers) {
    const std::string tar = make_tar(entries);
    out.diff_ids.push_back(digest_of(tar));
    diff_ids.push_back(bj::string(out.diff_ids.back()));
    out.blobs.push_back(spec.compression == "gzip"   ? gzip(tar)
                        : spec.compression == "zstd" ? zstd(tar)
                                                     : tar);
    out.blob_digests.push_back(digest_of(out.blobs.back()));
    layers.push_back(bj::object{{"mediaType", base + suffix},
                                {"digest", out.blob_digests.back()},
                                {"size", out.blobs.back().size()}});
  }
  bj::object config{{"created", "2026-11-24T13:45:20Z"},
                    {"os", spec.platform.os},
                    {"architecture", spec.platform.architecture},
                    {"config", bj::parse(spec.settings)},
                    {"rootfs", bj::object{{"type", "layers"}, {"diff_ids", std::move(diff_ids)}}}};
  out.config = bj::serialize(config);
  out.config_digest = digest_of(out.config);
  out.manifest = bj::serialize(bj::object{
      {"schemaVersion", 2},
      {"mediaType", spec.docker ? "application/vnd.docker.distribution.manifest.v2+json"
                                : "application/vnd.oci.image.manifest.v1+json"},
      {"config", bj::object{{"mediaType", spec.docker ? "application/vnd.docker.container.image.v1+json"
                                                      : "application/vnd.oci.image.config.v1+json"},
                            {"digest", out.config_digest},
                            {"size", out.config.size()}}},
      {"layers", std::move(layers)}});
  out.manifest_digest = digest_of(out.manifest);
  return out;
}

std::string docker_archive(const ImageSpec& spec, const std::vector<std::string>& names) {
  ImageSpec plain = spec;
  plain.compression = "";
  const TestImage image = make_image(plain);
  std::vector<TarEntry> entries;
  bj::array layers, tags;
  for (std::size_t i = 0; i < image.blobs.size(); ++i) {
    const std::string path = std::to_string(i) + "/layer.tar";
    entries.push_back(directory(std::to_string(i)));
    entries.push_back(file(path, image.blobs[i]));
    layers.push_back(bj::string(path));
  }
  for (const std::string& name : names) tags.push_back(bj::string(name));
  entries.push_back(file("config.json", image.config));
  entries.push_back(
      file("manifest.json",
           bj::serialize(bj::array{bj::object{
               {"Config", "config.json"}, {"RepoTags", std::move(tags)}, {"Layers", std::move(layers)}}})));
  return make_tar(entries);
}

void write_layout(const fs::path& directory, const std::vector<std::pair<std::string, TestImage>>& images) {
  fs::create_directories(directory / "blobs/sha256");
  const auto put = [&](const std::string& digest, const std::string& bytes) {
    write(directory / "blobs/sha256" / digest.substr(7), bytes);
  };
  bj::array manifests;
  for (const auto& [name, image] : images) {
    put(image.manifest_digest, image.manifest);
    put(image.config_digest, image.config);
    for (std::size_t i = 0; i < image.blobs.size(); ++i) put(image.blob_digests[i], image.blobs[i]);
    bj::object entry{{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                     {"digest", image.manifest_digest},
                     {"size", image.manifest.size()}};
    if (!name.empty()) entry["annotations"] = bj::object{{"org.opencontainers.image.ref.name", name}};
    manifests.push_back(std::move(entry));
  }
  write(directory / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  write(directory / "index.json",
        bj::serialize(bj::object{{"schemaVersion", 2}, {"manifests", std::move(manifests)}}));
}

std::string tar_of(const fs::path& root) {
  std::vector<TarEntry> entries;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = "./" + fs::relative(entry.path(), root).string();
    entries.push_back(entry.is_directory() ? directory(path) : file(path, read(entry.path())));
  }
  return make_tar(entries);
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), std::streamsize(text.size()));
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::unique_ptr<ImageStore> open_store(const std::string& directory) {
  ImageStoreOptions options;
  options.directory = directory;
  options.container_directories = {fs::path(directory).parent_path() / "node/containers"};
  auto store = ImageStore::open(std::move(options));
  EXPECT_TRUE(store) << store.error().message;
  return std::move(*store);
}

}  // namespace slipway::agent
