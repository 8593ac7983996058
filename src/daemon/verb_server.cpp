#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/log.hpp"
#include "daemon/own_limits.hpp"
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

constexpr int exit_interrupted = 130;  // 128 + SIGINT, as a shell says it
constexpr std::int64_t space_look_ms = 1'000;

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
  raise_own_limits();
  const Signals signals({SIGINT, SIGTERM});  // before any thread is made
  auto server = Server::start(*config, *key);
  for (bool told = false; !server && server.error().code == "NoSpace"; told = true) {
    // Ending would only make whoever starts us do so again and again.
    if (!told) log::error("waiting for space; tasks run on", {{"reason", server.error().message}});
    if (signals.wait_for(space_look_ms)) return 0;
    server = Server::start(*config, *key);
  }
  if (!server) return report_error(server.error());
  log::info("serving", {{"endpoint", (*server)->access().endpoint}, {"dataDir", config->data_dir}});
  const int signal = signals.wait();
  log::info("stopping; tasks run on", {{"signal", signal}});
  // Whoever does not want to wait for the order says it again. What is durable is; the next start finds it.
  std::thread([&signals] {
    signals.wait();
    std::_Exit(exit_interrupted);
  }).detach();
  (*server)->stop();
  return 0;
}

}  // namespace slipway::daemon
