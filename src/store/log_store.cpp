// A stream's events are one run of keys:
//
//   <stream id> '/' <timestamp, 8 bytes> <sequence, 8 bytes>   ->   <ingested, 8 bytes> <message>
//
// numbers big-endian, the timestamp with its sign bit flipped, so that byte order is time order. Retention and
// deletion drop a range; RocksDB's own write group lets concurrent appends share one sync.
#include "store/log_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>

#include "store/rocksdb_options.hpp"

namespace slipway::store {
namespace {

void put_u64(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += char(value >> shift);
}

std::uint64_t get_u64(std::string_view bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | std::uint8_t(bytes[std::size_t(i)]);
  return value;
}

std::string event_key(std::string_view stream_id, LogPosition at) {
  std::string key(stream_id);
  key += '/';
  put_u64(key, std::uint64_t(at.timestamp.ms) ^ (1ull << 63));
  put_u64(key, at.sequence);
  return key;
}

std::string stream_start(std::string_view stream_id) { return std::string(stream_id) + "/"; }
std::string stream_end(std::string_view stream_id) { return std::string(stream_id) + "0"; }  // '0' follows '/'

LogEvent decode(std::string_view key, std::string_view value) {
  LogEvent event;
  key = key.substr(key.size() - 16);
  event.timestamp.ms = std::int64_t(get_u64(key) ^ (1ull << 63));
  event.sequence = get_u64(key.substr(8));
  event.ingested.ms = std::int64_t(get_u64(value));
  event.message.assign(value.substr(8));
  return event;
}

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class RocksDbLogStore final : public LogStore {
 public:
  RocksDbLogStore(std::unique_ptr<rocksdb::Env> env, std::unique_ptr<rocksdb::DB> db, std::string directory)
      : env_(std::move(env)), db_(std::move(db)), directory_(std::move(directory)) {}

  Result<> append(std::string_view stream_id, std::vector<LogEvent>& events) override {
    rocksdb::WriteBatch batch;
    for (LogEvent& event : events) {
      event.sequence = next_sequence(event.ingested);
      std::string value;
      value.reserve(8 + event.message.size());
      put_u64(value, std::uint64_t(event.ingested.ms));
      value += event.message;
      if (auto status = batch.Put(event_key(stream_id, {event.timestamp, event.sequence}), value); !status.ok())
        return std::unexpected(rocksdb_error(status, directory_));
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return done(db_->Write(options, &batch));
  }

  Result<LogPage> read(const LogQuery& query) override {
    return query.forward ? read_forward(query) : read_backward(query);
  }

  Result<LogStreamSpan> span(std::string_view stream_id) override {
    LogStreamSpan span;
    const std::string end = stream_end(stream_id), start = stream_start(stream_id);
    auto it = iterator();
    it->Seek(start);
    if (it->Valid() && it->key().starts_with(start)) {
      span.first = decode(view(it->key()), view(it->value())).timestamp;
      it->SeekForPrev(end);
      const LogEvent last = decode(view(it->key()), view(it->value()));
      span.last = last.timestamp;
      span.last_ingested = last.ingested;
    }
    if (auto status = done(it->status()); !status) return pass(status);
    return span;
  }

  Result<> drop(std::string_view stream_id) override {
    return done(db_->DeleteRange({}, db_->DefaultColumnFamily(), stream_start(stream_id), stream_end(stream_id)));
  }

  Result<> expire(std::string_view stream_id, Instant cutoff) override {
    return done(db_->DeleteRange({}, db_->DefaultColumnFamily(), stream_start(stream_id),
                                 event_key(stream_id, {cutoff, 0})));
  }

 private:
  Result<LogPage> read_forward(const LogQuery& query) {
    LogPage page;
    LogPosition start{query.from, 0};
    if (query.position) start = std::max(start, {query.position->timestamp, query.position->sequence + 1});
    const std::string end = event_key(query.stream_id, {query.until, 0});
    std::size_t bytes = 0;
    auto it = iterator();
    for (it->Seek(event_key(query.stream_id, start)); it->Valid() && view(it->key()) < end; it->Next()) {
      if (full(page, bytes, it->value().size(), query)) break;
      page.events.push_back(decode(view(it->key()), view(it->value())));
    }
    if (auto status = done(it->status()); !status) return pass(status);
    return page;
  }

  Result<LogPage> read_backward(const LogQuery& query) {
    LogPage page;
    LogPosition end{query.until, 0};
    if (query.position) end = std::min(end, *query.position);
    const std::string start = event_key(query.stream_id, {query.from, 0});
    std::size_t bytes = 0;
    auto it = iterator();
    it->SeekForPrev(event_key(query.stream_id, end));
    if (it->Valid() && view(it->key()) == event_key(query.stream_id, end)) it->Prev();
    for (; it->Valid() && view(it->key()) >= start; it->Prev()) {
      if (full(page, bytes, it->value().size(), query)) break;
      page.events.push_back(decode(view(it->key()), view(it->value())));
    }
    if (auto status = done(it->status()); !status) return pass(status);
    std::ranges::reverse(page.events);
    return page;
  }

  // A page always holds one event, however large.
  static bool full(LogPage& page, std::size_t& bytes, std::size_t next, const LogQuery& query) {
    page.more = !page.events.empty() && (page.events.size() >= query.events_max || bytes + next > query.bytes_max);
    bytes += next;
    return page.more;
  }

  // Starts at the clock, so that a sequence is never given twice, not even after a restart.
  std::uint64_t next_sequence(Instant now) {
    const std::uint64_t floor = std::uint64_t(now.ms) << 20;
    std::uint64_t last = sequence_.load();
    std::uint64_t next;
    do {
      next = std::max(last + 1, floor);
    } while (!sequence_.compare_exchange_weak(last, next));
    return next;
  }

  std::unique_ptr<rocksdb::Iterator> iterator() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options));
  }

  Result<> done(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return std::unexpected(rocksdb_error(status, directory_));
  }

  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::string directory_;
  std::atomic<std::uint64_t> sequence_ = 0;
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
  return std::make_unique<RocksDbLogStore>(std::move(env), std::unique_ptr<rocksdb::DB>(raw), path);
}

}  // namespace slipway::store
