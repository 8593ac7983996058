// Events lie under their stream, and a second, small key per event keeps the group's streams merged in order
// of time. A group collects a stream for every task that ever ran; with that second order FilterLogEvents,
// `aws logs tail` and retention cost what they read, not what the group holds, and the turn hands out no
// lists of streams. One more row per stream holds its name and the times of its last event. Appends write all
// of it in one batch; RocksDB's write group lets concurrent ones share a sync. src/store/log_keys.hpp has the
// format.
#include "store/log_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

#include "base/limits.hpp"
#include "store/log_group_scan.hpp"
#include "store/log_keys.hpp"
#include "store/rocksdb_options.hpp"

namespace slipway::store {
namespace {

std::string_view view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// Ids that were dropped while this process runs: a call that got leave from the turn before its stream was
// deleted must not bring it back afterwards. Ids are never reused and calls are short, so the youngest
// suffice.
class Dropped {
 public:
  bool has(std::string_view id) const { return ids_.contains(std::string(id)); }
  void add(std::string_view id) {
    if (!ids_.emplace(id).second) return;
    order_.emplace_back(id);
    if (order_.size() <= limits::log_dropped_ids) return;
    ids_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::unordered_set<std::string> ids_;
  std::deque<std::string> order_;
};

class RocksDbLogStore final : public LogStore {
 public:
  RocksDbLogStore(std::unique_ptr<rocksdb::Env> env, std::unique_ptr<rocksdb::DB> db, std::string directory,
                  std::uint64_t first_sequence)
      : env_(std::move(env)),
        db_(std::move(db)),
        directory_(std::move(directory)),
        next_sequence_(first_sequence),
        reserved_(first_sequence) {}

  Result<> append(const LogStreamRef& stream, std::vector<LogEvent>& events, std::string_view mark) override {
    if (events.empty()) return {};
    // Shared until the write is done: drop() waits for appends under way, and later ones see what it added.
    std::shared_lock lock(dropped_mutex_);
    const log_keys::Id id = log_keys::split(stream.id);
    if (dropped_.has(stream.id) || dropped_.has(id.group))
      return fail("ResourceNotFoundException", "The specified log stream does not exist.");
    auto record = stream_record(stream.id);
    if (!record) return pass(record);
    record->name = stream.name;
    auto sequence = take_sequences(events.size());
    if (!sequence) return pass(sequence);
    rocksdb::WriteBatch batch;
    for (LogEvent& event : events) {
      event.sequence = (*sequence)++;
      const LogPosition at{event.timestamp, event.sequence};
      batch.Put(log_keys::event(stream.id, at), log_keys::event_value(event.ingested, event.message));
      batch.Put(log_keys::entry(id.group, at), rocksdb::Slice(id.stream.data(), id.stream.size()));
      record->last = std::max(record->last, event.timestamp);
      record->last_ingested = std::max(record->last_ingested, event.ingested);
    }
    // Two appends to one stream may both have read the same record; the later write wins, which AWS's
    // eventual consistency of these times allows.
    batch.Put(log_keys::stream(stream.id), log_keys::stream_value(*record));
    if (!mark.empty()) batch.Put(log_keys::mark(stream.id), rocksdb::Slice(mark.data(), mark.size()));
    rocksdb::WriteOptions options;
    options.sync = true;
    return done(db_->Write(options, &batch));
  }

  Result<std::string> mark(std::string_view stream_id) override {
    std::string value;
    const auto status = db_->Get({}, log_keys::mark(stream_id), &value);
    if (status.IsNotFound()) return std::string();
    if (auto read = done(status); !read) return pass(read);
    return value;
  }

  Result<LogPage> read(const LogQuery& query) override {
    return query.forward ? read_forward(query) : read_backward(query);
  }

  Result<LogGroupPage> read_group(const LogGroupQuery& query) override {
    rocksdb::Status status;
    LogGroupPage page = query.streams ? merge_streams(*db_, query, status) : scan_group(*db_, query, status);
    if (auto read = done(status); !read) return pass(read);
    return page;
  }

  Result<LogStreamSpan> span(std::string_view stream_id) override {
    LogStreamSpan span;
    const std::string begin = log_keys::events_begin(stream_id), end = log_keys::events_end(stream_id);
    auto it = iterator();
    it->Seek(begin);
    if (it->Valid() && view(it->key()) < end) {
      span.first = log_keys::position(view(it->key())).timestamp;
      it->SeekForPrev(end);
      if (it->Valid()) span.last = log_keys::position(view(it->key())).timestamp;
    }
    if (auto read = done(it->status()); !read) return pass(read);
    auto record = stream_record(stream_id);
    if (!record) return pass(record);
    if (record->last_ingested > Instant{INT64_MIN}) span.last_ingested = record->last_ingested;
    return span;
  }

