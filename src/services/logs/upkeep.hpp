#pragma once

#include <string>
#include <vector>

#include "core/turn.hpp"
#include "store/log_store.hpp"

// What happens to logs without anybody calling. The daemon steps sweep() about once a minute.
namespace slipway::services::logs {

// Events of a group that are older than `cutoff` go: LogStore::expire(), outside the turn.
struct Expiry {
  std::string group_id;
  Instant cutoff;

  bool operator==(const Expiry&) const = default;
};

struct Sweep {
  std::vector<Expiry> expiries;
  bool done = false;  // else step another event with the same cursor, in a later turn
};

// Lists what retention lets go and erases stream rows of deleted groups, a bounded portion at a time
// (limits::log_sweep_*). `cursor` starts empty, is kept by the caller, and is empty again when done.
Sweep sweep(core::Turn& turn, std::string& cursor);

// Erases up to `rows_max` stream rows whose keys start with `prefix`; the number erased. Their events are the
// caller's: a group's go with one effect.
std::size_t erase_streams(core::Turn& turn, std::string_view prefix, std::size_t rows_max);

// At start-up, before calls are served: drops events whose group or stream is gone. A process that ended
// after it deleted a row and before it dropped the events leaves such.
Result<> drop_orphans(const core::State& state, store::LogStore& logs);

}  // namespace slipway::services::logs
