#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/api/backoff.hpp"
#include "agent/files.hpp"
#include "agent/metadata/documents.hpp"
#include "agent/routers.hpp"
#include "agent/secrets.hpp"
#include "agent/security_groups.hpp"
#include "agent/task_runner.hpp"
#include "base/arn.hpp"
#include "base/log.hpp"

// From nothing to running containers: image, network, cgroup, volumes, log stream, start.
namespace slipway::agent {

namespace {

constexpr std::int64_t execution_role_wait_ms = 30'000;  // for its session, once a node is back

std::string own_hostname() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// Docker makes a bind mount's missing source, and so a volume's.
Result<> make_volumes(const TaskSpec& task, const std::string& volumes_dir) {
  for (const Volume& volume : task.volumes) {
    std::error_code error;
    std::filesystem::create_directories(volume_path(task, volume, volumes_dir), error);
    if (error) return fail("ResourceInitializationError", "volume " + volume.name + ": " + error.message());
  }
  return {};
}

// A task may belong to another region than its node's instance.
std::string region_of(const TaskSpec& task, const AgentOptions& options) {
  std::optional<Arn> arn = Arn::parse(task.arn);
  return arn && !arn->region.empty() ? arn->region : options.region;
}

// Where a VPC's addresses have their names (VPC user guide, "DNS attributes for your VPC").
std::string internal_domain(const std::string& region) {
  return region == "us-east-1" ? "ec2.internal" : region + ".compute.internal";
}

// The words of ECS in front, once.
std::string reason(std::string_view kind, const Error& error) {
  if (error.message.starts_with(kind)) return error.message;
  for (std::string_view known : {"CannotPullContainerError", "CannotCreateContainerError",
                                 "CannotStartContainerError", "ResourceInitializationError"})
    if (error.code == known) kind = known;
  return std::string(kind) + ": " + error.message;
}

// Where a start's time goes.
class Stopwatch {
 public:
  Stopwatch(const std::string& task_id, const char* step) : task_id_(task_id), step_(step) {}
  ~Stopwatch() { log::debug(step_, {{"task", task_id_}, {"ms", http::Loop::now_ms() - since_ms_}}); }

