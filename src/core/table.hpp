#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "core/describe.hpp"
#include "core/fields.hpp"

namespace slipway::core {

class Journal;

// What the turn and the store need of a table without knowing its entity.
class TableBase {
 public:
  explicit TableBase(std::string_view kind) : kind_(kind) {}
  virtual ~TableBase() = default;
  TableBase(const TableBase&) = delete;
  TableBase& operator=(const TableBase&) = delete;

  // The name of the entity in row keys: <account>/<region>/<kind>/<id>.
  std::string_view kind() const { return kind_; }

  // Reads a row at start-up; false when its bytes are no encoding of the entity.
  virtual bool load(std::string_view key, std::string_view bytes) = 0;
  // The row's bytes as of now; nothing when there is no such row.
  virtual std::optional<std::string> encoded(std::string_view key) const = 0;
  // Puts back what a journal remembered (nullptr: there was none).
  virtual void restore(std::string_view key, std::shared_ptr<const void> before) = 0;
  virtual std::size_t size() const = 0;
  // One line of JSON for a row's bytes; nothing when they are damaged.
  virtual std::optional<std::string> describe_row(std::string_view bytes) const = 0;

  // For checks of the whole state: every key in order, and whether two tables of one kind would find the
  // same.
  virtual void each_key(const std::function<void(std::string_view key)>& visit) const = 0;
  virtual bool same_indexes(const TableBase& other) const = 0;

 private:
  std::string_view kind_;
};

// Remembers what an event changed, so that an event that fails leaves nothing half done, and so that the turn
// knows which rows to write. A row that changes many times in a turn is written once, as it was last.
class Journal {
 public:
  struct Entry {
    TableBase* table;
    std::string key;
    std::shared_ptr<const void> before;
  };

  void record(TableBase& table, std::string_view key, std::shared_ptr<const void> before) {
    entries_.push_back({&table, std::string(key), std::move(before)});
  }
  std::size_t mark() const { return entries_.size(); }
  // Undoes, newest first, everything recorded since `mark`.
  void roll_back(std::size_t mark) {
    while (entries_.size() > mark) {
      Entry entry = std::move(entries_.back());
      entries_.pop_back();
      entry.table->restore(entry.key, std::move(entry.before));
    }
  }
  const std::vector<Entry>& entries() const { return entries_; }
  void clear() { entries_.clear(); }

 private:
  std::vector<Entry> entries_;
};

// All entities of one kind, in key order, with their indexes. Entities are immutable values: a change puts a
// new one. Keys are "<account>/<region>/<id>", so a prefix walk is a realm's listing in order of id.
//
// E has: `static constexpr std::string_view kind`, `std::string key() const`, `fields`, `unknown`, and, if it
// is looked up by anything but its key, `template <class Emit> void indexes(Emit&& emit) const`, which calls
// `emit("cluster", value)` per index.
template <Entity E>
class Table final : public TableBase {
 public:
  using Row = std::shared_ptr<const E>;
  // Called after every change, with nullptr for "none"; derived state (the hosts' ledger) hangs here.
  using Observer = std::function<void(const E* before, const E* after)>;

  Table() : TableBase(E::kind) {}

  const E* find(std::string_view key) const {
    auto it = rows_.find(key);
    return it == rows_.end() ? nullptr : it->second.get();
  }
  Row row(std::string_view key) const {
    auto it = rows_.find(key);
    return it == rows_.end() ? nullptr : it->second;
  }
  const std::map<std::string, Row, std::less<>>& rows() const { return rows_; }
  std::size_t size() const override { return rows_.size(); }

  // Calls visit(entity) for every key that starts with `prefix` and is greater than `after`, in order, until
  // it returns false.
  template <class Visit>
  void scan(std::string_view prefix, std::string_view after, Visit&& visit) const {
    for (auto it = after > prefix ? rows_.upper_bound(after) : rows_.lower_bound(prefix);
         it != rows_.end() && it->first.starts_with(prefix); ++it)
      if (!visit(*it->second)) return;
  }

  // Keys of the entities whose index `name` holds `value`, in key order.
  const std::set<std::string>& with(std::string_view name, std::string_view value) const {
    static const std::set<std::string> none;
    auto it = indexes_.find(index_key(name, value));
    return it == indexes_.end() ? none : it->second;
  }

  void put(Journal& journal, E entity) {
    std::string key = entity.key();
    Row before = exchange(key, std::make_shared<const E>(std::move(entity)));
    journal.record(*this, key, std::move(before));
  }
  // Puts a changed copy of an entity that must be there.
  template <class Change>
  const E& modify(Journal& journal, std::string_view key, Change&& change) {
    const E* current = find(key);
    check(current != nullptr, "modify: no such row");
    E copy = *current;
    change(copy);
    check(copy.key() == key, "modify: the key changed");
    put(journal, std::move(copy));
    return *find(key);
  }
  void erase(Journal& journal, std::string_view key) {
    const std::string name(key);  // `key` may point into the entity that goes
    Row before = exchange(name, nullptr);
    if (before) journal.record(*this, name, std::move(before));
  }
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

  bool load(std::string_view key, std::string_view bytes) override {
    auto entity = std::make_shared<E>();
    if (!decode(bytes, *entity) || entity->key() != key) return false;
    exchange(std::string(key), std::move(entity));
    return true;
  }
  std::optional<std::string> encoded(std::string_view key) const override {
    const E* entity = find(key);
    return entity ? std::optional(encode(*entity)) : std::nullopt;
  }
  void restore(std::string_view key, std::shared_ptr<const void> before) override {
    exchange(std::string(key), std::static_pointer_cast<const E>(std::move(before)));
  }
  std::optional<std::string> describe_row(std::string_view bytes) const override {
    E entity;
    return decode(bytes, entity) ? std::optional(describe(entity)) : std::nullopt;
  }
  void each_key(const std::function<void(std::string_view key)>& visit) const override {
    for (const auto& [key, row] : rows_) visit(key);
  }
  bool same_indexes(const TableBase& other) const override {
    check(other.kind() == kind(), "tables of two kinds are compared");
    return indexes_ == static_cast<const Table&>(other).indexes_;
  }

 private:
  static std::string index_key(std::string_view name, std::string_view value) {
    std::string key(name);
    key += '\0';
    key += value;
    return key;
  }
  template <class Apply>
  static void each_index(const E& entity, Apply&& apply) {
    if constexpr (requires { entity.indexes([](std::string_view, std::string_view) {}); })
      entity.indexes([&](std::string_view name, std::string_view value) { apply(index_key(name, value)); });
  }

  Row exchange(const std::string& key, Row after) {
    auto it = rows_.find(key);
    Row before = it == rows_.end() ? nullptr : it->second;
    if (before)
      each_index(*before, [&](std::string name) {
        auto at = indexes_.find(name);
        if (at == indexes_.end()) return;  // the entity has the same value twice
        at->second.erase(key);
        if (at->second.empty()) indexes_.erase(at);
      });
    if (after) each_index(*after, [&](std::string name) { indexes_[std::move(name)].insert(key); });
    for (const Observer& observer : observers_) observer(before.get(), after.get());
    if (!after)
      rows_.erase(key);
    else if (it == rows_.end())
      rows_.emplace(key, std::move(after));
    else
      it->second = std::move(after);
    return before;
  }

  std::map<std::string, Row, std::less<>> rows_;
  std::map<std::string, std::set<std::string>, std::less<>> indexes_;
  std::vector<Observer> observers_;
};

}  // namespace slipway::core
