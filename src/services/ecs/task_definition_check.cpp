#include "services/ecs/task_definition_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/limits.hpp"
#include "services/ecs/dependency_check.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/names.hpp"
#include "services/ecs/port_mapping_check.hpp"

namespace slipway::services::ecs {
namespace {

using wire::ecs::ContainerDefinition;
using wire::ecs::RegisterTaskDefinitionRequest;

bool one_of(std::string_view text, std::initializer_list<std::string_view> values) {
  return std::ranges::find(values, text) != values.end();
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::unexpected<Error> invalid_container(const ContainerDefinition& container, const std::string& what) {
  return client_exception("Invalid setting for container " + quoted(container.name()) + ". " + what);
}

Result<> check_memory(const RegisterTaskDefinitionRequest& request, const ContainerDefinition& container) {
  if (!container.has_memory() && !container.has_memory_reservation() && !request.has_memory())
    return invalid_container(container, "At least one of 'memory' or 'memoryReservation' must be specified.");
  if (container.has_memory() && container.memory() < 6)
    return invalid_container(container, "The minimum memory is 6 MiB.");
  if (container.has_memory_reservation() && container.memory_reservation() < 1)
    return invalid_container(container, "The memory reservation must be a positive number.");
  if (container.has_memory() && container.has_memory_reservation() &&
      container.memory_reservation() > container.memory())
    return invalid_container(container, "The memory reservation must be less than or equal to the memory.");
  if (container.cpu() < 0) return invalid_container(container, "The cpu must not be negative.");
  return {};
}

Result<> check_log(const ContainerDefinition& container) {
  if (!container.has_log_configuration()) return {};
  const auto log = container.log_configuration();
  if (!one_of(log.log_driver(),
              {"json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"}))
    return client_exception(
        "Log driver must be one of [json-file, syslog, journald, gelf, fluentd, awslogs, splunk, "
        "awsfirelens].");
  if (log.log_driver() == "awslogs") {
    for (const char* option : {"awslogs-group", "awslogs-region"})
      if (!log.options().contains(option))
        return client_exception("Log driver awslogs requires options: awslogs-group, awslogs-region.");
  }
  return {};
}

Result<> check_swap(const ContainerDefinition& container) {
  const auto given = container.linux_parameters();
  if (given.has_max_swap() && given.max_swap() < 0)
    return invalid_container(container, "The maxSwap must not be negative.");
  if (given.has_swappiness() && (given.swappiness() < 0 || given.swappiness() > 100))
    return invalid_container(container, "The swappiness must be between 0 and 100.");
  // Docker has one limit for both together.
  if (given.has_max_swap() && !container.has_memory())
    return invalid_container(container, "The maxSwap needs the container's memory.");
  return {};
}

// ECS API reference, "HealthCheck" and "ContainerRestartPolicy".
Result<> check_health_and_restarts(const ContainerDefinition& container) {
  const auto range = [&](bool given, std::int64_t value, std::int64_t least, std::int64_t most,
                         const char* member) -> Result<> {
    if (!given || (value >= least && value <= most)) return {};
    return invalid_container(container, std::string("The ") + member + " must be between " +
                                            std::to_string(least) + " and " + std::to_string(most) + ".");
  };
  Result<> checked;
  if (container.has_health_check()) {
    const auto check = container.health_check();
    if (check.command().empty())
      return invalid_container(container, "The health check command must not be empty.");
    checked = range(check.has_interval(), check.interval(), 5, 300, "health check interval");
    if (checked) checked = range(check.has_timeout(), check.timeout(), 2, 60, "health check timeout");
    if (checked) checked = range(check.has_retries(), check.retries(), 1, 10, "health check retries");
    if (checked)
      checked = range(check.has_start_period(), check.start_period(), 0, 300, "health check startPeriod");
  }
  if (checked && container.has_restart_policy()) {
    const auto policy = container.restart_policy();
    checked = range(policy.has_restart_attempt_period(), policy.restart_attempt_period(), 60, 1'800,
                    "restartAttemptPeriod");
    if (checked && policy.ignored_exit_codes().size() > 50)
      return invalid_container(container, "The restart policy must ignore at most 50 exit codes.");
  }
  return checked;
}

// In AWS's words, but for the first.
Result<> check_secrets(const RegisterTaskDefinitionRequest& request, const ContainerDefinition& container) {
  std::set<std::string> names;
  for (const auto variable : container.environment()) names.emplace(variable.name());
  for (const auto secret : container.secrets()) {
    if (secret.name().empty() || secret.value_from().empty())
      return client_exception("A secret's name and valueFrom should not be null or empty.");
    if (!names.emplace(secret.name()).second)
      return client_exception(
          "The secret name must be unique and not shared with any new or existing environment variables set on "
          "the container, such as " +
          quoted(secret.name()) + ".");
  }
  if (!container.secrets().empty() && request.execution_role_arn().empty())
    return client_exception(
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  if (container.has_repository_credentials() && request.execution_role_arn().empty())
    return client_exception(
        "When you are specifying repositoryCredentials, you must also specify a value for 'executionRoleArn'.");
  return {};
}

Result<> check_container(const RegisterTaskDefinitionRequest& request, const ContainerDefinition& container) {
  if (container.name().empty()) return client_exception("Container.name should not be null or empty.");
  if (!is_name(container.name()))
    return client_exception("Container.name contains invalid characters: " + std::string(container.name()));
  if (container.image().empty()) return client_exception("Container.image should not be null or empty.");
  if (container.image().find_first_of(" \t\n") != std::string_view::npos)
    return client_exception("Container.image contains invalid characters.");
  if (auto checked = check_memory(request, container); !checked) return checked;
  if (auto checked = check_port_mappings(request.network_mode(), container); !checked) return checked;
  if (auto checked = check_log(container); !checked) return checked;
  if (auto checked = check_swap(container); !checked) return checked;
  for (const auto variable : container.environment())
    if (variable.name().empty())
      return client_exception("Environment variable name should not be null or empty.");
  if (container.has_stop_timeout() && container.stop_timeout() < 0)
    return invalid_container(container, "The stop timeout must not be negative.");
  if (auto checked = check_secrets(request, container); !checked) return checked;
  return check_health_and_restarts(container);
}

// Names unique; volumes that are mounted are there; somebody is essential; everybody can start.
Result<> check_relations(const RegisterTaskDefinitionRequest& request) {
  std::set<std::string> names;
  bool essential = false;
  for (const auto container : request.container_definitions()) {
    if (!names.emplace(container.name()).second)
      return client_exception("Container name " + quoted(container.name()) +
                              " is used by more than one container.");
    essential |= !container.has_essential() || container.essential();
  }
  if (!essential) return client_exception("At least one container in the task definition must be essential.");
  std::set<std::string> volumes;
  for (const auto volume : request.volumes())
    if (!volumes.emplace(volume.name()).second)
      return client_exception("Volume name " + quoted(volume.name()) + " is used more than once.");
  for (const auto container : request.container_definitions())
    for (const auto mount : container.mount_points())
      if (!volumes.contains(std::string(mount.source_volume())))
        return client_exception("Unknown volume " + quoted(mount.source_volume()) + ".");
  return check_dependencies(request);
}

bool fargate_size(std::int64_t cpu, std::int64_t memory) {
  auto steps = [&](std::int64_t from, std::int64_t to, std::int64_t step) {
    return memory >= from && memory <= to && memory % step == 0;
  };
  switch (cpu) {
    case 256:
      return memory == 512 || memory == 1024 || memory == 2048;
    case 512:
      return steps(1024, 4096, 1024);
    case 1024:
      return steps(2048, 8192, 1024);
    case 2048:
      return steps(4096, 16384, 1024);
    case 4096:
      return steps(8192, 30720, 1024);
    case 8192:
      return steps(16384, 61440, 4096);
    case 16384:
      return steps(32768, 122880, 8192);
    default:
      return false;
  }
}

// "12", "1.5"; nothing else.
std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || stop != end || value < 0 || value > 1e9) return std::nullopt;
  return value;
}

// The number before a unit, case and blanks aside; nothing when the unit is not there.
std::optional<double> before_unit(std::string_view text, std::string_view unit) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (!lower.ends_with(unit)) return std::nullopt;
  lower.resize(lower.size() - unit.size());
  while (lower.ends_with(' ')) lower.pop_back();
  return number_of(lower);
}

}  // namespace

