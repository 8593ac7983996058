#include "agent/telemetry.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/session/telemetry_frame.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

constexpr std::int64_t sample_ms = 2'000;
constexpr std::int64_t publish_ms = 20'000;

}  // namespace

Telemetry::Telemetry(Node& node, const Tasks& tasks, const std::string& container_instance_arn)
    : node_(node), tasks_(tasks), instance_arn_(container_instance_arn) {}

http::Task<void> Telemetry::sample(http::Cancel stopping) {
  while (co_await node_.loop.sleep(sample_ms, stopping)) {
    co_await sample_once();
    if (health() != told_health_) due_.set();
  }
}

http::Task<void> Telemetry::sample_once() {
  std::vector<std::string> wanted;
  for (const auto& [id, runner] : tasks_.runners())
    for (std::string& container : runner->running()) wanted.push_back(std::move(container));
  if (wanted.empty()) co_return;
  runtime::Host& host = node_.host;
  std::map<std::string, runtime::ContainerStats> read =
      co_await http::run_blocking(node_.workers, [&host, wanted] {
        std::map<std::string, runtime::ContainerStats> all;
        for (const std::string& id : wanted)
          if (Result<runtime::ContainerStats> stats = host.stats(id)) all[id] = std::move(*stats);
        return all;
      });
  for (const auto& [id, runner] : tasks_.runners()) {
    const TaskSpec& spec = runner->machine().spec();
    const TaskState& state = runner->machine().state();
    for (std::size_t i = 0; i < state.containers.size(); ++i) {
      auto stats = read.find(state.containers[i].id);
      if (stats == read.end()) continue;
      TaskSamples& task = samples_[id];
      task.arn = spec.arn, task.family = spec.family, task.revision = spec.revision;
      // The host's own counters would count for every task that shares them.
      if (spec.network_mode == TaskSpec::NetworkMode::host) stats->second.networks.clear();
      task.containers[spec.containers[i].name].add(stats->second);
      node_.book.add(stats->first, std::move(stats->second));
    }
  }
}

http::Task<void> Telemetry::publish(Session& session, http::Cancel stopping) {
  std::int64_t all_at_ms = 0;
  while (!stopping.requested()) {
    co_await due_.wait(std::max<std::int64_t>(all_at_ms - http::Loop::now_ms(), 0), stopping);
    const bool all = std::exchange(all_due_, false) || http::Loop::now_ms() >= all_at_ms;
    if (all) all_at_ms = http::Loop::now_ms() + publish_ms;
    if (!session.connected()) continue;
    if (all) co_await publish_metrics(session);
    co_await publish_health(session);
  }
}

http::Task<void> Telemetry::publish_metrics(Session& session) {
  std::erase_if(samples_, [this](const auto& entry) { return !tasks_.runners().contains(entry.first); });
  std::vector<TaskSamples*> tasks;
  for (auto& [id, task] : samples_) tasks.push_back(&task);
  MetricsContext context{node_.options.cluster, instance_arn_, random_uuid(node_.random)};
  for (wire::Value& message : metrics_messages(context, tasks, node_.clock.now()))
    if (!co_await send(session, "PublishMetricsRequest", std::move(message))) co_return;
}

http::Task<void> Telemetry::publish_health(Session& session) {
  std::vector<TaskHealth> now_so = health();
  MetricsContext context{node_.options.cluster, instance_arn_, random_uuid(node_.random)};
  for (wire::Value& message : health_messages(context, now_so, node_.clock.now()))
    if (!co_await send(session, "PublishHealthRequest", std::move(message))) co_return;
  told_health_ = std::move(now_so);
}

http::Task<bool> Telemetry::send(Session& session, const char* type, wire::Value message) {
  std::string json =
      wire::write_json(wire::Value::object({{"type", type}, {"message", std::move(message)}}));
  std::string frame = telemetry_frame(session.url(), node_.options.credentials(), node_.options.region, json,
                                      node_.clock.now());
  Result<> sent = co_await session.send(std::move(frame));
  co_return sent.has_value();
}

std::vector<TaskHealth> Telemetry::health() const {
  std::vector<TaskHealth> all;
  for (const auto& [id, runner] : tasks_.runners()) {
    const TaskSpec& spec = runner->machine().spec();
    const TaskState& state = runner->machine().state();
    TaskHealth task{spec.arn, spec.family, spec.revision, {}};
    for (std::size_t i = 0; i < spec.containers.size(); ++i)
      if (spec.containers[i].health_check && state.containers[i].phase == ContainerState::Phase::running)
        task.containers.push_back({spec.containers[i].name,
                                   std::string(health_status_name(state.containers[i].health.status)),
                                   state.containers[i].health.since});
    if (!task.containers.empty()) all.push_back(std::move(task));
  }
  return all;
}

http::Task<void> Telemetry::take(std::string) {
  co_return;
}

}  // namespace slipway::agent