 private:
  const std::string& task_id_;
  const char* step_;
  std::int64_t since_ms_ = http::Loop::now_ms();
};

// `ip`: the container's own; empty in the host's network.
std::vector<runtime::PortSpec> port_specs(const ContainerDefinition& definition, const std::string& ip) {
  std::vector<runtime::PortSpec> specs;
  for (const PortMapping& port : definition.ports)
    specs.push_back({.host_port = ip.empty() ? port.container_port : port.host_port,
                     .container_ip = ip,
                     .container_port = port.container_port,
                     .protocol = port.protocol,
                     .count = port.count});
  return specs;
}

}  // namespace

http::Task<void> TaskRunner::pull(std::size_t i) {
  Stopwatch watch(spec().id, "image at hand");
  const ContainerDefinition& definition = spec().containers[i];
  std::optional<RegistryCredentials> credentials;
  if (!definition.registry_username.empty())
    credentials = RegistryCredentials{definition.registry_username, definition.registry_password};
  if (definition.registry_secret) {
    Result<RoleCredentials> role = co_await execution_role();
    Result<std::pair<std::string, std::string>> known = fail("", "");
    if (role)
      known = co_await fetch_registry_credentials(node_.api, *role, *definition.registry_secret, stopping_);
    else
      known = std::unexpected(role.error());
    if (stopping_.requested()) co_return;
    if (!known) {
      machine_.image_failed(i, reason("CannotPullContainerError", known.error()), now());
      pump();
      co_return;
    }
    credentials = RegistryCredentials{known->first, known->second};
  }
  Result<ResolvedImage> image =
      co_await node_.images.obtain(definition.image, std::move(credentials), spec().id, stopping_);
  if (stopping_.requested()) co_return;
  if (image) {
    ImageFacts facts{image->manifest_digest, image->image_id, signal_number(image->config.stop_signal)};
    images_[i] = std::move(*image);
    background_.start(prepare_logs_early(i));
    machine_.image_ready(i, std::move(facts), now());
  } else {
    machine_.image_failed(i, reason("CannotPullContainerError", image.error()), now());
  }
  pump();
}

http::Task<void> TaskRunner::set_up() {
  Stopwatch watch(spec().id, "network and cgroup made");
  runtime::Host& host = node_.host;
  runtime::TaskCgroupSpec cgroup{spec().id, static_cast<std::int64_t>(spec().cpu_vcpus * 1024),
                                 spec().memory_mib * 1024 * 1024, spec().ephemeral_storage_gib << 30,
                                 own_volumes()};
  const TaskSpec& task = spec();
  std::string volumes_dir = node_.files.volumes_dir();
  Result<> done = co_await on_host([&host, &task, cgroup, volumes_dir]() -> Result<> {
    if (Result<> made = make_volumes(task, volumes_dir); !made) return made;
    return host.create_task_cgroup(cgroup);
  });
  if (done) done = co_await set_up_network();
  if (done)
    machine_.set_up_done(now());
  else
    machine_.set_up_failed(reason("ResourceInitializationError", done.error()), now());
  pump();
}

// The task's own namespace (awsvpc), or the node's router that bridge and host containers reach metadata by.
http::Task<Result<>> TaskRunner::set_up_network() {
  if (spec().network_mode == TaskSpec::NetworkMode::none) co_return Result<>{};
  runtime::VpcSpec vpc{.vpc_id = runtime::bridge_router};
  if (spec().network_interface) {
    vpc = {.vpc_id = spec().vpc_id,
           .cidrs = spec().vpc_cidrs,
           .domain = internal_domain(region_of(spec(), node_.options))};
    const std::string& gateway = spec().network_interface->gateway;
    if (!gateway.empty()) vpc.gateways = {gateway.substr(0, gateway.find('/'))};
  }
  std::string router = vpc.vpc_id;
  bool known = node_.routers.ready(router);
  if (Result<> held = co_await node_.routers.hold(std::move(vpc)); !held) co_return held;
  held_router_ = router;
  runtime::Host& host = node_.host;
  if (!spec().network_interface) {
    // The host's own network has the host's servers, those on 127.0.0.53 too.
    std::string of = spec().network_mode == TaskSpec::NetworkMode::host ? "" : router;
    resolvers_ = co_await on_host([&host, of] { return host.resolvers(of); });
    co_return Result<>{};
  }
  if (!known)
    if (Result<> applied = co_await node_.groups.apply(router); !applied) co_return applied;
  runtime::TaskNetworkSpec network{.task_id = spec().id,
                                   .vpc_id = spec().vpc_id,
                                   .ip = spec().network_interface->ip,
                                   .mac = spec().network_interface->mac,
                                   .security_groups = spec().security_group_ids,
                                   .reaches_outside = reaches_outside_};
  runtime::Resolvers& resolvers = resolvers_;
  networking_ = true;
  Result<runtime::TaskNetwork> made = co_await on_host([&host, &resolvers, network] {
    resolvers = host.resolvers(network.vpc_id);
    return host.create_task_network(network);
  });
  networking_ = false;
  if (!made) co_return pass(made);
  task_netns_ = made->netns_path;
  if (network.reaches_outside != reaches_outside_) co_await set_way_out(reaches_outside_);
  co_return Result<>{};
}

// The task may be over, and this with it, when the host is done.
http::Task<void> TaskRunner::set_way_out(bool reaches_outside) {
  reaches_outside_ = reaches_outside;
  if (!spec().network_interface || networking_) co_return;
  runtime::Host& host = node_.host;
  std::string vpc_id = spec().vpc_id, task_id = spec().id;
  Result<> done = co_await on_host([&host, vpc_id, task_id, reaches_outside] {
    return host.change_way_out(vpc_id, task_id, reaches_outside);
  });
  if (!done && done.error().code != "ResourceNotFoundException")
    log::warn("a task's way out is not as its routes say",
              {{"task", task_id}, {"error", done.error().message}});
}

http::Task<void> TaskRunner::start(std::size_t i) {
  Result<> started = Result<>{};
  {
    Gate::Pass turn = co_await node_.starts.enter();
    started = co_await start_container(i);
  }
  if (!started) machine_.start_failed(i, reason("CannotStartContainerError", started.error()), now());
  pump();
}

http::Task<Result<>> TaskRunner::start_container(std::size_t i) {
  Stopwatch watch(spec().id, "container started");
  Result<runtime::NetworkNamespace> network = co_await network_of(i);
  if (!network) co_return pass(network);
  // Waited for once: a container that begins again has its stream.
  if (machine_.state().containers[i].restarts == 0)
    if (Result<> ready = co_await logs_ready_[i].wait(); !ready) co_return ready;
  if (Result<> ready = co_await prepare_secrets(i); !ready) co_return ready;
  StartFacts facts{
      .image = *images_[i],
      .network = *network,
      .ip = spec().network_interface ? spec().network_interface->ip : machine_.state().containers[i].ip,
      .host_hostname = own_hostname(),
      .resolvers = resolvers_,
      .volumes_dir = node_.files.volumes_dir(),
      .region = region_of(spec(), node_.options),
      .container_endpoint_url = node_.options.container_endpoint_url,
      .secrets = secrets_[i].value_or(std::vector<std::pair<std::string, std::string>>())};
  for (std::size_t other = 0; other < images_.size(); ++other)
    facts.addresses[spec().containers[other].name] = machine_.state().containers[other].ip;
  runtime::Host& host = node_.host;
  Result<runtime::ContainerSpec> container = container_spec(spec(), machine_.state(), i, facts);
  if (!container) co_return pass(container);
  if (Result<> saved = co_await save(); !saved) co_return saved;
  Result<runtime::StartedContainer> started =
      co_await on_host([&host, made = std::move(*container)] { return host.start_container(made); });
  if (!started) co_return pass(started);
  for (const std::string& note : started->notes)
    log::info("container", {{"container", container_id(i)}, {"note", note}});
  ship_logs(i, false);
  machine_.started(i, started->started_at, now());
  if (shippers_[i] && machine_.state().containers[i].phase == ContainerState::Phase::stopped)
    shippers_[i]->exited();
  co_return Result<>{};
}

// What a container in the host's network says that it serves, tasks with addresses of their own may call.
http::Task<Result<runtime::NetworkNamespace>> TaskRunner::open_host_ports(std::size_t i) {
  runtime::Host& host = node_.host;
  std::string id = container_id(i);
  std::vector<runtime::PortSpec> ports = port_specs(spec().containers[i], "");
  std::erase_if(ports, [](const runtime::PortSpec& port) { return port.container_port == 0; });
  if (!ports.empty()) {
    auto opened = co_await on_host([&host, id, ports] { return host.publish_ports(id, ports); });
    if (!opened) co_return pass(opened);
  }
  co_return runtime::NetworkNamespace{runtime::NetworkNamespace::Kind::host, ""};
}

http::Task<Result<RoleCredentials>> TaskRunner::execution_role() {
  const std::int64_t deadline_ms = http::Loop::now_ms() + execution_role_wait_ms;
  while (!spec().execution_role.delivered() && http::Loop::now_ms() < deadline_ms && !stopping_.requested())
    co_await node_.loop.sleep(100, stopping_);
  if (!spec().execution_role.delivered())
    co_return fail("ResourceInitializationError", "the task has no session of an execution role");
  co_return spec().execution_role;
}

// A container that its restart policy starts again has the values of its first start.
http::Task<Result<>> TaskRunner::prepare_secrets(std::size_t i) {
  const std::vector<SecretReference>& wanted = spec().containers[i].secrets;
  if (wanted.empty() || secrets_[i]) co_return Result<>{};
  Result<RoleCredentials> role = co_await execution_role();
  if (!role) co_return pass(role);
  auto fetched = co_await fetch_secrets(node_.api, *role, wanted, stopping_);
  if (!fetched) co_return pass(fetched);
  secrets_[i] = std::move(*fetched);
  co_return Result<>{};
}

http::Task<Result<runtime::NetworkNamespace>> TaskRunner::network_of(std::size_t i) {
  using Kind = runtime::NetworkNamespace::Kind;
  switch (spec().network_mode) {
    case TaskSpec::NetworkMode::awsvpc:
      co_return runtime::NetworkNamespace{Kind::path, task_netns_};
    case TaskSpec::NetworkMode::host:
      co_return co_await open_host_ports(i);
    case TaskSpec::NetworkMode::none:
      co_return runtime::NetworkNamespace{Kind::none, ""};
    case TaskSpec::NetworkMode::bridge:
      break;
  }
  runtime::Host& host = node_.host;
  std::string id = container_id(i);
  Result<runtime::BridgeNetwork> bridge =
      co_await on_host([&host, id] { return host.create_bridge_network(id); });
  if (!bridge) co_return pass(bridge);
  std::vector<runtime::PortSpec> wanted = port_specs(spec().containers[i], bridge->ip);
  std::vector<runtime::PublishedPort> published;
  if (!wanted.empty()) {
    Result<std::vector<runtime::PublishedPort>> bound =
        co_await on_host([&host, id, wanted] { return host.publish_ports(id, wanted); });
    if (!bound && bound.error().code == "PortTaken")
      co_return fail(
          "CannotStartContainerError",
          "Error response from daemon: driver failed programming external connectivity on endpoint " +
              docker_name(spec(), machine_.state(), i) + ": " + bound.error().message);
    if (!bound) co_return pass(bound);
    published = std::move(*bound);
  }
  machine_.bound(i, bridge->ip, std::move(published));
  co_return runtime::NetworkNamespace{Kind::path, bridge->netns_path};
}

// --- Logs ---

// Beside the rest of the set-up: it is a durable call of the API.
http::Task<void> TaskRunner::prepare_logs_early(std::size_t i) {
  logs_ready_[i].complete(co_await prepare_logs(i));
}

http::Task<Result<>> TaskRunner::prepare_logs(std::size_t i) {
  Stopwatch watch(spec().id, "log stream made");
  const LogConfiguration& log = spec().containers[i].log;
  constexpr std::string_view prefix = "Error response from daemon: failed to initialize logging driver: ";
  if (log.driver.empty() || log.driver == "json-file" || log.driver == "none") co_return Result<>{};
  if (log.driver != "awslogs")
    co_return fail("CannotStartContainerError", "Error response from daemon: logger: no log driver named '" +
                                                    log.driver + "' is registered");
  Result<AwslogsOptions> options = parse_awslogs(log.options, container_id(i));
  if (!options) co_return fail("CannotStartContainerError", std::string(prefix) + options.error().message);
  Backoff backoff(500, 2, 5'000);
  for (int attempt = 1;; ++attempt) {
    Result<> made = co_await create_log_stream(node_.api, *options, stopping_);
    if (made) co_return made;
    if (attempt < 5 && may_succeed_later(made.error()) && !stopping_.requested()) {
      co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
      continue;
    }
    co_return fail("CannotStartContainerError", std::string(prefix) + made.error().message);
  }
}

void TaskRunner::ship_logs(std::size_t i, bool begun) {
  const LogConfiguration& log = spec().containers[i].log;
  if (log.driver != "awslogs" || shippers_[i]) return;
  if (stopping_.requested()) return;  // started after stop() went round: the next life ships it
  Result<AwslogsOptions> options = parse_awslogs(log.options, container_id(i));
  if (!options) return;
  shippers_[i] = std::make_unique<LogShipper>(
      LogShipperContext{node_.loop, node_.workers, node_.host, node_.api, node_.random}, std::move(*options),
      container_id(i), node_.files.log_position(container_id(i)), begun);
  background_.start(shippers_[i]->run());
}

}  // namespace slipway::agent
