#include "agent/task/state_change.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/port_range.hpp"

namespace slipway::agent {

namespace {

using Phase = ContainerState::Phase;

// The reference cuts them here; so do we.
constexpr std::size_t reason_bytes = 1024;
constexpr std::size_t name_bytes = 255;

std::string cut(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (text[bytes] & 0xc0) == 0x80) --bytes;  // not inside a character
  return text.substr(0, bytes);
}

bool ran(const ContainerState& container) {
  return static_cast<bool>(container.started_at);
}

// Every container of the task has been started, if only for a moment; one that the task can do without may
// also have failed to, as for the stock agent (its container that is least far on tells, and STOPPED is as
// far as can be).
bool came_up(const TaskSpec& spec, const TaskState& state) {
  for (std::size_t i = 0; i < state.containers.size(); ++i) {
    const bool done_without = !spec.containers[i].essential && state.containers[i].phase == Phase::stopped;
    if (!ran(state.containers[i]) && !done_without) return false;
  }
  return std::ranges::any_of(state.containers, ran);
}

bool all_stopped(const TaskState& state) {
  return std::ranges::all_of(
      state.containers, [](const ContainerState& container) { return container.phase == Phase::stopped; });
}

Reported task_level(const TaskSpec& spec, const TaskState& state) {
  if (state.reported < Reported::running && came_up(spec, state)) return Reported::running;
  if (state.stopping && state.released && all_stopped(state)) return Reported::stopped;
  if (state.reported != Reported::nothing) return state.reported;
  bool digest_known = std::ranges::any_of(
      state.containers, [](const ContainerState& container) { return !container.image_digest.empty(); });
  return digest_known || state.interface_up ? Reported::pending : Reported::nothing;
}

void add_changes(std::size_t i, const ContainerState& container, bool ends_too, StateChange& change) {
  if (container.reported < Reported::pending && !container.image_digest.empty() && !ran(container))
    change.containers.push_back({i, Reported::pending, {}});
  if (container.reported < Reported::running && ran(container))
    change.containers.push_back({i, Reported::running, {}});
  if (ends_too && container.reported < Reported::stopped && container.phase == Phase::stopped)
    change.containers.push_back({i, Reported::stopped, container.exit_code});
}

wire::Value bindings(const TaskSpec& spec, const ContainerDefinition& definition,
                     const ContainerState& state) {
  wire::Value list = wire::Value::list();
  auto add = [&list](const std::string& ip, std::uint16_t container_port, std::uint16_t host_port,
                     std::uint16_t count, const std::string& protocol) {
    wire::Value one = wire::Value::object({{"bindIP", ip}});
    auto set = [&](std::string_view name, std::string_view range_name, std::uint16_t first) {
      if (count == 1)
        one.set(name, first);
      else
        one.set(range_name, PortRange{first, static_cast<std::uint16_t>(first + count - 1)}.text());
    };
    set("containerPort", "containerPortRange", container_port);
    set("hostPort", "hostPortRange", host_port);
    one.set("protocol", protocol);
    list.push_back(std::move(one));
  };
  for (const runtime::PublishedPort& port : state.ports)
    add(port.host_ip, port.container_port, port.host_port, port.count, port.protocol);
  if (spec.network_mode == TaskSpec::NetworkMode::host)
    for (const PortMapping& port : definition.ports)
      add("0.0.0.0", port.container_port, port.container_port, port.count, port.protocol);
  return list;
}

wire::Value container_input(const ContainerChange& change, const TaskSpec& spec, const TaskState& state) {
  const ContainerDefinition& definition = spec.containers[change.container];
  const ContainerState& container = state.containers[change.container];
  wire::Value out = wire::Value::object({{"containerName", definition.name}});
  if (!container.image_digest.empty()) out.set("imageDigest", cut(container.image_digest, name_bytes));
  if (change.status != Reported::pending && ran(container))
    out.set("runtimeId", cut(container.id, name_bytes));
  if (change.exit_code) out.set("exitCode", *change.exit_code);
  if (change.status == Reported::stopped && !container.reason.empty())
    out.set("reason", cut(container.reason, reason_bytes));
  out.set("status", status_name(change.status));
  wire::Value ports = bindings(spec, definition, container);
  if (change.status != Reported::pending && !ports.empty()) out.set("networkBindings", std::move(ports));
  return out;
}

}  // namespace

std::string_view status_name(Reported status) {
  switch (status) {
    case Reported::nothing:
      return "NONE";
    case Reported::pending:
      return "PENDING";
    case Reported::running:
      return "RUNNING";
    case Reported::stopped:
      return "STOPPED";
  }
  return "NONE";
}

std::optional<StateChange> next_change(const TaskSpec& spec, const TaskState& state) {
  if (state.reported == Reported::stopped) return std::nullopt;
  StateChange change{.status = task_level(spec, state)};
  // A task on its way down tells the rest when it is there: one report, after its containers are gone.
  if (state.stopping && change.status == state.reported) return std::nullopt;
  if (change.status == Reported::nothing) return std::nullopt;
  change.interface_attached = spec.network_interface && state.interface_up && !state.interface_reported;
  bool ends_too = !state.stopping || change.status == Reported::stopped;
  for (std::size_t i = 0; i < state.containers.size(); ++i)
    add_changes(i, state.containers[i], ends_too, change);
  if (change.status == state.reported && change.containers.empty() && !change.interface_attached)
    return std::nullopt;
  return change;
}

bool concerns_containers_only(const StateChange& change, const TaskState& state) {
  return change.status == state.reported && !change.interface_attached;
}

void mark_reported(const StateChange& change, TaskState& state) {
  state.reported = std::max(state.reported, change.status);
  if (change.interface_attached) state.interface_reported = true;
  for (const ContainerChange& container : change.containers) {
    check(container.container < state.containers.size(), "a report names a container that is not there");
    Reported& reported = state.containers[container.container].reported;
    reported = std::max(reported, container.status);
  }
}

wire::Value submit_input(const StateChange& change, const TaskSpec& spec, const TaskState& state,
                         std::string_view cluster) {
  wire::Value out = wire::Value::object({{"cluster", cluster},
                                         {"task", spec.arn},
                                         {"status", status_name(change.status)},
                                         {"reason", cut(state.reason, reason_bytes)}});
  if (change.status != Reported::pending) {
    if (state.pull_started_at) out.set("pullStartedAt", state.pull_started_at);
    if (state.pull_stopped_at) out.set("pullStoppedAt", state.pull_stopped_at);
  }
  if (change.status == Reported::stopped && state.execution_stopped_at)
    out.set("executionStoppedAt", state.execution_stopped_at);
  wire::Value containers = wire::Value::list();
  for (const ContainerChange& container : change.containers)
    containers.push_back(container_input(container, spec, state));
  if (!containers.empty()) out.set("containers", std::move(containers));
  if (change.interface_attached)
    out.set("attachments",
            wire::Value::list({wire::Value::object(
                {{"attachmentArn", spec.network_interface->attachment_arn}, {"status", "ATTACHED"}})}));
  return out;
}

}  // namespace slipway::agent
