#include "core/turn.hpp"

#include <set>

#include "base/limits.hpp"

namespace slipway::core {

Engine::Engine(State& state, Random& random) : state_(state), random_(random) {
  if (const TurnMark* last = state.turn_marks.find(TurnMark{}.key())) {
    now_ = last->time;
    sequence_ = last->sequence;
  }
}

void Engine::begin(Instant now) {
  check(!turn_, "a turn begins inside a turn");
  now_ = std::max(now_, now);
  turn_ = std::make_unique<Turn>(state_, random_, now_, sequence_);
}

bool Engine::step(std::unique_ptr<Event> event) {
  check(turn_ != nullptr, "an event is stepped outside a turn");
  const std::size_t rows = turn_->journal.mark(), effects = turn_->effects_.size();
  if (!event->step(*turn_)) {
    turn_->journal.roll_back(rows);
    turn_->effects_.resize(effects);
    for (const auto& [instance, group] : turn_->told_)
      if (auto it = state_.groups_told.find(instance); it != state_.groups_told.end())
        it->second.erase(group);
  }
  turn_->told_.clear();
  outcome_.events.push_back(std::move(event));
  return outcome_.events.size() < limits::turn_events && turn_->journal.mark() < limits::turn_rows;
}

bool Turn::tell_group(std::string_view instance_key, const std::string& group_key,
                      const std::string& vpc_id) {
  auto it = state.groups_told.find(instance_key);
  if (it == state.groups_told.end() || !it->second.emplace(group_key, vpc_id).second) return false;
  told_.emplace_back(it->first, group_key);
  return true;
}

Outcome Engine::end() {
  check(turn_ != nullptr, "a turn ends that did not begin");
  sequence_ = turn_->sequence_;
  // Effects tell others times and numbers: the next process must not start behind them either.
  if (turn_->journal.mark() > 0 || !turn_->effects_.empty()) {
    const TurnMark* last = state_.turn_marks.find(TurnMark{}.key());
    turn_->put(state_.turn_marks, TurnMark{last ? last->number + 1 : 1, now_, sequence_, {}});
  }
  // The first mention of a row in the journal fixes its place; its value is what the turn left.
  std::set<std::pair<TableBase*, std::string_view>> written;
  for (const auto& entry : turn_->journal.entries()) {
    if (!written.emplace(entry.table, entry.key).second) continue;
    outcome_.changes.push_back({row_of(*entry.table, entry.key), entry.table->encoded(entry.key)});
  }
  outcome_.effects = std::move(turn_->effects_);
  turn_.reset();
  return std::exchange(outcome_, {});
}

std::string row_of(const TableBase& table, std::string_view key) {
  const auto account = key.find('/');
  check(account != key.npos, "a key without account");
  const auto region = key.find('/', account + 1);
  check(region != key.npos, "a key without region");
  std::string row(key.substr(0, region + 1));
  row.append(table.kind()).append(key.substr(region));
  return row;
}

bool split_row(std::string_view row, std::string_view& kind, std::string& key) {
  const auto account = row.find('/');
  const auto region = account == row.npos ? row.npos : row.find('/', account + 1);
  const auto after_kind = region == row.npos ? row.npos : row.find('/', region + 1);
  if (after_kind == row.npos) return false;
  kind = row.substr(region + 1, after_kind - region - 1);
  key.assign(row.substr(0, region));
  key.append(row.substr(after_kind));
  return true;
}

Result<> load_row(State& state, std::string_view row, std::string_view value) {
  std::string_view kind;
  std::string key;
  if (!split_row(row, kind, key))
    return fail("DamagedStore", "the store has a row without a kind: " + std::string(row));
  TableBase* table = state.table(kind);
  if (!table)
    return fail("UnknownKind",
                "the store has a row of a kind that this build does not know: " + std::string(row));
  if (!table->load(key, value))
    return fail("DamagedStore", "this row of the store cannot be read: " + std::string(row));
  return {};
}

}  // namespace slipway::core
