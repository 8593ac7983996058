#include "services/logs/upkeep.hpp"

#include <unordered_set>

#include "base/limits.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::int64_t day_ms = 24 * 3'600'000;
// The cursor's first byte tells which table it walks; the rest is the last key seen.
constexpr char in_groups = 'g';
constexpr char in_streams = 's';

// True at the table's end.
bool list_expiries(core::Turn& turn, std::string& cursor, Sweep& sweep) {
  std::size_t seen = 0;
  turn.state.log_groups.scan("", cursor.substr(1), [&](const core::logs::LogGroup& group) {
    if (seen == limits::log_sweep_groups) return false;
    ++seen;
    cursor = in_groups + group.key();
    if (group.retention_days > 0)
      sweep.expiries.push_back({group.id, turn.now() - group.retention_days * day_ms});
    return true;
  });
  return seen < limits::log_sweep_groups;
}

// Streams lie under "<realm>/<group id>:", so a walk that jumps from group to group looks at one stream of
// each. True at the table's end.
bool erase_orphans(core::Turn& turn, std::string& cursor) {
  const auto& rows = turn.state.log_streams.rows();
  std::size_t erased = 0;
  for (std::size_t seen = 0; seen < limits::log_sweep_groups && erased < limits::log_sweep_rows; ++seen) {
    auto it = rows.upper_bound(cursor.substr(1));
    if (it == rows.end()) return true;
    const core::logs::LogStream& stream = *it->second;
    const std::string group = stream.realm.prefix() + stream.group_id;
    if (turn.state.log_groups.with("id", stream.group_id).empty())
      erased += erase_streams(turn, group + ":", limits::log_sweep_rows - erased);
    else
      cursor = in_streams + group + ";";  // ';' follows ':'
  }
  return false;
}

}  // namespace

std::size_t erase_streams(core::Turn& turn, std::string_view prefix, std::size_t rows_max) {
  std::vector<std::string> keys;
  turn.state.log_streams.scan(prefix, "", [&](const core::logs::LogStream& stream) {
    if (keys.size() == rows_max) return false;
    keys.push_back(stream.key());
    return true;
  });
  for (const std::string& key : keys) turn.erase(turn.state.log_streams, key);
  return keys.size();
}

Sweep sweep(core::Turn& turn, std::string& cursor) {
  Sweep sweep;
  if (cursor.empty()) cursor = in_groups;
  if (cursor.front() == in_groups) {
    if (list_expiries(turn, cursor, sweep)) cursor = in_streams;
  } else if (erase_orphans(turn, cursor)) {
    cursor.clear();
    sweep.done = true;
  }
  return sweep;
}

Result<> drop_orphans(const core::State& state, store::LogStore& logs) {
  std::unordered_set<std::string_view> streams;
  for (const auto& [key, stream] : state.log_streams.rows()) streams.insert(stream->id);
  auto groups = logs.groups();
  if (!groups) return pass(groups);
  for (const std::string& group : *groups) {
    if (state.log_groups.with("id", group).empty()) {
      if (auto dropped = logs.drop(group); !dropped) return dropped;
      continue;
    }
    std::vector<std::string> orphans;
    auto listed = logs.each_stream(group, [&](std::string_view id, Instant) {
      if (!streams.contains(id)) orphans.emplace_back(id);
    });
    if (!listed) return listed;
    for (const std::string& id : orphans)
      if (auto dropped = logs.drop(id); !dropped) return dropped;
  }
  return {};
}

}  // namespace slipway::services::logs
