#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/state.hpp"

namespace slipway::core {

// A row as the store keeps it. `value` absent: the row goes.
struct Change {
  std::string row;  // <account>/<region>/<kind>/<id>
  std::optional<std::string> value;

  bool operator==(const Change&) const = default;
};

// What leaves the process after the batch is durable. Effects are idempotent, and derived again after a
// restart from desired against reported state.
struct SendToAgent {
  std::string container_instance_key;
  std::string frame;  // one ACS message, as JSON text
};
// Access keys or users: the I/O threads' snapshot is made anew, on the turn's thread at the turn's end.
struct KeysChanged {
  std::shared_ptr<const void> snapshot;
};
struct DropLogStream {
  std::string stream_id;
};
using Effect = std::variant<SendToAgent, KeysChanged, DropLogStream>;

// What one event sees while it is stepped: the state, its time, its random stream. Nothing else: no I/O, no
// clock, no thread. All changes go through `journal`, so that an event that ends in an error leaves nothing.
class Turn {
 public:
  Turn(State& s, Random& r, Instant now, std::int64_t sequence = 0)
      : state(s), random(r), now_(now), sequence_(sequence) {}

  State& state;
  Random& random;
  Journal journal;

  Instant now() const { return now_; }
  // For peers that heed only what is newer than all before (ACS): the turn's time in milliseconds, or one
  // more than the last number where time stands still. Never given twice, by no later process either.
  std::int64_t next_sequence() { return sequence_ = std::max(now_.ms, sequence_ + 1); }
  void emit(Effect effect) { effects_.push_back(std::move(effect)); }

  // Counts a security group as told to an agent; false when it was before, or the agent takes none.
  bool tell_group(std::string_view instance_key, const std::string& group_key, const std::string& vpc_id);

  template <Entity E>
  void put(Table<E>& table, E entity) {
    table.put(journal, std::move(entity));
  }
  template <Entity E, class Apply>
  const E& modify(Table<E>& table, std::string_view key, Apply&& apply) {
    return table.modify(journal, key, std::forward<Apply>(apply));
  }
  template <Entity E>
  void erase(Table<E>& table, std::string_view key) {
    table.erase(journal, key);
  }

 private:
  friend class Engine;
  Instant now_;
  std::int64_t sequence_;
  std::vector<Effect> effects_;
  std::vector<std::pair<std::string, std::string>> told_;  // by the event at hand: instance and group
};

// One thing that happened: an API call, an agent's message, the clock.
class Event {
 public:
  virtual ~Event() = default;
  // On the turn's thread. An error undoes what the event changed and emitted.
  virtual Result<> step(Turn&) = 0;
  // Whether it may change something: such events are refused while the disk is almost full.
  virtual bool mutates() const { return true; }
  // Once all that this event changed, or could have seen, is durable. On the committing thread.
  virtual void released() {}
  // Instead of both, when the event is not stepped: the queue is full, the disk is, or the server stops.
  virtual void refused(const Error&) {}
};

// What a turn leaves behind.
struct Outcome {
  std::vector<Change> changes;
  std::vector<Effect> effects;
  std::vector<std::unique_ptr<Event>> events;  // stepped, to be released
};

// The turn itself: steps events in order until one of the limits is reached, and gives one batch. Pure: the
// simulator and the server drive the same one.
class Engine {
 public:
  Engine(State& state, Random& random);

  // Starts a turn at `now`, which never runs backwards: an earlier time counts as the last turn's.
  void begin(Instant now);
  // Steps one event. False when the turn is full: end it and begin the next.
  bool step(std::unique_ptr<Event> event);
  Outcome end();

  Instant now() const { return now_; }
  State& state() { return state_; }

 private:
  State& state_;
  Random& random_;
  Instant now_;
  std::int64_t sequence_ = 0;
  std::unique_ptr<Turn> turn_;
  Outcome outcome_;
};

// The row's key of a table's key: the kind goes in after account and region.
std::string row_of(const TableBase& table, std::string_view key);
// Splits a row's key into kind and table key; false when it has no three slashes.
bool split_row(std::string_view row, std::string_view& kind, std::string& key);
// Loads one row at start-up. An unknown kind or damaged bytes are an Error that names the row.
Result<> load_row(State& state, std::string_view row, std::string_view value);

}  // namespace slipway::core
