#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/time.hpp"
#include "core/turn.hpp"
#include "daemon/turn_loop.hpp"
#include "http/workers.hpp"
#include "store/log_store.hpp"

namespace slipway::daemon {

// What happens to log events without anybody calling: once a minute retention is asked for in the turn and
// carried out here; events of streams that were deleted are dropped.
class LogUpkeep {
 public:
  LogUpkeep(TurnLoop& turn, store::LogStore& logs, http::WorkerPool& workers);
  ~LogUpkeep();

  // An effect of the turn: drops the events in the background.
  void dropped(const core::DropLogStream& effect);
  void stop();

 private:
  void run();
  void sweep();

  TurnLoop& turn_;
  store::LogStore& logs_;
  http::WorkerPool& workers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slipway::daemon
