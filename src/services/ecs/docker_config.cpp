#include "services/ecs/docker_config.hpp"

namespace slipway::services::ecs {
namespace {

using wire::Value;

constexpr std::int64_t nanoseconds = 1'000'000'000;
constexpr std::int64_t mebibyte = 1024 * 1024;

struct Renamed {
  const char* from;
  const char* to;
};

void copy_all(Value& to, const Value& from, std::initializer_list<Renamed> members) {
  for (const auto& member : members)
    if (const Value* value = from.find(member.from)) to.set(std::string_view(member.to), *value);
}

Value health_check(const Value& given) {
  // The defaults are ECS's: interval 30 s, timeout 5 s, 3 retries, no start period.
  auto seconds = [&](const char* member, std::int64_t otherwise) {
    const Value* value = given.find(member);
    return Value((value ? value->integer() : otherwise) * nanoseconds);
  };
  return Value::object({{"Test", given.get("command")},
                        {"Interval", seconds("interval", 30)},
                        {"Timeout", seconds("timeout", 5)},
                        {"Retries", given.find("retries") ? given.get("retries") : Value(3)},
                        {"StartPeriod", seconds("startPeriod", 0)}});
}

// Docker's awslogs driver has no stream prefix: the stream's whole name is computed here, as the agent's
// server does. It talks to us.
Value log_config(const Environment& environment, const core::ecs::Task& task, const Value& definition) {
  const Value& given = definition.get("logConfiguration");
  const std::string_view driver = given.get("logDriver").string();
  Value options = given.get("options").absent() ? Value::object() : given.get("options");
  if (driver == "awslogs") {
    const std::string prefix(options.get("awslogs-stream-prefix").string());
    options.erase("awslogs-stream-prefix");
    options.set("awslogs-stream",
                prefix.empty() ? task.id
                               : prefix + "/" + std::string(definition.get("name").string()) + "/" + task.id);
    options.set("awslogs-endpoint", environment.endpoint);
  }
  return Value::object({{"Type", driver}, {"Config", std::move(options)}});
}

Value ulimits(const Value& given) {
  Value list = Value::list();
  for (const Value& each : given.items())
    list.push_back(Value::object(
        {{"Name", each.get("name")}, {"Soft", each.get("softLimit")}, {"Hard", each.get("hardLimit")}}));
  return list;
}

void add_linux_parameters(Value& host, const Value& given, std::int64_t memory_mib) {
  copy_all(host, given.get("capabilities"), {{"add", "CapAdd"}, {"drop", "CapDrop"}});
  copy_all(host, given, {{"initProcessEnabled", "Init"}});
  // The ECS developer guide, "Managing container swap memory space": swappiness means nothing without
  // maxSwap.
  if (const Value* most = given.find("maxSwap")) {
    host.set("MemorySwap", (memory_mib + most->integer()) * mebibyte);
    copy_all(host, given, {{"swappiness", "MemorySwappiness"}});
  }
  if (const Value* size = given.find("sharedMemorySize")) host.set("ShmSize", size->integer() * mebibyte);
  if (const Value* tmpfs = given.find("tmpfs")) {
    Value mounts = Value::object();
    for (const Value& each : tmpfs->items()) {
      std::string options = "size=" + std::to_string(each.get("size").integer()) + "m";
      for (const Value& option : each.get("mountOptions").items())
        options.append(",").append(option.string());
      mounts.set(each.get("containerPath").string(), options);
    }
    host.set("Tmpfs", std::move(mounts));
  }
  if (const Value* devices = given.find("devices")) {
    Value list = Value::list();
    for (const Value& each : devices->items()) {
      std::string permissions;
      for (const Value& permission : each.get("permissions").items())
        permissions += permission.string() == "mknod" ? 'm' : permission.string().front();
      list.push_back(Value::object(
          {{"PathOnHost", each.get("hostPath")},
           {"PathInContainer", each.find("containerPath") ? each.get("containerPath") : each.get("hostPath")},
           {"CgroupPermissions", permissions.empty() ? std::string("rwm") : permissions}}));
    }
    host.set("Devices", std::move(list));
  }
}

}  // namespace

Value docker_config(const Value& definition) {
  Value config = Value::object();
  copy_all(config, definition,
           {{"user", "User"},
            {"workingDirectory", "WorkingDir"},
            {"hostname", "Hostname"},
            {"dockerLabels", "Labels"},
            {"interactive", "OpenStdin"},
            {"pseudoTerminal", "Tty"}});
  if (const Value* check = definition.find("healthCheck")) config.set("Healthcheck", health_check(*check));
  return config;
}

Value docker_host_config(const Environment& environment, const core::ecs::Task& task, const Value& definition,
                         std::string_view network_mode) {
  Value host = Value::object({{"NetworkMode", network_mode}});
  copy_all(host, definition,
           {{"privileged", "Privileged"},
            {"readonlyRootFilesystem", "ReadonlyRootfs"},
            {"dnsServers", "Dns"},
            {"dnsSearchDomains", "DnsSearch"},
            {"dockerSecurityOptions", "SecurityOpt"}});
  if (const Value* given = definition.find("ulimits")) host.set("Ulimits", ulimits(*given));
  if (const Value* reservation = definition.find("memoryReservation"))
    host.set("MemoryReservation", reservation->integer() * mebibyte);
  if (const Value* entries = definition.find("extraHosts")) {
    Value list = Value::list();
    for (const Value& each : entries->items())
      list.push_back(std::string(each.get("hostname").string()) + ":" +
                     std::string(each.get("ipAddress").string()));
    host.set("ExtraHosts", std::move(list));
  }
  if (const Value* controls = definition.find("systemControls"); controls && !controls->empty()) {
    Value map = Value::object();
    for (const Value& each : controls->items()) map.set(each.get("namespace").string(), each.get("value"));
    host.set("Sysctls", std::move(map));
  }
  if (const Value* parameters = definition.find("linuxParameters"))
    add_linux_parameters(host, *parameters, definition.get("memory").integer());
  if (definition.find("logConfiguration")) host.set("LogConfig", log_config(environment, task, definition));
  return host;
}

}  // namespace slipway::services::ecs
