#include "sim/shadow.hpp"

namespace slipway::sim {
namespace {

// The first row in which two sets differ, for people.
std::string difference(const Rows& expected, const Rows& found, core::State& kinds) {
  auto shown = [&](const Rows& rows, const std::string& row) -> std::string {
    auto it = rows.find(row);
    if (it == rows.end()) return "(none)";
    std::string_view kind;
    std::string key;
    if (!core::split_row(row, kind, key)) return "(no kind)";
    core::TableBase* table = kinds.table(kind);
    return (table ? table->describe_row(it->second) : std::nullopt).value_or("(damaged)");
  };
  Rows all = expected;
  all.insert(found.begin(), found.end());
  for (const auto& [row, value] : all) {
    const std::string before = shown(expected, row), after = shown(found, row);
    auto a = expected.find(row), b = found.find(row);
    const bool same = a != expected.end() && b != found.end() && a->second == b->second;
    if (!same) return row + "\n  expected " + before + "\n  found    " + after;
  }
  return "no difference";
}

}  // namespace

void Shadow::apply(Rows& rows, const std::vector<core::Change>& changes) {
  for (const auto& [row, value] : changes) {
    if (value)
      rows.insert_or_assign(row, *value);
    else
      rows.erase(row);
  }
}

void Shadow::turn_ended(const core::Outcome& outcome) {
  if (outcome.changes.empty()) return;
  apply(latest_, outcome.changes);
  waiting_.push_back(outcome.changes);
}

void Shadow::durable() {
  for (; in_flight_ > 0; --in_flight_) {
    apply(released_, waiting_.front());
    waiting_.pop_front();
  }
}

std::optional<std::string> Shadow::reload(store::Store& store) {
  Rows disk;
  auto loaded = store.load([&](std::string_view row, std::string_view value) -> Result<> {
    disk.emplace(row, value);
    return {};
  });
  if (!loaded) return "the store cannot be read: " + loaded.error().message;
  Rows with_batch = released_;
  for (std::size_t i = 0; i < in_flight_; ++i) apply(with_batch, waiting_[i]);
  core::State kinds;
  std::optional<std::string> wrong;
  if (disk != released_ && disk != with_batch)
    wrong =
        "after the crash the disk holds neither what was released nor that and the whole batch in flight: " +
        difference(released_, disk, kinds);
  latest_ = released_ = std::move(disk);
  waiting_.clear();
  in_flight_ = 0;
  return wrong;
}

std::optional<std::string> Shadow::compare(core::State& state) const {
  const Rows memory = rows_of(state);
  if (memory == latest_) return std::nullopt;
  core::State kinds;
  return "memory is not what its turns wrote: " + difference(latest_, memory, kinds);
}

Rows rows_of(core::State& state) {
  Rows rows;
  for (core::TableBase* table : state.tables())
    table->each_key(
        [&](std::string_view key) { rows.emplace(core::row_of(*table, key), *table->encoded(key)); });
  return rows;
}

}  // namespace slipway::sim
