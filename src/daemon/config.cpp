#include "daemon/config.hpp"
#include "daemon/command_line.hpp"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "agent/image/pull.hpp"
#include "base/limits.hpp"
#include "daemon/config_registries.hpp"
#include "daemon/image_cleanup.hpp"
#include "http/tls.hpp"

namespace slipway::daemon {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail("InvalidArgument", std::move(message));
}

Result<> apply(const Setting& setting, const YAML::Node& value, ServerConfig& config) {
  if (setting.registries) return read_registries(value, config.*setting.registries);
  try {
    if (setting.text) config.*setting.text = value.as<std::string>();
    if (setting.list) config.*setting.list = value.as<std::vector<std::string>>();
    if (setting.flag) config.*setting.flag = value.as<bool>();
  } catch (const YAML::Exception&) {
    return invalid(std::string("the setting ") + setting.name + " has a value of the wrong kind");
  }
  return {};
}

Result<> read_file(const std::string& path, ServerConfig& config) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::Exception& error) {
    return invalid("cannot read " + path + ": " + error.what());
  }
  if (!root.IsMap()) return invalid(path + " must hold a map of settings");
  for (const auto& entry : root) {
    const std::string name = entry.first.as<std::string>();
    const auto known = settings();
    auto setting = std::ranges::find(known, name, [](const Setting& each) { return std::string(each.name); });
    const std::string where = path + ":" + std::to_string(entry.first.Mark().line + 1) + ": ";
    if (setting == known.end()) return invalid(where + "there is no setting " + name);
    if (auto applied = apply(*setting, entry.second, config); !applied)
      return invalid(where + applied.error().message);
  }
  return {};
}

Result<> check_registries(ServerConfig& config) {
  for (const std::string& name : config.insecure_registries) config.registries[name].plain_http = true;
  if (auto checked = agent::check_registries(config.registries); !checked) return checked;
  for (const auto& [name, rule] : config.registries) {
    if (rule.ca_file.empty()) continue;
    if (auto tls = http::Tls::client(rule.ca_file); !tls)
      return invalid("registries: " + name + ": " + tls.error().message);
  }
  return {};
}

