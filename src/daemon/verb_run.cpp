#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "base/log.hpp"
#include "cli/run_definition.hpp"
#include "daemon/command_line.hpp"
#include "daemon/server.hpp"
#include "daemon/signals.hpp"
#include "daemon/verbs.hpp"
#include "runtime/net/free_block.hpp"

namespace slipway::daemon {
namespace {

constexpr std::int64_t join_timeout_ms = 30'000;

// A control plane for one run: its state in a directory that goes again, the images where they always are.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& data_dir) {
    std::error_code ignored;
    std::filesystem::create_directories(data_dir, ignored);
    path_ = data_dir + "/run-XXXXXX";
    made_ = ::mkdtemp(path_.data()) != nullptr;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

// Of a server's file what says how images come.
Result<ServerConfig> image_settings(const std::string& file) {
  if (file.empty()) return ServerConfig{};
  const std::vector<const char*> arguments = {"--config", file.c_str()};
  auto whole = read_server_config(arguments);
  if (!whole) return pass(whole);
  ServerConfig config;
  config.registries = std::move(whole->registries);
  config.image_pull_behavior = whole->image_pull_behavior;
  config.image_layers = whole->image_layers;
  return config;
}

Result<int> run(const std::string& data_dir, const std::string& definition, ServerConfig config,
                const std::atomic<bool>& interrupted) {
  const ScratchDirectory scratch(data_dir);
  if (!scratch.made())
    return fail("DataDirectoryUnusable", "cannot write to " + data_dir + "; choose another with --data-dir");
  config.data_dir = scratch.path();
  config.images_dir = data_dir + "/images";
  config.listen = "127.0.0.1:0";
  config.default_vpc_block =
      runtime::free_vpc_block().text();  // a server on this host may have the usual one
  auto server = Server::start(config, std::nullopt);
  if (!server) return pass(server);
  if (!(*server)->wait_until_joined(join_timeout_ms))
    return fail("NodeUnavailable", "this host cannot run tasks; `slipway doctor` says why");
  const Access& access = (*server)->access();
  auto api = cli::ApiClient::make(
      {access.endpoint,
       access.region,
       {access.administrator.access_key_id, access.administrator.secret_access_key, {}}});
  if (!api) return pass(api);
  auto code = cli::run_definition(**api, {definition, access.account, &interrupted});
  (*server)->wait_until_empty(join_timeout_ms);
  (*server)->stop();
  return code;
}

}  // namespace

int run_local(std::span<const char* const> arguments) {
  std::string definition, config_file, data_dir = default_data_dir();
  bool verbose = false;
  CLI::App app(
      "Runs a task definition here and now: registers it, runs it, prints its output, and ends with its "
      "exit code. Needs no server.",
      "slipway run");
  app.add_option("definition", definition, "the task definition, as RegisterTaskDefinition takes it (JSON)")
      ->required();
  app.add_option("--data-dir", data_dir, "where the images lie");
  app.add_option("--config", config_file, "a server's YAML file, for its registries and image settings");
  app.add_flag("--verbose", verbose, "log what happens");
  if (auto parsed = parse_words(app, arguments); !parsed) return report_error(parsed.error());
  auto config = image_settings(config_file);
  if (!config) return report_error(config.error());
  log::set_level(verbose ? log::Level::info : log::Level::error);
  const Signals signals({SIGINT, SIGTERM});
  static std::atomic<bool> interrupted = false;
  std::thread([&signals] {
    signals.wait();
    interrupted = true;
    // A second one, a second later or more, does not wait for the task's end. Wrappers often send the first
    // twice.
    const auto first = std::chrono::steady_clock::now();
    do {
      signals.wait();
    } while (std::chrono::steady_clock::now() - first < std::chrono::seconds(1));
    std::_Exit(130);
  }).detach();
  auto code = run(data_dir, definition, std::move(*config), interrupted);
  if (!code) return report_error(code.error());
  return *code;
}

}  // namespace slipway::daemon
