#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/image/manifest.hpp"
#include "agent/image/store.hpp"

// Builders of layers and images for the tests of this folder.
namespace slipway::agent {

// A directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path path;
  std::string operator/(std::string_view name) const { return path / name; }
};

struct TarEntry {
  enum class Type { file, directory, symlink, hard_link, character, fifo };
  Type type = Type::file;
  std::string path;
  std::string content;  // or the link's target
  unsigned mode = 0644;
  int uid = 0, gid = 0;
  unsigned major = 0, minor = 0;
  std::map<std::string, std::string> xattrs;
};

TarEntry file(std::string path, std::string content = "", unsigned mode = 0644);
TarEntry directory(std::string path, unsigned mode = 0755);
TarEntry symlink(std::string path, std::string target);
TarEntry hard_link(std::string path, std::string target);

// A pax tar.
std::string make_tar(const std::vector<TarEntry>& entries);
std::string gzip(std::string_view bytes);
std::string zstd(std::string_view bytes);

// An image in memory: what a registry or an archive would hold.
struct TestImage {
  std::string config, config_digest;
  std::string manifest, manifest_digest;
  std::vector<std::string> blobs;  // as packed, bottom first
  std::vector<std::string> blob_digests, diff_ids;
};

struct ImageSpec {
  std::vector<std::vector<TarEntry>> layers;
  std::string settings = R"({"Cmd":["sh"],"Env":["PATH=/bin"]})";  // "config" of the configuration
  Platform platform = host_platform();
  std::string compression = "gzip";  // "", "gzip", "zstd"
  bool docker = false;               // media types of Docker's schema 2
};

TestImage make_image(const ImageSpec& spec);
// "manifest.json" form, as docker save writes it (layers not compressed).
std::string docker_archive(const ImageSpec& spec, const std::vector<std::string>& names);
// Writes an OCI layout; each name is an annotation.
void write_layout(const std::filesystem::path& directory,
                  const std::vector<std::pair<std::string, TestImage>>& images);
std::string tar_of(const std::filesystem::path& directory);
void write(const std::filesystem::path& path, std::string_view text);
std::string read(const std::filesystem::path& path);

std::unique_ptr<ImageStore> open_store(const std::string& directory);

// Unpacking changes its root and makes devices.
#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "unpacking image layers needs root"

}  // namespace slipway::agent
