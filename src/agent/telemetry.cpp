#include "agent/telemetry.hpp"

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
  while (co_await node_.loop.sleep(sample_ms, stopping)) co_await sample_once();
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
  while (!stopping.requested()) {
    co_await due_.wait(publish_ms, stopping);
    std::erase_if(samples_, [this](const auto& entry) { return !tasks_.runners().contains(entry.first); });
    if (!session.connected()) continue;
    std::vector<TaskSamples*> tasks;
    for (auto& [id, task] : samples_) tasks.push_back(&task);
    MetricsContext context{node_.options.cluster, instance_arn_, random_uuid(node_.random)};
    Instant now = node_.clock.now();
    for (wire::Value& message : metrics_messages(context, tasks, now)) {
      std::string json = wire::write_json(
          wire::Value::object({{"type", "PublishMetricsRequest"}, {"message", std::move(message)}}));
      std::string frame =
          telemetry_frame(session.url(), node_.options.credentials(), node_.options.region, json, now);
      if (Result<> sent = co_await session.send(std::move(frame)); !sent) break;
    }
  }
}

http::Task<void> Telemetry::take(std::string) {
  co_return;
}

}  // namespace slipway::agent
