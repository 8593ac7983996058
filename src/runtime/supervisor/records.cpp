#include "runtime/supervisor/records.hpp"

#include <boost/json.hpp>

namespace slipway::runtime {
namespace {

namespace json = boost::json;

json::string text(const std::string& value) {
  return json::string(value.data(), value.size());
}

std::optional<json::object> parse(const std::string& document) {
  boost::system::error_code error;
  json::value value = json::parse(document, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(value->as_string().data(), value->as_string().size());
}

template <class Number = std::int64_t>
Number number_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value) return 0;
  if (value->is_int64()) return Number(value->as_int64());
  if (value->is_uint64()) return Number(value->as_uint64());
  return 0;
}

bool flag_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_bool() && value->as_bool();
}

}  // namespace

std::string launch_json(const LaunchRecord& record) {
  json::array layers;
  for (const std::string& layer : record.layers) layers.push_back(text(layer));
  return json::serialize(json::object{{"id", text(record.id)},
                                      {"taskId", text(record.task_id)},
                                      {"cgroup", text(record.cgroup)},
                                      {"crun", text(record.crun)},
                                      {"layers", std::move(layers)},
                                      {"workingDir", text(record.working_dir)},
                                      {"networkPath", text(record.network_path)},
                                      {"uid", record.uid},
                                      {"gid", record.gid},
                                      {"tty", record.tty},
                                      {"interactive", record.interactive},
                                      {"outputLimitBytes", record.output_limit_bytes}});
}

std::string start_json(const StartRecord& record) {
  return json::serialize(json::object{{"pid", record.pid},
                                      {"startTicks", record.start_ticks},
                                      {"bootId", text(record.boot_id)},
                                      {"startedNs", record.started_ns}});
}

std::string exit_json(const ExitInfo& exit) {
  return json::serialize(json::object{{"exitCode", exit.exit_code},
                                      {"codeKnown", exit.code_known},
                                      {"oomKilled", exit.oom_killed},
                                      {"finishedAtMs", exit.finished_at.ms},
                                      {"hostRestarted", exit.host_restarted}});
}

std::optional<LaunchRecord> parse_launch(const std::string& document) {
  auto object = parse(document);
  if (!object) return std::nullopt;
  LaunchRecord record{.id = text_of(*object, "id"),
                      .task_id = text_of(*object, "taskId"),
                      .cgroup = text_of(*object, "cgroup"),
                      .crun = text_of(*object, "crun"),
                      .working_dir = text_of(*object, "workingDir"),
                      .network_path = text_of(*object, "networkPath"),
                      .uid = number_of<std::uint32_t>(*object, "uid"),
                      .gid = number_of<std::uint32_t>(*object, "gid"),
                      .tty = flag_of(*object, "tty"),
                      .interactive = flag_of(*object, "interactive"),
                      .output_limit_bytes = number_of<std::uint64_t>(*object, "outputLimitBytes")};
  if (const json::value* layers = object->if_contains("layers"); layers && layers->is_array())
    for (const json::value& layer : layers->as_array())
      if (layer.is_string()) record.layers.emplace_back(layer.as_string().data(), layer.as_string().size());
  if (record.id.empty() || record.cgroup.empty()) return std::nullopt;
  return record;
}

std::optional<StartRecord> parse_start(const std::string& document) {
  auto object = parse(document);
  if (!object) return std::nullopt;
  StartRecord record{.pid = number_of(*object, "pid"),
                     .start_ticks = number_of<std::uint64_t>(*object, "startTicks"),
                     .boot_id = text_of(*object, "bootId"),
                     .started_ns = number_of(*object, "startedNs")};
  if (record.pid <= 0) return std::nullopt;
  return record;
}

std::optional<ExitInfo> parse_exit(const std::string& document) {
  auto object = parse(document);
  if (!object) return std::nullopt;
  return ExitInfo{int(number_of(*object, "exitCode")),
                  flag_of(*object, "codeKnown"),
                  flag_of(*object, "oomKilled"),
                  {number_of(*object, "finishedAtMs")},
                  flag_of(*object, "hostRestarted")};
}

}  // namespace slipway::runtime
