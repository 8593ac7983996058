#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/log.hpp"
#include "daemon/server.hpp"
#include "daemon/signals.hpp"
#include "daemon/verbs.hpp"

namespace slipway::daemon {

int report_error(const Error& error) {
  if (error.code == "HelpRequested") {
    std::fputs(error.message.c_str(), stdout);
    return 0;
  }
  std::fprintf(stderr, "slipway: %s\n", error.message.c_str());
  return error.code == "InvalidArgument" ? 2 : 1;
}

namespace {

Result<std::optional<auth::AccessKeyPair>> key_of_environment() {
  const char* id = std::getenv("SLIPWAY_ACCESS_KEY_ID");
  const char* secret = std::getenv("SLIPWAY_SECRET_ACCESS_KEY");
  if (!id && !secret) return std::nullopt;
  if (!id || !secret)
    return fail("InvalidArgument", "SLIPWAY_ACCESS_KEY_ID and SLIPWAY_SECRET_ACCESS_KEY go together");
  return auth::AccessKeyPair{id, secret};
}

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

}  // namespace

int run_server(std::span<const char* const> arguments) {
  auto config = read_server_config(arguments);
  if (!config) return report_error(config.error());
  auto key = key_of_environment();
  if (!key) return report_error(key.error());
  log::set_level(level_of(config->log_level));
  const Signals signals({SIGINT, SIGTERM});  // before any thread is made
  auto server = Server::start(*config, *key);
  if (!server) return report_error(server.error());
  log::info("serving", {{"endpoint", (*server)->access().endpoint}, {"dataDir", config->data_dir}});
  const int signal = signals.wait();
  log::info("stopping; tasks run on", {{"signal", signal}});
  (*server)->stop();
  return 0;
}

}  // namespace slipway::daemon
