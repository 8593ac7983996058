#pragma once

#include <deque>
#include <vector>

#include "core/turn.hpp"

namespace slipway::core {

// Turns between their end and their disk (design §3): while a batch syncs the next turns run, turns that pile
// up share one sync, and a reply, a read's too, leaves once every change that it could have seen is durable.
// Pure and not thread-safe: the server guards it with a mutex, the simulator drives the same one in virtual
// time.
class CommitQueue {
 public:
  // Whether another turn should wait: limits::commit_queue_turns wait already.
  bool full() const;

  // Takes a turn that ended. False, and the outcome stays the caller's to release at once: it leaves nothing
  // behind, and nothing that it could have seen is still on its way.
  bool hand_over(Outcome& outcome);

  // Every turn that waits, in order, to be written as one batch; empty while a batch is on its way or none
  // waits. A row that several of them changed is written as it was last.
  std::vector<Outcome> begin_commit();
  // The last batch is durable and its turns are released: only now may a later turn's replies leave.
  void end_commit();

  // Whether begin_commit() would give something, were no batch on its way.
  bool waits() const { return !waiting_.empty(); }
  bool idle() const { return !committing_ && waiting_.empty(); }

 private:
  std::deque<Outcome> waiting_;
  bool committing_ = false;
};

}  // namespace slipway::core