  Result<> each_stream(std::string_view group_id,
                       const std::function<void(std::string_view, Instant)>& visit) override {
    const std::string begin = log_keys::streams_begin(group_id), end = log_keys::streams_end(group_id);
    auto it = iterator();
    for (it->Seek(begin); it->Valid() && view(it->key()) < end; it->Next())
      visit(log_keys::join(group_id, view(it->key()).substr(begin.size())),
            log_keys::read_stream(view(it->value())).last);
    return done(it->status());
  }

  Result<std::vector<std::string>> groups() override {
    std::vector<std::string> all;
    auto it = iterator();
    for (it->Seek(log_keys::first_group); it->Valid(); it->Seek(log_keys::group_end(all.back())))
      all.emplace_back(log_keys::group_of(view(it->key())));
    if (auto read = done(it->status()); !read) return pass(read);
    return all;
  }

  std::uint64_t stored_bytes(std::string_view group_id) override {
    const std::string begin = log_keys::group_begin(group_id), end = log_keys::group_end(group_id);
    const rocksdb::Range range(begin, end);
    rocksdb::SizeApproximationOptions options;
    options.include_memtables = true;
    std::uint64_t bytes = 0;
    return db_->GetApproximateSizes(options, db_->DefaultColumnFamily(), &range, 1, &bytes).ok() ? bytes : 0;
  }

  Result<> drop(std::string_view id) override {
    {
      std::unique_lock lock(dropped_mutex_);
      dropped_.add(id);
    }
    return id.contains('/') ? drop_stream(id)
                            : drop_range(log_keys::group_begin(id), log_keys::group_end(id));
  }

  Result<> expire(std::string_view group_id, Instant cutoff) override {
    for (;;) {
      auto more = expire_portion(group_id, cutoff);
      if (!more) return pass(more);
      if (!*more) return {};
    }
  }

 private:
  Result<LogPage> read_forward(const LogQuery& query) {
    LogPage page;
    LogPosition start{query.from, 0};
    if (query.position) start = std::max(start, {query.position->timestamp, query.position->sequence + 1});
    const std::string end =
        std::min(log_keys::event(query.stream_id, {query.until, 0}), log_keys::events_end(query.stream_id));
    std::size_t bytes = 0;
    auto it = iterator();
    for (it->Seek(log_keys::event(query.stream_id, start)); it->Valid() && view(it->key()) < end;
         it->Next()) {
      if (full(page, bytes, it->value().size(), query)) break;
      page.events.push_back(log_keys::read_event(log_keys::position(view(it->key())), view(it->value())));
    }
    if (auto read = done(it->status()); !read) return pass(read);
    return page;
  }

  Result<LogPage> read_backward(const LogQuery& query) {
    LogPage page;
    LogPosition end{query.until, 0};
    if (query.position) end = std::min(end, *query.position);
    const std::string start = log_keys::event(query.stream_id, {query.from, 0});
    const std::string stop = log_keys::event(query.stream_id, end);
    std::size_t bytes = 0;
    auto it = iterator();
    it->SeekForPrev(stop);
    if (it->Valid() && view(it->key()) == stop) it->Prev();
    for (; it->Valid() && view(it->key()) >= start; it->Prev()) {
      if (full(page, bytes, it->value().size(), query)) break;
      page.events.push_back(log_keys::read_event(log_keys::position(view(it->key())), view(it->value())));
    }
    if (auto read = done(it->status()); !read) return pass(read);
    std::ranges::reverse(page.events);
    return page;
  }

  // A page always holds one event, however large.
  static bool full(LogPage& page, std::size_t& bytes, std::size_t next, const LogQuery& query) {
    page.more =
        !page.events.empty() && (page.events.size() >= query.events_max || bytes + next > query.bytes_max);
    bytes += next;
    return page.more;
  }

  // The stream's own row goes last: a process that ends before has left a sign that there is more to drop.
  Result<> drop_stream(std::string_view id) {
    const std::string begin = log_keys::events_begin(id), end = log_keys::events_end(id);
    const std::string_view group = log_keys::split(id).group;
    auto it = iterator();
    rocksdb::WriteBatch batch;
    for (it->Seek(begin); it->Valid() && view(it->key()) < end; it->Next()) {
      batch.Delete(log_keys::entry(group, log_keys::position(view(it->key()))));
      if (std::size_t(batch.Count()) < limits::log_delete_batch) continue;
      if (auto wrote = done(db_->Write({}, &batch)); !wrote) return wrote;
      batch.Clear();
    }
    if (auto read = done(it->status()); !read) return read;
    batch.DeleteRange(begin, end);
    batch.Delete(log_keys::mark(id));
    batch.Delete(log_keys::stream(id));
    return done(db_->Write({}, &batch));
  }

