#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "agent/image/files.hpp"
#include "agent/image/pull.hpp"
#include "agent/image/store.hpp"
#include "daemon/command_line.hpp"
#include "daemon/config.hpp"
#include "daemon/verbs.hpp"
#include "http/loop.hpp"
#include "wire/json_text.hpp"

// The images on this host. The command works on the store's files, whether a server runs on them or not: they
// are locked and leased between processes (agent/image/store.hpp).
namespace slipway::daemon {
namespace {

struct Words {
  std::string data_dir, config, name, path, output, username, layers = "directory";
  std::vector<std::string> insecure;
  bool json = false, password_stdin = false;
};

Result<std::unique_ptr<agent::ImageStore>> open_store(const std::string& data_dir, bool erofs) {
  agent::ImageStoreOptions options;
  if (erofs) options.layers = agent::LayerForm::erofs;
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
  std::printf("%-40s %-20s %10s  %s\n", "NAME", "DIGEST", "SIZE", "USED BY");
  for (const auto& image : images) {
    std::string users = image.used_by.empty() ? "-" : image.used_by[0];
    if (image.used_by.size() > 1) users += " and " + std::to_string(image.used_by.size() - 1) + " more";
    std::printf("%-40s %-20s %7.1f MB  %s\n", image.name.c_str(), image.manifest_digest.substr(0, 19).c_str(),
                double(image.size_bytes) / 1e6, users.c_str());
  }
}

void print_json(const std::vector<agent::ImageListing>& images) {
  wire::Value list = wire::Value::list();
  for (const auto& image : images) {
    wire::Value users = wire::Value::list();
    for (const std::string& task : image.used_by) users.push_back(task);
    wire::Value one = wire::Value::object({{"name", image.name},
                                           {"digest", image.manifest_digest},
                                           {"imageId", image.image_id},
                                           {"sizeBytes", std::int64_t(image.size_bytes)},
                                           {"storedAt", iso8601(image.stored_at)},
                                           {"usedAt", iso8601(image.used_at)},
                                           {"imported", image.imported},
                                           {"usedBy", std::move(users)}});
    if (image.created) one.set("created", iso8601(image.created));
    list.push_back(std::move(one));
  }
  std::printf("%s\n", wire::write_json_pretty(list).c_str());
}

// A line that is written over, for people who watch.
void show(const agent::PullProgress& progress) {
  if (progress.layers == 0 || ::isatty(2) == 0) return;
  std::fprintf(stderr, "\r%s: %zu of %zu layers, %.1f of %.1f MB%s", progress.name.c_str(),
               progress.layers_done, progress.layers, double(progress.bytes_done) / 1e6,
               double(progress.bytes) / 1e6, progress.layers_done == progress.layers ? "\n" : " ");
}

// The password comes through a pipe, never as an argument: those are everybody's to read.
Result<std::optional<agent::RegistryCredentials>> credentials_of(const Words& words) {
  if (words.username.empty() != !words.password_stdin)
    return fail("InvalidArgument", "--username and --password-stdin go together");
  if (words.username.empty()) return std::nullopt;
  agent::RegistryCredentials out{words.username, ""};
  std::getline(std::cin, out.password);
  return out;
}

Result<> pull(agent::ImageStore& store, const Words& words) {
  agent::PullOptions options;
  if (!words.config.empty()) {
    const std::vector<const char*> arguments = {"--config", words.config.c_str()};
    auto config = read_server_config(arguments);
    if (!config) return pass(config);
    options.registries = config->registries;
  }
  for (const std::string& registry : words.insecure) options.registries[registry].plain_http = true;
  if (auto checked = agent::check_registries(options.registries); !checked) return checked;
  auto credentials = credentials_of(words);
  if (!credentials) return pass(credentials);
  options.docker_config = agent::docker_config_path();
  options.for_export = true;
  options.progress = show;
  http::LoopThreads loops(1);
  http::WorkerPool workers(2);
  agent::ImagePuller puller(store, workers, options);
  auto pulled = http::run_on(loops[0], puller.pull(words.name, *credentials));
  if (!pulled) return pass(pulled);
  std::printf("%s %s\n", pulled->name.c_str(), pulled->manifest_digest.c_str());
  return {};
}

// All or nothing: the file has its name once it is whole.
Result<> export_image(agent::ImageStore& store, const Words& words) {
  if (words.output == "-") {
    if (::isatty(1) != 0)
      return fail("InvalidArgument", "an archive is nothing for a terminal; use --output FILE");
    return store.export_to(words.name, 1);
  }
  const std::string aside = words.output + ".partial";
  const agent::Fd file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return agent::disk_error("open", aside);
  Result<> done = store.export_to(words.name, file.get());
  if (done && ::fsync(file.get()) != 0) done = agent::disk_error("fsync", aside);
  if (done) done = agent::move_into_place(aside, std::filesystem::absolute(words.output).string());
  if (!done) ::unlink(aside.c_str());
  return done;
}

Result<> prune(agent::ImageStore& store) {
  auto report = store.prune();
  if (!report) return pass(report);
  std::printf("freed %.1f MB: %zu layers, %zu blobs\n", double(report->freed_bytes) / 1e6, report->layers,
              report->blobs);
  return {};
}

Result<> list(agent::ImageStore& store, const Words& words) {
  auto images = store.list();
  if (!images) return pass(images);
  words.json ? print_json(*images) : print(*images);
  return {};
}

Result<> import(agent::ImageStore& store, const Words& words) {
  auto images = store.import(words.path, words.name.empty() ? std::nullopt : std::optional(words.name));
  if (!images) return pass(images);
  print(*images);
  return {};
}

}  // namespace

int run_image(std::span<const char* const> arguments) {
  Words words;
  words.data_dir = default_data_dir();
  words.output = "-";
  CLI::App app("The images on this host.", "slipway image");
  app.require_subcommand(1);
  app.add_option("--data-dir", words.data_dir, "where the images lie");
  auto* take = app.add_subcommand(
      "import", "take in a docker-archive (docker save) or an OCI layout (directory or tar)");
  take->add_option("path", words.path)->required();
  take->add_option("--name", words.name, "the image's name: hello:1");
  auto* ls = app.add_subcommand("ls", "list images");
  ls->add_flag("--json", words.json, "as JSON");
  auto* remove = app.add_subcommand("rm", "take a name away, unless a task uses it; prune frees the space");
  remove->add_option("name", words.name)->required();
  auto* fetch = app.add_subcommand("pull", "fetch an image from its registry");
  fetch->add_option("name", words.name)->required();
  fetch->add_option("--insecure-registries", words.insecure, "registries to speak to without TLS");
  fetch->add_option("--config", words.config, "the server's YAML file, for its registries");
  fetch->add_option("--username", words.username, "who pulls; else as Docker's configuration says");
  fetch->add_flag("--password-stdin", words.password_stdin,
                  "the password is the first line of standard input");
  for (auto* each : {take, fetch})
    each->add_option("--image-layers", words.layers, "how its layers are kept: directory or erofs");
  auto* give = app.add_subcommand(
      "export",
      "write an image as a tar that docker load, skopeo and import take (OCI layout, docker-archive)");
  give->add_option("name", words.name)->required();
  give->add_option("--output,-o", words.output, "the file; - is standard output");
  auto* clean = app.add_subcommand("prune", "delete what no name refers to and no task uses");
  for (auto* each : {take, ls, remove, fetch, give, clean})
    each->add_option("--data-dir", words.data_dir, "where the images lie");
  if (auto parsed = parse_words(app, arguments); !parsed) return report_error(parsed.error());
  if (words.layers != "directory" && words.layers != "erofs")
    return report_error({"InvalidArgument", "--image-layers must be directory or erofs"});
  auto store = open_store(words.data_dir, words.layers == "erofs");
  if (!store) return report_error(store.error());
  Result<> done;
  if (take->parsed())
    done = import(**store, words);
  else if (ls->parsed())
    done = list(**store, words);
  else if (remove->parsed())
    done = (*store)->remove(words.name);
  else if (fetch->parsed())
    done = pull(**store, words);
  else if (give->parsed())
    done = export_image(**store, words);
  else
    done = prune(**store);
  return done ? 0 : report_error(done.error());
}

}  // namespace slipway::daemon