Result<> check_time(const char* name, const std::string& text, std::int64_t least_ms, std::int64_t most_ms) {
  const auto time = parse_duration_ms(text);
  if (!time) return invalid(std::string("--") + name + ": " + time.error().message);
  if (*time < least_ms || *time > most_ms)
    return invalid(std::string("--") + name + " must be " + std::to_string(least_ms / 1'000) + "s to " +
                   std::to_string(most_ms / 1'000) + "s, not '" + text + "'");
  return {};
}

Result<> check_times(const ServerConfig& config) {
  if (auto checked =
          check_time("task-credentials-life", config.task_credentials_life,
                     limits::task_credentials_life_least_ms, limits::task_credentials_life_most_ms);
      !checked)
    return checked;
  return check_time("supervisor-timeout", config.supervisor_timeout, limits::supervisor_call_timeout_least_ms,
                    limits::supervisor_call_timeout_most_ms);
}

Result<> check(ServerConfig& config) {
  if (config.account.size() != 12 ||
      !std::ranges::all_of(config.account, [](char c) { return c >= '0' && c <= '9'; }))
    return invalid("--account must be twelve digits, not '" + config.account + "'");
  if (config.region.empty() || config.region.find_first_of("/ ") != std::string::npos)
    return invalid("--region must be a region's name such as us-east-1");
  if (config.tls_cert.empty() != config.tls_key.empty())
    return invalid("--tls-cert and --tls-key go together");
  if (config.listen.rfind(':') == std::string::npos)
    return invalid("--listen must be ADDRESS:PORT, not '" + config.listen + "'");
  if (!agent::parse_pull_behavior(config.image_pull_behavior))
    return invalid("--image-pull-behavior must be default, always, once or prefer-cached, not '" +
                   config.image_pull_behavior + "'");
  if (config.image_layers != "directory" && config.image_layers != "erofs")
    return invalid("--image-layers must be directory or erofs, not '" + config.image_layers + "'");
  if (auto cleanup = image_cleanup_of(config); !cleanup) return pass(cleanup);
  if (auto times = check_times(config); !times) return times;
  return check_registries(config);
}

}  // namespace

std::int64_t milliseconds_of(const std::string& setting) {
  return parse_duration_ms(setting).value_or(0);
}

std::span<const Setting> settings() {
  static const Setting table[] = {
      {.name = "data-dir",
       .argument = "DIR",
       .help = "where the state, logs, images and keys lie",
       .text = &ServerConfig::data_dir},
      {.name = "listen",
       .argument = "ADDRESS:PORT",
       .help = "where calls are served; port 0 lets the kernel choose",
       .text = &ServerConfig::listen},
      {.name = "account",
       .argument = "ID",
       .help = "the account that the first start makes, twelve digits",
       .text = &ServerConfig::account},
      {.name = "region",
       .argument = "NAME",
       .help = "the region whose default VPC and cluster the first start makes",
       .text = &ServerConfig::region},
      {.name = "tls-cert",
       .argument = "FILE",
       .help = "serve TLS with this certificate chain (PEM)",
       .text = &ServerConfig::tls_cert},
      {.name = "tls-key", .argument = "FILE", .help = "… and this key (PEM)", .text = &ServerConfig::tls_key},
      {.name = "log-level",
       .argument = "LEVEL",
       .help = "debug, info, warn or error",
       .text = &ServerConfig::log_level},
      {.name = "insecure-registries",
       .argument = "HOST:PORT",
       .help = "registries that are pulled from without TLS; loopback ones are always",
       .list = &ServerConfig::insecure_registries},
      {.name = "registries",
       .argument = nullptr,
       .help = "mirrors, stand-ins, authorities of each registry, only in the file: see below",
       .registries = &ServerConfig::registries},
      {.name = "image-pull-behavior",
       .argument = "WORD",
       .help = "when a task's image is pulled: `default` (always, or what is here if that fails), `always`, "
               "`once` or `prefer-cached` (once, and never cleaned up), as ECS_IMAGE_PULL_BEHAVIOR",
       .text = &ServerConfig::image_pull_behavior},
      {.name = "image-layers",
       .argument = "FORM",
       .help =
           "how the layers of images are kept: `directory`, or `erofs`: one file each, where the host can",
       .text = &ServerConfig::image_layers},
      {.name = "image-cleanup-interval",
       .argument = "TIME",
       .help = "how often images that no task holds are looked through; 0: never",
       .text = &ServerConfig::image_cleanup_interval},
      {.name = "image-cleanup-age",
       .argument = "TIME",
       .help = "images that no task has used for so long go; 0: age is no reason. Imported ones never go",
       .text = &ServerConfig::image_cleanup_age},
      {.name = "image-disk-high",
       .argument = "PERCENT",
       .help = "when the disk is this full, the images used least recently go …; 0: never",
       .text = &ServerConfig::image_disk_high},
      {.name = "image-disk-low",
       .argument = "PERCENT",
       .help = "… until it is only this full",
       .text = &ServerConfig::image_disk_low},
      {.name = "task-credentials-life",
       .argument = "TIME",
       .help = "how long the sessions of task roles live, 10s to 12h; tasks get new ones when a sixth of it "
               "is left",
       .text = &ServerConfig::task_credentials_life},
      {.name = "supervisor-timeout",
       .argument = "TIME",
       .help = "how long the supervisor may take to start a container, 2s to 600s; then the start has failed",
       .text = &ServerConfig::supervisor_timeout},
      {.name = "no-agent",
       .argument = nullptr,
       .help = "control plane alone: run no tasks on this host",
       .flag = &ServerConfig::no_agent},
  };
  return table;
}

std::string default_data_dir() {
  if (::geteuid() == 0) return "/var/lib/slipway";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : "/tmp") + "/.local/share/slipway";
}

Result<ServerConfig> read_server_config(std::span<const char* const> arguments) {
  ServerConfig from_flags;
  std::string file;
  CLI::App app("Runs the control plane and, unless told otherwise, a node agent for this host.",
               "slipway server");
  app.add_option("--config", file, "a YAML file with any of these settings")->option_text("FILE");
  for (const Setting& setting : settings()) {
    if (setting.registries) continue;
    const std::string flag = std::string("--") + setting.name;
    CLI::Option* option = setting.text   ? app.add_option(flag, from_flags.*setting.text, setting.help)
                          : setting.list ? app.add_option(flag, from_flags.*setting.list, setting.help)
                                         : app.add_flag(flag, from_flags.*setting.flag, setting.help);
    if (setting.argument) option->option_text(setting.argument);
  }
  if (auto parsed = parse_words(app, arguments); !parsed) return pass(parsed);
  ServerConfig config;
  config.data_dir = default_data_dir();
  if (!file.empty())
    if (auto read = read_file(file, config); !read) return pass(read);
  for (const Setting& setting : settings()) {
    if (setting.registries || app.count(std::string("--") + setting.name) == 0) continue;
    if (setting.text) config.*setting.text = from_flags.*setting.text;
    if (setting.list) config.*setting.list = from_flags.*setting.list;
    if (setting.flag) config.*setting.flag = from_flags.*setting.flag;
  }
  if (auto checked = check(config); !checked) return pass(checked);
  return config;
}

std::string settings_as_markdown() {
  ServerConfig defaults;
  defaults.data_dir = "/var/lib/slipway";
  std::string page = "| setting | default | meaning |\n|---|---|---|\n";
  for (const Setting& setting : settings()) {
    const std::string value = setting.text ? defaults.*setting.text : setting.flag ? "false" : "";
    page += std::string("| `") + setting.name + "` | " + (value.empty() ? "none" : "`" + value + "`") +
            " | " + setting.help + " |\n";
  }
  return page;
}

}  // namespace slipway::daemon
