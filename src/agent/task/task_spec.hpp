#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/task/health_check.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/container.hpp"
#include "wire/value.hpp"

// A task as the server asks for it: the values of ACS PayloadMessage.tasks[] (amazon-ecs-agent's acs model),
// Docker settings taken out of their JSON strings, and the members of the extension object "slipway".
namespace slipway::agent {

struct PortMapping {
  std::uint16_t container_port = 0;
  std::uint16_t host_port = 0;  // 0: the node chooses
  std::string protocol = "tcp";
  std::uint16_t count = 1;  // of ports from these on (containerPortRange)
};

struct Dependency {
  enum class Condition { start, complete, success, healthy };
  std::string container;
  Condition condition = Condition::start;
};

struct MountPoint {
  std::string volume, path;
  bool read_only = false;
};

struct VolumesFrom {
  std::string container;
  bool read_only = false;
};

struct Volume {
  enum class Kind { task, shared, host_path };  // made for the task; kept on the node; a path of the host
  std::string name;
  Kind kind = Kind::task;
  std::string path;  // host_path only
};

struct LogConfiguration {
  std::string driver;  // "awslogs", "json-file", "none"; empty: json-file
  std::map<std::string, std::string> options;
};

// "alias" resolves to the linked container's address (bridge mode).
struct Link {
  std::string container, alias;
};

// Where a secret's value is; the value itself is fetched when a container starts.
struct SecretReference {
  std::string name;        // of the environment variable
  std::string value_from;  // a parameter's name or ARN; a secret's ARN with what may follow it
  std::string region;
  std::string provider;  // "ssm", "asm"
};

// ECS API reference, "ContainerRestartPolicy".
struct RestartPolicy {
  std::int64_t attempt_period_ms = 300'000;  // it must have run so long
  std::vector<int> ignored_exit_codes;
};

struct ContainerDefinition {
  std::string name, arn, image;
  bool essential = false;
  std::optional<std::vector<std::string>> entry_point, command;  // none: the image's
  std::vector<std::pair<std::string, std::string>> environment;
  std::int64_t cpu_units = 0;
  std::int64_t memory_bytes = 0;              // hard limit; 0: none
  std::int64_t memory_reservation_bytes = 0;  // soft limit; 0: none
  std::vector<PortMapping> ports;
  std::vector<MountPoint> mounts;
  std::vector<VolumesFrom> volumes_from;
  std::vector<Link> links;
  std::vector<Dependency> depends_on;
  std::int64_t start_timeout_s = 0;  // 0: none
  std::int64_t stop_timeout_s = 0;
  std::optional<RestartPolicy> restart_policy;  // none, or not enabled: it is not restarted
  std::vector<SecretReference> secrets;
  std::optional<SecretReference> registry_secret;  // repositoryCredentials
  std::string registry_username, registry_password;

  // Docker's config and hostConfig
  std::optional<HealthCheck> health_check;
  std::string user, working_dir, hostname, domain_name;
  std::map<std::string, std::string> labels;
  bool interactive = false, tty = false;
  bool privileged = false, read_only_rootfs = false, init_process = false, no_new_privileges = false;
  bool seccomp = true;
  std::vector<runtime::Ulimit> ulimits;
  std::vector<std::string> extra_hosts;  // "name:address"
  std::vector<std::string> dns_servers, dns_search;
  std::map<std::string, std::string> sysctls;
  std::vector<std::string> cap_add, cap_drop;
  std::int64_t shm_bytes = 0;           // 0: the runtime's default
  std::int64_t memory_swap_bytes = -1;  // memory and swap together
  std::int64_t memory_swappiness = -1;
  std::string apparmor;  // a profile, "unconfined"; empty: the runtime's own
  std::vector<runtime::Mount> tmpfs;
  std::vector<runtime::Device> devices;
  LogConfiguration log;
};

// A role's session as the payload carries it. Never logged, never written to disk.
struct RoleCredentials {
  std::string credentials_id, role_arn;
  std::string access_key_id, secret_access_key, session_token;
  std::string expiration;  // as sent: ISO 8601

  bool delivered() const { return !access_key_id.empty(); }
};

// The task's own network interface (awsvpc).
struct NetworkInterface {
  std::string attachment_arn, id, mac, ip;
  std::string gateway;  // "172.31.0.1/20": the subnet's first address and prefix
  std::string private_dns_name;
  std::vector<std::string> dns_servers, dns_search;
};

struct TaskSpec {
  enum class NetworkMode { awsvpc, bridge, host, none };

  std::string arn, id;  // id: the ARN's last part
  std::string cluster_arn, family, revision, launch_type, group, service_name;
  NetworkMode network_mode = NetworkMode::bridge;
  double cpu_vcpus = 0;  // 0: no limit of the task
  std::int64_t memory_mib = 0;
  std::int64_t ephemeral_storage_gib = 0;  // "slipway"; 0: no limit
  std::vector<ContainerDefinition> containers;
  std::vector<Volume> volumes;
  std::optional<NetworkInterface> network_interface;
  RoleCredentials role, execution_role;  // credentials_id empty: none

  // "slipway"
  std::string vpc_id, subnet_id, availability_zone, pid_mode, ipc_mode;
  std::vector<std::string> vpc_cidrs;
  std::optional<std::vector<std::string>> security_group_ids;  // none: the server enforces none
  bool reaches_outside = true;  // "internet": its subnet's routes have a way out
  std::map<std::string, std::string> task_tags, container_instance_tags;
  bool set_endpoint_url = true;  // AWS_ENDPOINT_URL in containers; the cluster may say no
  Instant created_at;

  std::optional<std::size_t> index_of(std::string_view container_name) const;
};

std::string_view network_mode_name(TaskSpec::NetworkMode);

// The whole of a payload's task. Unknown members are ignored, as is null. Error "TaskError", its message a
// stock agent's "UnrecognizedTaskError: Error loading task - …" with the member at fault: wrong types, no
// containers, a name twice, an unknown dependency or volume, a circle of dependencies.
Result<TaskSpec> parse_task(const wire::Value& task);

// Reads "roleCredentials" and its kin; absent members stay empty.
RoleCredentials parse_credentials(const wire::Value&);

// The last part of a task's ARN, if it is one that names a task and is fit for names on the host.
std::optional<std::string> task_id_of(std::string_view arn);

}  // namespace slipway::agent
