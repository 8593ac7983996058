#include "daemon/turn_loop.hpp"

#include <pthread.h>

#include <chrono>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "http/loop.hpp"

namespace slipway::daemon {

TurnLoop::TurnLoop(core::Engine& engine, store::Store& store, Clock& clock, Options options)
    : engine_(engine), store_(store), clock_(clock), options_(std::move(options)), time_(engine.now()) {}

TurnLoop::~TurnLoop() {
  stop();
}

void TurnLoop::start() {
  commit_thread_ = std::thread([this] { run_commits(); });
  turn_thread_ = std::thread([this] { run_turns(); });
  ::pthread_setname_np(commit_thread_.native_handle(), "commit");
  ::pthread_setname_np(turn_thread_.native_handle(), "turn");
}

void TurnLoop::post(std::unique_ptr<core::Event> event) {
  {
    std::unique_lock lock(queue_mutex_);
    if (!stopping_ && queue_.size() < limits::turn_queue_events) {
      const bool was_empty = queue_.empty();
      queue_.push_back(std::move(event));
      lock.unlock();
      if (was_empty) queue_filled_.notify_one();
      return;
    }
  }
  refuse(*event, "The server is too busy or is stopping. Try again.");
}

void TurnLoop::refuse(core::Event& event, const char* message) {
  event.refused(Error{"ServiceUnavailableException", message, 503});
}

std::vector<std::unique_ptr<core::Event>> TurnLoop::take_events() {
  std::vector<std::unique_ptr<core::Event>> taken;
  std::unique_lock lock(queue_mutex_);
  queue_filled_.wait_for(lock, std::chrono::milliseconds(options_.tick_ms),
                         [this] { return stopping_ || !queue_.empty(); });
  while (!queue_.empty() && taken.size() < limits::turn_events) {
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

void TurnLoop::run_turns() {
  for (;;) {
    auto events = take_events();
    if (const auto at = std::chrono::steady_clock::now(); at >= next_check_) {
      next_check_ = at + std::chrono::milliseconds(options_.tick_ms);
      look_at_the_disk();
      if (options_.tick && space_ != DiskSpace::none) events.push_back(options_.tick());
    }
    if (events.empty()) {
      std::lock_guard lock(queue_mutex_);
      if (stopping_ && queue_.empty()) break;
      continue;
    }
    engine_.begin(now());
    for (auto& event : events) {
      if (refuses(*event)) {
        refuse(*event,
               "The disk that holds the data directory is almost full. Free some space and try again.");
      } else if (!engine_.step(std::move(event))) {
        hand_over(engine_.end());
        engine_.begin(now());
      }
    }
    hand_over(engine_.end());
  }
  std::lock_guard lock(commit_mutex_);
  turns_ended_ = true;
  commit_changed_.notify_all();
}

Instant TurnLoop::now() {
  using namespace std::chrono;
  const auto steady = steady_clock::now().time_since_epoch();
  return time_.at(clock_.now(), duration_cast<milliseconds>(steady).count());
}

void TurnLoop::look_at_the_disk() {
  const DiskSpace space = options_.disk_space();
  if (space == space_) return;
  space_ = space;
  log::warn(space == DiskSpace::enough ? "changes are taken again"
            : space == DiskSpace::low
                ? "the data directory's disk is almost full: nothing new is taken until there is space"
                : "the data directory's disk is full: changes are refused until there is space");
}

bool TurnLoop::refuses(const core::Event& event) const {
  if (space_ == DiskSpace::enough || !event.mutates()) return false;
  const auto* own = dynamic_cast<const TakenOnLowDisk*>(&event);
  return space_ == DiskSpace::none || !own || !own->taken_on_low_disk();
}

// A turn that changed nothing, with nothing in flight before it, has seen only durable state: its replies
// leave from here, without a visit to the committing thread.
void TurnLoop::hand_over(core::Outcome outcome) {
  if (outcome.events.empty() && outcome.changes.empty()) return;
  if (!outcome.effects.empty()) options_.complete_effects(outcome.effects);
  std::unique_lock lock(commit_mutex_);
  commit_changed_.wait(lock, [this] { return !commits_.full(); });
  const bool waits = commits_.hand_over(outcome);
  lock.unlock();
  if (waits)
    commit_changed_.notify_all();
  else
    release(outcome);
}

void TurnLoop::release(core::Outcome& outcome) {
  http::WakeBatch batch;  // however many replies, each I/O loop wakes once
  if (!outcome.effects.empty()) options_.effects(outcome.effects);
  for (auto& event : outcome.events) event->released();
}

void TurnLoop::run_commits() {
  for (;;) {
    std::vector<core::Outcome> batch;
    {
      std::unique_lock lock(commit_mutex_);
      commit_changed_.wait(lock, [this] { return commits_.waits() || turns_ended_; });
      batch = commits_.begin_commit();
      if (batch.empty()) return;
      commit_changed_.notify_all();
    }
    // A row that several turns changed is written as it was last, because later writes of a batch win.
    std::vector<store::Write> writes;
    for (auto& outcome : batch)
      for (auto& change : outcome.changes) writes.push_back({std::move(change.row), std::move(change.value)});
    if (!writes.empty()) {
      if (auto committed = store_.commit(writes); !committed) {
        // Memory is ahead of the disk, and nobody knows how far: end, and load what is durable.
        log::error("the store failed; the process ends so that nothing unsaved is served",
                   {{"reason", committed.error().message}});
        std::_Exit(74);  // EX_IOERR
      }
    }
    for (auto& outcome : batch) release(outcome);
    std::lock_guard lock(commit_mutex_);
    commits_.end_commit();
  }
}

void TurnLoop::stop() {
  {
    std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_filled_.notify_all();
  if (turn_thread_.joinable()) turn_thread_.join();
  if (commit_thread_.joinable()) commit_thread_.join();
}

}  // namespace slipway::daemon