std::optional<std::int64_t> parse_task_cpu(std::string_view text) {
  if (auto vcpus = before_unit(text, "vcpu")) return std::int64_t(std::lround(*vcpus * 1024));
  auto units = number_of(text);
  if (!units || *units != std::floor(*units)) return std::nullopt;
  return std::int64_t(*units);
}

std::optional<std::int64_t> parse_task_memory(std::string_view text) {
  if (auto gib = before_unit(text, "gb")) return std::int64_t(std::lround(*gib * 1024));
  auto mib = number_of(text);
  if (!mib || *mib != std::floor(*mib)) return std::nullopt;
  return std::int64_t(*mib);
}

Result<> check_ephemeral_storage(std::int64_t gib) {
  if (gib >= 21 && gib <= 200) return {};
  return client_exception("Invalid ephemeral storage size: " + std::to_string(gib) +
                          " GiB. It must be between 21 and 200 GiB.");
}

Result<> check_task_definition(const RegisterTaskDefinitionRequest& request) {
  if (request.family().empty()) return client_exception("Family should not be null or empty.");
  if (!is_name(request.family())) return client_exception("Family contains invalid characters.");
  if (request.container_definitions().empty()) return client_exception("Container list cannot be empty.");
  if (request.container_definitions().size() > limits::ecs_containers_per_definition)
    return client_exception("A task definition can have at most 10 container definitions.");
  if (request.has_network_mode() && !one_of(request.network_mode(), {"bridge", "host", "awsvpc", "none"}))
    return client_exception("Network mode must be one of [bridge, host, awsvpc, none].");
  if (request.has_cpu() && !parse_task_cpu(request.cpu()))
    return client_exception("Invalid 'cpu' setting for task: " + std::string(request.cpu()));
  if (request.has_memory() && !parse_task_memory(request.memory()))
    return client_exception("Invalid 'memory' setting for task: " + std::string(request.memory()));
  for (const auto compatibility : request.requires_compatibilities())
    if (!one_of(compatibility, {"EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"}))
      return client_exception("Compatibility must be one of [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES].");
  for (const auto container : request.container_definitions())
    if (auto checked = check_container(request, container); !checked) return checked;
  return check_relations(request);
}

