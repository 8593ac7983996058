#include "agent/task_runner.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <utility>

#include "agent/api/backoff.hpp"
#include "agent/files.hpp"
#include "agent/routers.hpp"
#include "agent/task/container_spec.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

// The machine decides, this acts. Every action is a coroutine of its own and ends in one event, after which
// pump() starts what that brought about; so two containers start at a time, and a slow pull holds up nobody.
namespace slipway::agent {

namespace {

constexpr std::int64_t jump_least_ms = 500;

}  // namespace

TaskRunner::TaskRunner(Node& node, wire::Value payload, TaskSpec spec, TaskState state)
    : node_(node),
      payload_(std::move(payload)),
      machine_(std::move(spec), std::move(state)),
      background_(node.loop),
      reaches_outside_(machine_.spec().reaches_outside) {
  std::size_t count = machine_.spec().containers.size();
  images_.resize(count);
  logs_ready_.resize(count);
  shippers_.resize(count);
  removed_.resize(count, false);
  secrets_.resize(count);
}

http::Task<Result<>> TaskRunner::accept() {
  if (Result<> saved = co_await save(); !saved) co_return saved;
  node_.metadata.add(machine_);
  background_.start(keep_time());
  if (spec().ephemeral_storage_gib > 0) background_.start(watch_disk());
  machine_.accept(now());
  pump();
  co_return Result<>{};
}

void TaskRunner::recover(const std::vector<std::optional<runtime::ContainerStatus>>& found) {
  node_.metadata.add(machine_);
  background_.start(keep_time());
  if (spec().ephemeral_storage_gib > 0) background_.start(watch_disk());
  machine_.recover(found, now());
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i]) {
      ship_logs(i, true);
      if (shippers_[i] && machine_.state().containers[i].phase == ContainerState::Phase::stopped)
        shippers_[i]->exited();
    }
  pump();
}

void TaskRunner::want_stopped() {
  machine_.want_stopped(now());
  pump();
}

void TaskRunner::container_exited(const runtime::ContainerStatus& status) {
  if (!status.exit) return;
  for (std::size_t i = 0; i < shippers_.size(); ++i) {
    if (container_id(i) != status.id) continue;
    machine_.exited(i, *status.exit, now());
    // One that begins again has more to say.
    if (shippers_[i] && machine_.state().containers[i].phase == ContainerState::Phase::stopped)
      shippers_[i]->exited();
    pump();
  }
}

void TaskRunner::container_probed(const std::string& id, const runtime::ProbeResult& result) {
  for (std::size_t i = 0; i < shippers_.size(); ++i) {
    if (container_id(i) != id) continue;
    const HealthStatus before = machine_.state().containers[i].health.status;
    machine_.probed(i, result, now());
    if (const HealthStatus status = machine_.state().containers[i].health.status; status != before)
      log::info("a container's health changed", {{"task", spec().id},
                                                 {"container", spec().containers[i].name},
                                                 {"status", health_status_name(status)},
                                                 {"exit_code", result.exit_code},
                                                 {"timed_out", result.timed_out}});
    pump();
  }
}

void TaskRunner::set_credentials(RoleCredentials role, bool execution) {
  machine_.set_credentials(std::move(role), execution);
}

std::vector<std::string> TaskRunner::running() const {
  std::vector<std::string> ids;
  for (const ContainerState& container : machine_.state().containers)
    if (container.phase == ContainerState::Phase::running) ids.push_back(container.id);
  return ids;
}

http::Task<bool> TaskRunner::finished() {
  co_await background_.join();
  node_.metadata.remove(spec().id);
  for (const ContainerState& container : machine_.state().containers) node_.book.forget(container.id);
  node_.book.forget_disk(spec().id);
  co_return gone_;
}

void TaskRunner::stop() {
  stopping_.request();
  changed_.set();
  for (std::unique_ptr<LogShipper>& shipper : shippers_)
    if (shipper) shipper->stop();
}

// The machine waits by the wall clock, which somebody may set.
Instant TaskRunner::now() {
  const Instant wall = node_.clock.now();
  const std::int64_t steady_ms = http::Loop::now_ms(), jump_ms = wall.ms - steady_ms - wall_ahead_ms_;
  if (wall_ahead_ms_ != 0 && std::abs(jump_ms) > jump_least_ms) machine_.clock_jumped(jump_ms);
  wall_ahead_ms_ = wall.ms - steady_ms;
  return wall;
}

// --- The engine ---

void TaskRunner::pump() {
  ++version_;
  for (const Action& action : machine_.take_actions()) background_.start(perform(action));
  if (!machine_.forgotten()) background_.start(save_quietly());
  changed_.set();
}

http::Task<void> TaskRunner::perform(Action action) {
  using enum Action::Kind;
  // Stopping leaves tasks as they are: what was not begun is begun by the next life.
  if (stopping_.requested()) co_return;
  switch (action.kind) {
    case pull:
      co_await this->pull(action.container);
      break;
    case set_up:
      co_await this->set_up();
      break;
    case start:
      co_await this->start(action.container);
      break;
    case probe:
      co_await this->probe(action.container);
      break;
    case signal:
      co_await this->signal(action.container, action.signal);
      break;
    case release:
      co_await this->release();
      break;
    case report:
      co_await this->report();
      break;
    case forget:
      co_await this->forget();
      break;
  }
}

