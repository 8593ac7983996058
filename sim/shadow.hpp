#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/turn.hpp"
#include "store/store.hpp"

namespace slipway::sim {

using Rows = std::map<std::string, std::string>;

// The judge of durability. It is told what every turn left behind and which turns were released, and knows
// therefore what must be on disk after a crash and what must be in memory before one.
class Shadow {
 public:
  void turn_ended(const core::Outcome& outcome);
  // The first `turns` of those that changed something and are not durable yet were written as one batch, and
  // then: synced.
  void commit_began(std::size_t turns) { in_flight_ = turns; }
  void durable();

  // Each gives what is wrong, or nothing.

  // After a crash: the disk holds every released turn, and of the batch in flight all or nothing. It counts
  // from here on, whichever it is.
  std::optional<std::string> reload(store::Store& store);
  // Memory is the released turns and those on their way, row for row.
  std::optional<std::string> compare(core::State& state) const;

  const Rows& rows() const { return latest_; }

 private:
  static void apply(Rows& rows, const std::vector<core::Change>& changes);

  Rows released_, latest_;
  std::deque<std::vector<core::Change>> waiting_;
  std::size_t in_flight_ = 0;
};

// Every row of the state, encoded.
Rows rows_of(core::State& state);

}  // namespace slipway::sim
