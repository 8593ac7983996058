#include <sys/utsname.h>

#include "agent/image/json.hpp"
#include "agent/image/manifest.hpp"
#include "agent/image/reference.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

namespace bj = boost::json;

// Docker writes durations in nanoseconds.
std::int64_t milliseconds_in(const bj::value& value, std::string_view member) {
  return json::integer_in(value, member) / 1'000'000;
}

void read_settings(const bj::value& settings, ImageConfig& out) {
  out.entrypoint = json::strings_in(settings, "Entrypoint");
  out.cmd = json::strings_in(settings, "Cmd");
  out.env = json::strings_in(settings, "Env");
  out.working_dir = json::string_in(settings, "WorkingDir");
  out.user = json::string_in(settings, "User");
  out.exposed_ports = json::keys_in(settings, "ExposedPorts");
  out.volumes = json::keys_in(settings, "Volumes");
  out.labels = json::texts_in(settings, "Labels");
  out.stop_signal = json::string_in(settings, "StopSignal");
  if (const bj::object* check = json::object_in(settings, "Healthcheck")) {
    const bj::value holder(*check);
    out.health_check =
        ImageHealthCheck{json::strings_in(holder, "Test"), milliseconds_in(holder, "Interval"),
                         milliseconds_in(holder, "Timeout"), milliseconds_in(holder, "StartPeriod"),
                         int(json::integer_in(holder, "Retries"))};
  }
}

}  // namespace

std::string Platform::text() const {
  return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

Platform host_platform() {
  utsname name{};
  ::uname(&name);
  const std::string_view machine = name.machine;
  if (machine == "x86_64") return {"linux", "amd64", ""};
  if (machine == "aarch64") return {"linux", "arm64", "v8"};
  if (machine == "armv7l") return {"linux", "arm", "v7"};
  return {"linux", std::string(machine), ""};
}

Result<ParsedConfig> parse_config(std::string_view text) {
  auto document = json::parse(text, "the image's configuration");
  if (!document) return pass(document);
  ParsedConfig out;
  out.config.platform = {json::string_in(*document, "os"), json::string_in(*document, "architecture"),
                         json::string_in(*document, "variant")};
  out.config.created = parse_iso8601(json::string_in(*document, "created")).value_or(Instant{});
  if (const bj::object* settings = json::object_in(*document, "config"))
    read_settings(bj::value(*settings), out.config);
  if (const bj::object* rootfs = json::object_in(*document, "rootfs"))
    out.diff_ids = json::strings_in(bj::value(*rootfs), "diff_ids");
  if (out.diff_ids.size() > limits::image_layers)
    return fail("InvalidImage", "more than " + std::to_string(limits::image_layers) + " layers");
  for (const std::string& id : out.diff_ids)
    if (!is_digest(id)) return fail("InvalidImage", "the configuration's diff_ids are not sha256");
  return out;
}

}  // namespace slipway::agent
