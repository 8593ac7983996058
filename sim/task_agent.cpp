#include "sim/task_agent.hpp"

#include <algorithm>

#include "agent/task/state_change.hpp"
#include "base/encoding.hpp"

namespace slipway::sim {

using agent::Action;

TaskAgent::TaskAgent(const TaskAgentContext& context, wire::Value payload, agent::TaskSpec spec,
                     agent::TaskState state)
    : context_(context), payload_(std::move(payload)), machine_(std::move(spec), std::move(state)) {
  life_.begin();
}

void TaskAgent::accept() {
  save();
  machine_.accept(now());
  pump();
}

void TaskAgent::recover() {
  std::vector<std::optional<runtime::ContainerStatus>> found;
  for (const auto& container : machine_.state().containers)
    found.push_back(context_.host.container(container.id));
  machine_.recover(found, now());
  pump();
}

void TaskAgent::want_stopped() {
  machine_.want_stopped(now());
  pump();
}

void TaskAgent::exited(const runtime::ContainerStatus& status) {
  for (std::size_t i = 0; i < machine_.state().containers.size(); ++i) {
    if (id_of(i) != status.id || !status.exit) continue;
    machine_.exited(i, *status.exit, now());
    pump();
    return;
  }
}

// Saving takes a moment, in which the agent may die: then the disk has the task as it was before.
void TaskAgent::pump() {
  for (const Action& action : machine_.take_actions()) perform(action);
  if (!machine_.forgotten())
    context_.timeline.after(std::int64_t(context_.random.below(4)), life_.token(), [this] {
      if (!machine_.forgotten()) save();
    });
  keep_time();
}

void TaskAgent::save() {
  context_.save(machine_.spec().id, {payload_, agent::to_value(machine_.state())});
}

void TaskAgent::perform(const Action& action) {
  using enum Action::Kind;
  switch (action.kind) {
    case pull:
      return this->pull(action.container);
    case set_up:
      return this->set_up();
    case start:
      return this->start(action.container);
    case signal:
      return context_.host.signal(id_of(action.container), action.signal);
    case release:
      save();  // the exit codes, before the host forgets them
      return context_.timeline.after(10, life_.token(), [this] {
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < machine_.state().containers.size(); ++i) ids.push_back(id_of(i));
        context_.host.release(machine_.spec(), ids);
        machine_.released(now());
        pump();
      });
    case report:
      return this->report();
    case forget:
      return this->forget();
  }
}

void TaskAgent::pull(std::size_t i) {
  const std::string& image = machine_.spec().containers[i].image;
  context_.host.obtain_image(image, while_alive([this, i, image](Result<> done) {
                               if (done)
                                 machine_.image_ready(i, {"sha256:" + hex(image), "sha256:id"}, now());
                               else
                                 machine_.image_failed(i, "CannotPullContainerError: " + done.error().message,
                                                       now());
                               pump();
                             }));
}

void TaskAgent::set_up() {
  context_.host.set_up(machine_.spec(), while_alive([this](Result<> done) {
                         if (done)
                           machine_.set_up_done(now());
                         else
                           machine_.set_up_failed("ResourceInitializationError: " + done.error().message,
                                                  now());
                         pump();
                       }));
}

void TaskAgent::start(std::size_t i) {
  const agent::TaskSpec& spec = machine_.spec();
  auto failed = [this, i](const Error& error) {
    machine_.start_failed(i, "CannotStartContainerError: " + error.message, now());
    pump();
  };
  if (spec.network_mode == agent::TaskSpec::NetworkMode::bridge) {
    auto published = context_.host.publish(id_of(i), spec.containers[i]);
    if (!published)
      return context_.timeline.after(1, life_.token(),
                                     [failed, error = published.error()] { failed(error); });
    machine_.bound(i, "172.17.0.2", std::move(*published));
  }
  save();
  auto answer = while_alive([this, i, failed](Result<Instant> started) {
    if (!started) return failed(started.error());
    machine_.started(i, *started, now());
    pump();
  });
  context_.host.start(id_of(i), spec.id, spec.containers[i].image, std::move(answer));
}

// Until the server takes it. Only InvalidParameterException ends a report that fails.
void TaskAgent::report() {
  const auto change = machine_.next_change();
  if (!change) {
    machine_.nothing_to_report(now());
    return pump();
  }
  wire::Value input =
      agent::submit_input(*change, machine_.spec(), machine_.state(), machine_.spec().cluster_arn);
  auto take = while_alive([this, change](Result<> answer) {
    if (answer || answer.error().code == "InvalidParameterException") {
      backoff_ms_ = 1'000;
      machine_.reported(*change, now());
      return pump();
    }
    const auto wait_ms = std::int64_t(context_.random.below(std::uint64_t(backoff_ms_))) + backoff_ms_ / 2;
    backoff_ms_ = std::min<std::int64_t>(backoff_ms_ * 2, 30'000);
    context_.timeline.after(wait_ms, life_.token(), [this] { report(); });
  });
  context_.submit(std::move(input), std::move(take));
}

// The agent deletes this object: nothing may follow.
void TaskAgent::forget() {
  context_.timeline.after(0, life_.token(),
                          [&context = context_, id = machine_.spec().id] { context.forgotten(id); });
}

void TaskAgent::keep_time() {
  const auto due = machine_.next_due();
  if (!due || (alarm_ && *alarm_ <= *due && *alarm_ > now())) return;
  alarm_ = *due;
  context_.timeline.at(*due, life_.token(), [this, id = machine_.spec().id] {
    alarm_.reset();
    const auto still = machine_.next_due();
    if (still && now() >= *still) {
      machine_.tick(now());
      pump();
    } else {
      keep_time();
    }
  });
}

}  // namespace slipway::sim
