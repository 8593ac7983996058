#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/image/registries.hpp"
#include "base/result.hpp"

namespace slipway::daemon {

// What a server can be told, by flag or in the YAML file that --config names. settings() documents it.
struct ServerConfig {
  std::string data_dir;
  std::string listen = "127.0.0.1:4566";
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string tls_cert;
  std::string tls_key;
  std::string log_level = "info";
  std::vector<std::string> insecure_registries;
  agent::RegistryRules registries;  // with the insecure ones, once it is read
  std::string image_pull_behavior = "once";
  std::string image_layers = "directory";
  std::string image_cleanup_interval = "30m";
  std::string image_cleanup_age = "7d";
  std::string image_disk_high = "85";
  std::string image_disk_low = "80";
  std::string task_credentials_life = "6h";
  std::string supervisor_timeout = "30s";
  bool no_agent = false;
  std::string images_dir;  // no setting: `slipway run` shares the images of another data directory
  std::string default_vpc_block = "172.31.0.0/16";  // no setting: `slipway run` takes one that is free
};

// One setting: the flag --name and the key `name` of the YAML file.
struct Setting {
  const char* name;
  const char* argument;  // "DIR" in "--data-dir DIR"; nullptr for a switch
  const char* help;
  std::string ServerConfig::* text = nullptr;
  std::vector<std::string> ServerConfig::* list = nullptr;
  bool ServerConfig::* flag = nullptr;
  agent::RegistryRules ServerConfig::* registries = nullptr;  // only in the file
};
std::span<const Setting> settings();

// Of a setting that is a time; read_server_config has checked it.
std::int64_t milliseconds_of(const std::string& setting);

// Where the data lies when nobody says: /var/lib/slipway for root, else ~/.local/share/slipway.
std::string default_data_dir();

// Flags win over the file, the file over the defaults. `arguments` are those after the verb. InvalidArgument
// says what is wrong and names the flag or the file's line; HelpRequested carries the help text.
Result<ServerConfig> read_server_config(std::span<const char* const> arguments);

// The settings as a page: docs/guide/configuration.md.
std::string settings_as_markdown();

}  // namespace slipway::daemon