http::Task<void> TaskRunner::keep_time() {
  while (!stopping_.requested() && !machine_.forgotten()) {
    std::optional<Instant> due = machine_.next_due();
    std::int64_t wait_ms = due ? std::max<std::int64_t>(*due - now(), 0) : -1;
    co_await changed_.wait(wait_ms, stopping_);
    if (stopping_.requested()) break;
    due = machine_.next_due();
    if (!due || now() < *due) continue;
    machine_.tick(now());
    pump();
  }
}

// What it uses goes into the book, for its metadata. Where the kernel holds the task to its share a write
// fails as on a full disk; elsewhere its files are counted, and a task that has more is stopped.
http::Task<void> TaskRunner::watch_disk() {
  runtime::Host& host = node_.host;
  const std::string id = spec().id;
  const std::vector<std::string> volumes = own_volumes();
  const auto limit_bytes = std::uint64_t(spec().ephemeral_storage_gib) << 30;
  while (!stopping_.requested() && !machine_.state().stopping) {
    Result<runtime::TaskDisk> disk =
        co_await on_host([&host, id, volumes] { return host.task_disk(id, volumes); });
    if (stopping_.requested() || machine_.state().stopping) co_return;
    if (disk) node_.book.add_disk(id, disk->bytes);
    if (!disk || disk->enforced || disk->bytes <= limit_bytes) {
      co_await node_.loop.sleep(limits::disk_count_ms, stopping_);
      continue;
    }
    machine_.failed("ContainerRuntimeError: no space left on device: the task uses " +
                        std::to_string(disk->bytes >> 20) + " MiB of its " +
                        std::to_string(spec().ephemeral_storage_gib) + " GiB of ephemeral storage",
                    now());
    pump();
    co_return;
  }
}

// Volumes that live and die with the task; others have no part in its storage.
std::vector<std::string> TaskRunner::own_volumes() const {
  std::vector<std::string> paths;
  for (const Volume& volume : spec().volumes)
    if (volume.kind == Volume::Kind::task)
      paths.push_back(volume_path(spec(), volume, node_.files.volumes_dir()));
  return paths;
}

// One writer at a time, and it writes the newest: whoever waited behind it finds its own change on disk.
http::Task<Result<>> TaskRunner::save() {
  std::uint64_t wanted = version_;
  Gate::Pass turn = co_await save_gate_.enter();
  if (file_gone_ || (saved_version_ >= wanted && saved_version_ > 0)) co_return Result<>{};
  std::uint64_t version = version_;
  wire::Value document =
      wire::Value::object({{"version", 1}, {"task", payload_}, {"state", to_value(machine_.state())}});
  std::string json = wire::write_json(document), id = spec().id;
  TaskFiles& files = node_.files;
  Result<> written = Result<>{};
  // Much that is done changes nothing: a health check that says what the one before said.
  const std::size_t hash = std::hash<std::string>()(json);
  if (hash != saved_hash_) written = co_await on_host([&files, id, json] { return files.write_task(id, json); });
  if (!written) co_return written;
  saved_hash_ = hash;
  saved_version_ = std::max<std::uint64_t>(version, 1);
  co_return written;
}

http::Task<void> TaskRunner::save_quietly() {
  Result<> saved = co_await save();
  if (!saved)
    log::error("cannot keep a task's state", {{"task", spec().id}, {"error", saved.error().message}});
}

// --- Reports ---

// In order, until the server takes them. Only InvalidParameterException ends a report that fails: the server
// will never take it. Everything else may pass, and what follows must not overtake it.
http::Task<void> TaskRunner::report() {
  Backoff backoff(1'000, 1.3, 30'000);
  while (!stopping_.requested()) {
    std::optional<StateChange> change = machine_.next_change();
    if (!change) {
      machine_.nothing_to_report(now());
      pump();
      co_return;
    }
    wire::Value input = submit_input(*change, spec(), machine_.state(), node_.options.cluster);
    Result<wire::Value> answer = wire::Value{};
    {
      Gate::Pass turn = co_await node_.reports.enter();
      answer = co_await node_.api.call(ecs_service, "SubmitTaskStateChange", std::move(input),
                                       {.cancel = stopping_});
    }
    if (answer || answer.error().code == "InvalidParameterException") {
      if (!answer)
        log::warn("the server refuses a report", {{"task", spec().id},
                                                  {"status", status_name(change->status)},
                                                  {"message", answer.error().message}});
      machine_.reported(*change, now());
      pump();
      co_return;
    }
    if (stopping_.requested()) co_return;
    log::warn("cannot report a task", {{"task", spec().id},
                                       {"status", status_name(change->status)},
                                       {"error", answer.error().code},
                                       {"message", answer.error().message}});
    co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
  }
}

// --- The end ---