  Result<> drop_range(const std::string& begin, const std::string& end) {
    return done(db_->DeleteRange({}, db_->DefaultColumnFamily(), begin, end));
  }

  // Of the oldest events; true when there may be more that are older than `cutoff`. The group's order of time
  // names the streams that have any.
  Result<bool> expire_portion(std::string_view group_id, Instant cutoff) {
    const std::string begin = log_keys::entry(group_id, {{INT64_MIN}, 0});
    const std::string end = log_keys::entry(group_id, {cutoff, 0});
    std::unordered_set<std::string> streams;
    LogPosition after;
    std::size_t seen = 0;
    auto it = iterator();
    for (it->Seek(begin); it->Valid() && view(it->key()) < end && seen < limits::log_expire_portion;
         it->Next(), ++seen) {
      streams.emplace(view(it->value()));
      after = log_keys::position(view(it->key()));
      ++after.sequence;
    }
    if (auto read = done(it->status()); !read) return pass(read);
    if (seen == 0) return false;
    rocksdb::WriteBatch batch;
    for (const std::string& stream : streams) {
      const std::string id = log_keys::join(group_id, stream);
      batch.DeleteRange(log_keys::events_begin(id), log_keys::event(id, after));
    }
    batch.DeleteRange(begin, log_keys::entry(group_id, after));
    if (auto wrote = done(db_->Write({}, &batch)); !wrote) return pass(wrote);
    return seen == limits::log_expire_portion;
  }

  Result<log_keys::StreamRecord> stream_record(std::string_view stream_id) {
    std::string value;
    const auto status = db_->Get({}, log_keys::stream(stream_id), &value);
    if (status.IsNotFound()) return log_keys::StreamRecord{};
    if (auto read = done(status); !read) return pass(read);
    return log_keys::read_stream(value);
  }

  // The first of `count` sequences. Durable ranges are taken ahead, so that none is given twice, not even
  // after a crash.
  Result<std::uint64_t> take_sequences(std::size_t count) {
    std::lock_guard lock(sequence_mutex_);
    if (next_sequence_ + count > reserved_) {
      const std::uint64_t reserved = next_sequence_ + count + limits::log_sequences_reserved;
      rocksdb::WriteOptions options;
      options.sync = true;
      if (auto wrote = done(db_->Put(options, log_keys::reserved_sequences, std::to_string(reserved)));
          !wrote)
        return pass(wrote);
      reserved_ = reserved;
    }
    return std::exchange(next_sequence_, next_sequence_ + count);
  }

  std::unique_ptr<rocksdb::Iterator> iterator() { return log_iterator(*db_); }

  Result<> done(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return std::unexpected(rocksdb_error(status, directory_));
  }

  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::string directory_;
  std::mutex sequence_mutex_;
  std::uint64_t next_sequence_, reserved_;
  std::shared_mutex dropped_mutex_;
  Dropped dropped_;
};

}  // namespace

Result<std::unique_ptr<LogStore>> open_log_store(const std::string& directory) {
  auto options = small_rocksdb_options();
  std::unique_ptr<rocksdb::Env> env;
  if (directory.empty()) {
    env.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    options.env = env.get();
  }
  const std::string path = directory.empty() ? "/logs" : directory;
  rocksdb::DB* raw = nullptr;
  if (auto status = rocksdb::DB::Open(options, path, &raw); !status.ok())
    return std::unexpected(rocksdb_error(status, path));
  std::unique_ptr<rocksdb::DB> db(raw);
  std::string reserved = "1";
  if (auto status = db->Get({}, log_keys::reserved_sequences, &reserved);
      !status.ok() && !status.IsNotFound())
    return std::unexpected(rocksdb_error(status, path));
  std::uint64_t first_sequence = 0;
  if (std::from_chars(reserved.data(), reserved.data() + reserved.size(), first_sequence).ec != std::errc())
    return fail("DataDirectoryDamaged",
                "the log store in " + path + " is damaged: its sequences are no number");
  return std::make_unique<RocksDbLogStore>(std::move(env), std::move(db), path, first_sequence);
}

}  // namespace slipway::store
