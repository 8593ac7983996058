#include "sim/host_model.hpp"

#include <csignal>

#include "base/check.hpp"
#include "base/limits.hpp"

namespace slipway::sim {

using runtime::ContainerStatus;

void HostModel::obtain_image(const std::string& image, std::function<void(Result<>)> done) {
  if (images_.contains(image)) return timeline_.after(0, calls_.token(), [done] { done({}); });
  const ImageFate fate = fates_.image(image);
  timeline_.after(fate.pull_ms, calls_.token(), [this, image, fate, done] {
    if (!fate.error.code.empty()) return done(std::unexpected(fate.error));
    images_.insert(image);
    done({});
  });
}

void HostModel::set_up(const agent::TaskSpec& task, std::function<void(Result<>)> done) {
  const SetUpFate fate = fates_.set_up();
  std::string address = task.network_interface ? task.vpc_id + "/" + task.network_interface->ip : "";
  timeline_.after(fate.set_up_ms, calls_.token(), [this, fate, address, id = task.id, done] {
    if (!fate.error.code.empty()) return done(std::unexpected(fate.error));
    if (!address.empty()) networks_[address] = id;
    done({});
  });
}

Result<std::vector<runtime::PublishedPort>> HostModel::publish(const std::string& id,
                                                               const agent::ContainerDefinition& definition) {
  auto taken = [&](std::uint16_t port, const std::string& protocol) {
    for (const auto& [holder, ports] : ports_)
      for (const auto& each : ports)
        if (holder != id && each.host_port == port && each.protocol == protocol) return true;
    return false;
  };
  std::vector<runtime::PublishedPort> published;
  for (const auto& wanted : definition.ports) {
    std::uint16_t port = wanted.host_port;
    if (port != 0 && taken(port, wanted.protocol))
      return fail("PortTaken",
                  "Bind for 0.0.0.0:" + std::to_string(port) + " failed: port is already allocated");
    while (port == 0 || taken(port, wanted.protocol)) {
      port = next_port_++;
      if (next_port_ > limits::dynamic_port_last) next_port_ = limits::dynamic_port_first;
    }
    published.push_back({.host_ip = "0.0.0.0",
                         .host_port = port,
                         .container_port = wanted.container_port,
                         .protocol = wanted.protocol});
  }
  ports_[id] = published;
  return published;
}

void HostModel::start(const std::string& id, const std::string& task_id, const std::string& image,
                      Started done) {
  const ContainerFate fate = fates_.container(image);
  starting_[id] = [this, id, task_id, fate] {
    if (fate.start_error.code.empty() && !containers_.contains(id)) make(id, task_id, fate);
  };
  timeline_.after(fate.start_ms, calls_.token(), [this, id, fate, done] {
    auto start = starting_.extract(id);
    if (!fate.start_error.code.empty()) return done(std::unexpected(fate.start_error));
    start.mapped()();
    const ContainerStatus made = containers_.at(id).status;
    done(made.started_at);
    if (made.exit && on_exit) on_exit(made);
  });
}

void HostModel::make(const std::string& id, const std::string& task_id, const ContainerFate& fate) {
  made_.insert(id);
  Container& made = containers_[id];
  made.fate = fate;
  made.status = {.id = id,
                 .task_id = task_id,
                 .state = ContainerStatus::State::running,
                 .pid = 1,
                 .started_at = timeline_.now(),
                 .exit = {}};
  if (fate.run_ms >= 0)
    timeline_.after(fate.run_ms, power_.token(),
                    [this, id, fate] { exit(id, fate.oom_killed ? 137 : fate.exit_code, fate.oom_killed); });
}

void HostModel::signal(const std::string& id, int number) {
  auto found = containers_.find(id);
  if (found == containers_.end() || found->second.status.exit) return;
  const ContainerFate& fate = found->second.fate;
  if (number != SIGKILL && fate.ignores_term) return;
  const int code = 128 + number;
  timeline_.after(number == SIGKILL ? 1 : fate.term_ms, power_.token(),
                  [this, id, code] { exit(id, code, false); });
}

void HostModel::exit(const std::string& id, int exit_code, bool oom_killed) {
  auto found = containers_.find(id);
  if (found != containers_.end() && !found->second.status.exit) finish(found->second, exit_code, oom_killed);
}

void HostModel::finish(Container& container, int exit_code, bool oom_killed) {
  container.status.state = ContainerStatus::State::exited;
  container.status.pid = 0;
  container.status.exit =
      runtime::ExitInfo{.exit_code = exit_code, .oom_killed = oom_killed, .finished_at = timeline_.now()};
  if (on_exit) on_exit(container.status);
}

void HostModel::release(const agent::TaskSpec& task, const std::vector<std::string>& container_ids) {
  for (const auto& id : container_ids) {
    containers_.erase(id);
    ports_.erase(id);
  }
  if (task.network_interface) {
    auto network = networks_.find(task.vpc_id + "/" + task.network_interface->ip);
    if (network != networks_.end() && network->second == task.id) networks_.erase(network);
  }
}

void HostModel::sweep(const std::set<std::string>& keep_task_ids) {
  std::erase_if(containers_, [&](const auto& each) {
    const bool gone = !keep_task_ids.contains(each.second.status.task_id);
    if (gone) ports_.erase(each.first);
    return gone;
  });
  std::erase_if(networks_, [&](const auto& each) { return !keep_task_ids.contains(each.second); });
}

std::optional<ContainerStatus> HostModel::container(const std::string& id) const {
  auto found = containers_.find(id);
  if (found == containers_.end()) return std::nullopt;
  return found->second.status;
}

std::vector<ContainerStatus> HostModel::containers() const {
  std::vector<ContainerStatus> all;
  for (const auto& [id, container] : containers_) all.push_back(container.status);
  return all;
}

// Images stay: they lie on the disk.
void HostModel::reboot() {
  power_.end();
  power_.begin();
  containers_.clear();
  networks_.clear();
  ports_.clear();
  starting_.clear();
  made_.clear();  // nobody can know what had begun to start
  calls_.begin();
}

void HostModel::agent_died(Random& random) {
  calls_.begin();
  for (const auto& [id, start] : std::exchange(starting_, {}))
    if (random.below(2) == 0) start();
}

}  // namespace slipway::sim
