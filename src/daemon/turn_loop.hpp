#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "core/commit_queue.hpp"
#include "core/turn.hpp"
#include "daemon/turn_time.hpp"
#include "store/store.hpp"

namespace slipway::daemon {

// Of the file system that holds the state. Low: what begins something is refused, what ends something is
// still taken, so that a user can make room. None: nothing is written that a sync could fail for.
enum class DiskSpace { enough, low, none };

// An event that is taken while space is low: it ends something, or is the server's own.
class TakenOnLowDisk {
 public:
  virtual ~TakenOnLowDisk() = default;
  virtual bool taken_on_low_disk() const { return true; }
};

// The two threads of the turn (design §3): one steps events, one commits their batches. While a batch syncs
// the next turn runs; replies and effects leave once every change that they could have seen is durable.
class TurnLoop {
 public:
  struct Options {
    // Completes effects with what only the turn's thread may read (the keys' snapshot).
    std::function<void(std::vector<core::Effect>&)> complete_effects = [](auto&) {};
    // Where effects go, on the committing thread.
    std::function<void(std::vector<core::Effect>&)> effects;
    // Asked about once a second.
    std::function<DiskSpace()> disk_space = [] { return DiskSpace::enough; };
    // An event for the passing of time, stepped about `tick_ms` apart.
    std::function<std::unique_ptr<core::Event>()> tick;
    std::int64_t tick_ms = 1'000;
  };

  TurnLoop(core::Engine& engine, store::Store& store, Clock& clock, Options options);
  ~TurnLoop();
  TurnLoop(const TurnLoop&) = delete;
  TurnLoop& operator=(const TurnLoop&) = delete;

  void start();
  // From any thread. A full queue, or a loop that stops, refuses the event at once.
  void post(std::unique_ptr<core::Event> event);
  // Steps what is queued, commits it, and returns once all of it is released.
  void stop();

 private:
  void run_turns();
  void run_commits();
  std::vector<std::unique_ptr<core::Event>> take_events();
  void hand_over(core::Outcome outcome);
  void release(core::Outcome& outcome);
  void refuse(core::Event& event, const char* message);
  void look_at_the_disk();
  Instant now();
  bool refuses(const core::Event& event) const;

  core::Engine& engine_;
  store::Store& store_;
  Clock& clock_;
  Options options_;

  std::mutex queue_mutex_;
  std::condition_variable queue_filled_;
  std::deque<std::unique_ptr<core::Event>> queue_;
  bool stopping_ = false;

  std::mutex commit_mutex_;
  std::condition_variable commit_changed_;
  core::CommitQueue commits_;
  bool turns_ended_ = false;

  // The turn thread's own. The wall clock may jump: what comes every second comes by the steady one.
  TurnTime time_;
  DiskSpace space_ = DiskSpace::enough;
  std::chrono::steady_clock::time_point next_check_;

  std::thread turn_thread_;
  std::thread commit_thread_;
};

}  // namespace slipway::daemon