// Its end comes as an event of the host.
http::Task<void> TaskRunner::probe(std::size_t i) {
  runtime::Host& host = node_.host;
  std::string id = container_id(i);
  std::int64_t timeout_ms = spec().containers[i].health_check->timeout_ms;
  Result<> begun = co_await on_host([&host, id, timeout_ms] { return host.probe(id, timeout_ms); });
  if (begun) co_return;
  log::debug("a health check cannot be run", {{"container", id}, {"error", begun.error().message}});
  machine_.probe_lost(i, now());
  pump();
}

http::Task<void> TaskRunner::signal(std::size_t i, int number) {
  runtime::Host& host = node_.host;
  std::string id = container_id(i);
  Result<> sent = co_await on_host([&host, id, number] { return host.signal_container(id, number); });
  if (!sent)
    log::warn("cannot signal a container",
              {{"container", id}, {"signal", number}, {"error", sent.error().message}});
}

// The address and the ports are given to others once STOPPED is reported, so they must be free before. What
// the log service has not got by then stays on disk with its container until forget().
http::Task<void> TaskRunner::release() {
  co_await save_quietly();  // the exit codes, before the host forgets them
  for (std::size_t i = 0; i < shippers_.size(); ++i) co_await ship_rest(i, limits::log_flush_ms);
  if (stopping_.requested()) co_return;
  for (std::size_t i = 0; i < shippers_.size(); ++i)
    if (!shippers_[i] || shippers_[i]->done()) co_await remove_container(i);
  if (std::ranges::all_of(removed_, std::identity{})) co_await node_.images.release(spec().id);
  runtime::Host& host = node_.host;
  std::string id = spec().id;
  std::vector<std::string> bridged;
  if (spec().network_mode == TaskSpec::NetworkMode::bridge ||
      spec().network_mode == TaskSpec::NetworkMode::host)  // its open ports
    for (const ContainerState& container : machine_.state().containers) bridged.push_back(container.id);
  bool own = spec().network_interface.has_value();
  Backoff backoff(200, 2, 5'000);
  for (int attempt = 0; attempt < 5 && !stopping_.requested(); ++attempt) {
    Result<> gone = co_await on_host([&host, id, bridged, own]() -> Result<> {
      for (const std::string& container : bridged)
        if (Result<> deleted = host.delete_bridge_network(container); !deleted) return deleted;
      if (own)
        if (Result<> deleted = host.delete_task_network(id); !deleted) return deleted;
      return host.delete_task_cgroup(id);
    });
    if (gone) break;
    log::warn("cannot clear a task away", {{"task", id}, {"error", gone.error().message}});
    co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
  }
  if (stopping_.requested()) co_return;
  if (!held_router_.empty()) node_.routers.release(std::exchange(held_router_, ""));
  machine_.released(now());
  pump();
}

http::Task<void> TaskRunner::ship_rest(std::size_t i, std::int64_t timeout_ms) {
  if (!shippers_[i]) co_return;
  shippers_[i]->exited();
  if (!co_await shippers_[i]->shipped(timeout_ms) && !stopping_.requested())
    log::warn("the log service has not got all of a container's output yet",
              {{"container", container_id(i)}});
}

http::Task<void> TaskRunner::remove_container(std::size_t i) {
  if (removed_[i]) co_return;
  runtime::Host& host = node_.host;
  std::string id = container_id(i);
  Backoff backoff(100, 2, 2'000);
  for (int attempt = 0; attempt < 5 && !stopping_.requested(); ++attempt) {
    Result<> gone = co_await on_host([&host, id] { return host.remove_container(id); });
    removed_[i] = gone.has_value() || gone.error().code == "ResourceNotFoundException";
    if (removed_[i]) co_return;
    if (attempt == 0)
      log::warn("cannot remove a container", {{"container", id}, {"error", gone.error().message}});
    if (gone.error().code != "Conflict") co_return;
    // A start that was given up has come to something after all.
    (void)co_await on_host([&host, id] { return host.signal_container(id, SIGKILL); });
    co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
  }
}

http::Task<void> TaskRunner::forget() {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < shippers_.size(); ++i) {
    ids.push_back(container_id(i));
    co_await ship_rest(i, limits::log_retention_ms);
    if (stopping_.requested()) co_return;
    if (shippers_[i]) shippers_[i]->stop();
    Backoff backoff(1'000, 2, 60'000);
    for (co_await remove_container(i); !removed_[i]; co_await remove_container(i)) {
      co_await node_.loop.sleep(backoff.next_ms(node_.random), stopping_);
      if (stopping_.requested()) co_return;
    }
  }
  co_await node_.images.release(spec().id);
  Gate::Pass turn = co_await save_gate_.enter();
  file_gone_ = true;
  TaskFiles& files = node_.files;
  std::string id = spec().id;
  Result<> removed = co_await on_host([&files, id, ids] { return files.remove_task(id, ids); });
  if (!removed) log::warn("cannot forget a task", {{"task", id}, {"error", removed.error().message}});
  gone_ = true;
  stopping_.request();
  changed_.set();
}

}  // namespace slipway::agent
