#include "runtime/net/filter.hpp"

#include <utility>

#include "base/log.hpp"
#include "runtime/net/netns.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

Result<> Filter::recover() {
  std::lock_guard lock(mutex_);
  firewall_ = Firewall::parse(read_file_or_empty(place_.file));
  return firewall_.filters() ? apply_all() : Result<>{};
}

Result<> Filter::change(std::span<const SecurityGroupChange> changes) {
  std::lock_guard lock(mutex_);
  if (auto changed = firewall_.change(changes); !changed) return changed;
  // The first task brings the table: its group's rules come a moment before it.
  return firewall_.filters() ? apply() : Result<>{};
}

Result<> Filter::add(const Firewall::Task& task) {
  std::lock_guard lock(mutex_);
  firewall_.add(task);
  return apply();
}

Result<> Filter::remove(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  if (!firewall_.remove(task_id)) return {};
  return apply();
}

Result<> Filter::change_way_out(const std::string& task_id, bool reaches_outside) {
  std::lock_guard lock(mutex_);
  if (!firewall_.change_way_out(task_id, reaches_outside)) return {};
  return apply();
}

Result<> Filter::apply() {
  Result<> applied;
  if (chains_.empty() && !firewall_.filters()) {
    // A router of tasks without groups needs no table.
  } else if (firewall_.chains(place_.host_address) != chains_) {
    firewall_.tidy();
    applied = apply_all();
  } else if (applied = apply_elements(firewall_.elements()); !applied) {
    // Somebody else had a hand in it: make it true as a whole.
    log::warn("security groups are set anew", {{"error", applied.error().message}});
    applied = apply_all();
  }
  if (!applied) return applied;
  return replace_file(place_.file, firewall_.text(), 0600, false);
}

Result<> Filter::apply_elements(const Firewall::Elements& wanted) {
  std::vector<ElementChange> changes;
  for (const auto& [set, keys] : wanted) {
    const auto& present = elements_[set];
    const bool is_map = set == "leave" || set == "enter";
    for (const auto& [key, value] : present)
      if (auto it = keys.find(key); it == keys.end() || it->second != value)
        changes.push_back({.add = false, .set = set, .key = key});
    for (const auto& [key, value] : keys)
      if (auto it = present.find(key); it == present.end() || it->second != value)
        changes.push_back({.set = set, .key = key, .verdict = is_map ? std::optional(value) : std::nullopt});
  }
  if (!socket_) {
    auto opened = in_namespace(place_.router_path, [&]() -> Result<> {
      auto socket = NfTables::open();
      if (!socket) return pass(socket);
      socket_.emplace(std::move(*socket));
      return {};
    });
    if (!opened) return opened;
  }
  if (auto done = socket_->execute(Firewall::table, changes); !done) return done;
  elements_ = wanted;
  return {};
}

Result<> Filter::apply_all() {
  auto done = in_namespace(place_.router_path,
                           [&] { return run_nft(place_.nft, firewall_.ruleset(place_.host_address)); });
  chains_.clear();
  if (!done) return done;
  chains_ = firewall_.chains(place_.host_address);
  elements_ = firewall_.elements();
  return {};
}

}  // namespace slipway::runtime
