#include <cstdio>
#include <filesystem>

#include "agent/image/pull.hpp"
#include "agent/image/store.hpp"
#include "daemon/command_line.hpp"
#include "daemon/config.hpp"
#include "daemon/verbs.hpp"
#include "http/loop.hpp"

namespace slipway::daemon {
namespace {

Result<std::unique_ptr<agent::ImageStore>> open_store(const std::string& data_dir) {
  agent::ImageStoreOptions options;
  options.directory = data_dir + "/images";
  // Whose containers may stand on these images: the server's node, and every `slipway run` of this moment.
  options.container_directories = {data_dir + "/node/containers"};
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir, ignored))
    if (entry.path().filename().string().starts_with("run-"))
      options.container_directories.push_back(entry.path().string() + "/node/containers");
  return agent::ImageStore::open(options);
}

void print(const std::vector<agent::ImageListing>& images) {
  std::printf("%-40s %-20s %10s\n", "NAME", "DIGEST", "SIZE");
  for (const auto& image : images)
    std::printf("%-40s %-20s %7.1f MB\n", image.name.c_str(), image.manifest_digest.substr(0, 19).c_str(),
                double(image.size_bytes) / 1e6);
}

Result<> pull(agent::ImageStore& store, const std::string& name, const std::vector<std::string>& insecure) {
  http::LoopThreads loops(1);
  http::WorkerPool workers(2);
  agent::PullOptions options;
  for (const std::string& registry : insecure) options.registries[registry].plain_http = true;
  options.docker_config = agent::docker_config_path();
  agent::ImagePuller puller(store, workers, options);
  auto pulled = http::run_on(loops[0], puller.pull(name));
  if (!pulled) return pass(pulled);
  std::printf("%s %s\n", pulled->name.c_str(), pulled->manifest_digest.c_str());
  return {};
}

}  // namespace

int run_image(std::span<const char* const> arguments) {
  std::string data_dir = default_data_dir(), path, name;
  std::vector<std::string> insecure;
  CLI::App app("The images on this host.", "slipway image");
  app.require_subcommand(1);
  app.add_option("--data-dir", data_dir, "where the images lie");
  auto* import = app.add_subcommand(
      "import", "take in a docker-archive (docker save) or an OCI layout (directory or tar)");
  import->add_option("path", path)->required();
  import->add_option("--name", name, "the image's name: hello:1");
  auto* list = app.add_subcommand("ls", "list images");
  auto* remove = app.add_subcommand("rm", "take a name away; prune frees the space");
  remove->add_option("name", name)->required();
  auto* fetch = app.add_subcommand("pull", "fetch an image from its registry");
  fetch->add_option("name", name)->required();
  fetch->add_option("--insecure-registries", insecure, "registries to speak to without TLS");
  auto* prune = app.add_subcommand("prune", "delete what no name refers to");
  for (auto* each : {import, list, remove, fetch, prune})
    each->add_option("--data-dir", data_dir, "where the images lie");
  if (auto parsed = parse_words(app, arguments); !parsed) return report_error(parsed.error());
  auto store = open_store(data_dir);
  if (!store) return report_error(store.error());
  if (import->parsed()) {
    auto images = (*store)->import(path, name.empty() ? std::nullopt : std::optional(name));
    if (!images) return report_error(images.error());
    print(*images);
  } else if (list->parsed()) {
    auto images = (*store)->list();
    if (!images) return report_error(images.error());
    print(*images);
  } else if (remove->parsed()) {
    if (auto removed = (*store)->remove(name); !removed) return report_error(removed.error());
  } else if (fetch->parsed()) {
    if (auto pulled = pull(**store, name, insecure); !pulled) return report_error(pulled.error());
  } else {
    auto report = (*store)->prune();
    if (!report) return report_error(report.error());
    std::printf("freed %.1f MB: %zu layers, %zu blobs\n", double(report->freed_bytes) / 1e6, report->layers,
                report->blobs);
  }
  return 0;
}

}  // namespace slipway::daemon
