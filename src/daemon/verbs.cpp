#include "daemon/verbs.hpp"
#include "daemon/command_line.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include "daemon/access_file.hpp"
#include "daemon/api.hpp"
#include "daemon/config.hpp"

namespace slipway::daemon {

std::span<const Verb> verbs() {
  static const Verb table[] = {
      {"server", "run the control plane and this host's agent", run_server},
      {"env", "print the variables that point AWS clients here", run_env},
      {"run", "run one task definition now, without a server", run_local},
      {"image", "import, list, pull and remove images", run_image},
      {"doctor", "say what this host can and cannot do", run_doctor},
      {"store", "print the state on disk", run_store},
      {"operations", "list the API operations that are served", run_operations},
      {"settings", "describe the server's settings as a page", run_settings},
      {"version", "print the version", run_version},
  };
  return table;
}

int run_env(std::span<const char* const> arguments) {
  std::string data_dir = default_data_dir();
  CLI::App app("Prints export lines for a shell: eval \"$(slipway env)\"", "slipway env");
  app.add_option("--data-dir", data_dir, "the server's data directory");
  if (auto parsed = parse_words(app, arguments); !parsed) return report_error(parsed.error());
  auto access = read_access_file(data_dir);
  if (!access) return report_error(access.error());
  std::printf("export AWS_ENDPOINT_URL=%s\n", access->endpoint.c_str());
  std::printf("export AWS_REGION=%s AWS_DEFAULT_REGION=%s\n", access->region.c_str(), access->region.c_str());
  std::printf("export AWS_DISABLE_HOST_PREFIX_INJECTION=true\n");
  std::printf("export AWS_ACCESS_KEY_ID=%s\n", access->administrator.access_key_id.c_str());
  std::printf("export AWS_SECRET_ACCESS_KEY=%s\n", access->administrator.secret_access_key.c_str());
  return 0;
}

int run_operations(std::span<const char* const>) {
  for (const auto& table : service_tables())
    for (const auto& route : table.routes)
      std::printf("%s %s\n", std::string(table.service->id).c_str(),
                  std::string(route.operation->name).c_str());
  return 0;
}

int run_settings(std::span<const char* const>) {
  std::fputs(settings_as_markdown().c_str(), stdout);
  return 0;
}

int run_version(std::span<const char* const>) {
  std::puts("slipway 0.1.0");
  return 0;
}

}  // namespace slipway::daemon
