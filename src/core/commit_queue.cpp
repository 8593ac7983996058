#include "core/commit_queue.hpp"

#include <iterator>

#include "base/check.hpp"
#include "base/limits.hpp"

namespace slipway::core {

bool CommitQueue::full() const {
  return waiting_.size() >= limits::commit_queue_turns;
}

bool CommitQueue::hand_over(Outcome& outcome) {
  if (outcome.changes.empty() && outcome.effects.empty() && idle()) return false;
  waiting_.push_back(std::move(outcome));
  return true;
}

std::vector<Outcome> CommitQueue::begin_commit() {
  std::vector<Outcome> batch;
  if (committing_ || waiting_.empty()) return batch;
  batch.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  committing_ = true;
  return batch;
}

void CommitQueue::end_commit() {
  check(committing_, "a commit ends that did not begin");
  committing_ = false;
}

}  // namespace slipway::core