Result<> check_fargate(const RegisterTaskDefinitionRequest& request) {
  if (request.network_mode() != "awsvpc")
    return client_exception("Fargate only supports network mode ‘awsvpc’.");
  if (!request.has_cpu())
    return client_exception("Fargate requires that 'cpu' be defined at the task level.");
  if (!request.has_memory())
    return client_exception("Fargate requires that 'memory' be defined at the task level.");
  const std::int64_t cpu = *parse_task_cpu(request.cpu()), memory = *parse_task_memory(request.memory());
  if (!fargate_size(cpu, memory))
    return client_exception("No Fargate configuration exists for given values: " + std::to_string(cpu) +
                            " CPU, " + std::to_string(memory) +
                            " memory. See the Amazon ECS documentation for the valid values.");
  if (!request.placement_constraints().empty())
    return client_exception("Fargate does not support placement constraints.");
  if (request.has_ipc_mode()) return client_exception("Fargate does not support ipcMode.");
  if (request.has_ephemeral_storage())
    if (auto checked = check_ephemeral_storage(request.ephemeral_storage().size_in_gi_b()); !checked)
      return checked;
  std::int64_t cpu_sum = 0, memory_sum = 0;
  for (const auto container : request.container_definitions()) {
    if (container.privileged()) return client_exception("Fargate does not support privileged containers.");
    if (!container.links().empty()) return client_exception("Fargate does not support links.");
    if (!container.extra_hosts().empty()) return client_exception("Fargate does not support extraHosts.");
    if (!container.dns_servers().empty()) return client_exception("Fargate does not support dnsServers.");
    if (!container.dns_search_domains().empty())
      return client_exception("Fargate does not support dnsSearchDomains.");
    if (!container.docker_security_options().empty())
      return client_exception("Fargate does not support dockerSecurityOptions.");
    if (container.linux_parameters().has_max_swap() || container.linux_parameters().has_swappiness())
      return client_exception("Fargate does not support maxSwap and swappiness.");
    if (container.disable_networking())
      return client_exception("Fargate does not support disableNetworking.");
    if (container.has_log_configuration()) {
      const auto driver = container.log_configuration().log_driver();
      if (!one_of(driver, {"awslogs", "splunk", "awsfirelens"}))
        return client_exception("Fargate does not support the log driver " + quoted(driver) + ".");
      if (driver == "awslogs" && !request.has_execution_role_arn())
        return client_exception(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.");
      if (driver == "awslogs" && !container.log_configuration().options().contains("awslogs-stream-prefix"))
        return client_exception("Log driver awslogs requires option awslogs-stream-prefix on Fargate.");
    }
    cpu_sum += container.cpu();
    memory_sum += container.has_memory_reservation() ? container.memory_reservation() : container.memory();
  }
  if (cpu_sum > cpu) return client_exception("The sum of the containers' cpu exceeds the task's cpu.");
  if (memory_sum > memory)
    return client_exception("The sum of the containers' memory exceeds the task's memory.");
  return {};
}

}  // namespace slipway::services::ecs
