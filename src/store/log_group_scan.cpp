#include "store/log_group_scan.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "store/log_keys.hpp"

namespace slipway::store {
namespace {

std::string_view view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

LogPosition start_of(const LogGroupQuery& query) {
  LogPosition start{query.from, 0};
  if (query.position) start = std::max(start, {query.position->timestamp, query.position->sequence + 1});
  return start;
}

// Fills a page, and says where the next one starts once the page is full or has cost enough.
class PageBuilder {
 public:
  PageBuilder(const LogGroupQuery& query, LogGroupPage& page) : query_(query), page_(page) {}

  // Before an event is looked at: false ends the page before it.
  bool has_room(LogPosition at) {
    if (page_.events.size() < query_.events_max && scanned_ < query_.scanned_bytes_max) {
      at_ = at;
      return true;
    }
    page_.next = last_;
    return false;
  }
  void skip(std::size_t bytes) {
    scanned_ += bytes;
    last_ = at_;
  }
  // False when the event did not fit and ends the page before it.
  bool add(std::string_view stream_id, std::string_view stream_name, std::string_view value) {
    LogEvent event = log_keys::read_event(at_, value);
    if (query_.matches && !query_.matches(event.message)) {
      skip(value.size());
      return true;
    }
    if (!page_.events.empty() && bytes_ + value.size() > query_.bytes_max) {
      page_.next = last_;
      return false;
    }
    bytes_ += value.size();
    skip(value.size());
    page_.events.push_back({std::string(stream_id), std::string(stream_name), std::move(event)});
    return true;
  }

 private:
  const LogGroupQuery& query_;
  LogGroupPage& page_;
  LogPosition at_;
  std::optional<LogPosition> last_ = query_.position;
  std::size_t bytes_ = 0;
  std::size_t scanned_ = 0;
};

// Names of the streams met so far; nothing for one that has been dropped.
class Names {
 public:
  Names(rocksdb::DB& db, std::string_view group_id) : db_(db), group_id_(group_id) {}

  const std::optional<std::string>& of(const std::string& stream) {
    auto [it, added] = names_.try_emplace(stream);
    std::string value;
    if (added && db_.Get({}, log_keys::stream(log_keys::join(group_id_, stream)), &value).ok())
      it->second = log_keys::read_stream(value).name;
    return it->second;
  }

 private:
  rocksdb::DB& db_;
  std::string group_id_;
  std::map<std::string, std::optional<std::string>> names_;
};

}  // namespace

std::unique_ptr<rocksdb::Iterator> log_iterator(rocksdb::DB& db) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // logs are read once; the small cache serves appends
  return std::unique_ptr<rocksdb::Iterator>(db.NewIterator(options));
}

LogGroupPage scan_group(rocksdb::DB& db, const LogGroupQuery& query, rocksdb::Status& status) {
  LogGroupPage page;
  PageBuilder builder(query, page);
  Names names(db, query.group_id);
  const std::string end = log_keys::entry(query.group_id, {query.until, 0});
  auto it = log_iterator(db);
  for (it->Seek(log_keys::entry(query.group_id, start_of(query))); it->Valid() && view(it->key()) < end;
       it->Next()) {
    const LogPosition at = log_keys::position(view(it->key()));
    if (!builder.has_room(at)) break;
    const std::string stream(view(it->value()));
    const auto& name = names.of(stream);
    const std::string id = log_keys::join(query.group_id, stream);
    rocksdb::PinnableSlice value;
    const bool wanted = name && name->starts_with(query.name_prefix);
    // An event may be gone since the iterator's moment: its stream was dropped, or it expired.
    if (!wanted || !db.Get({}, db.DefaultColumnFamily(), log_keys::event(id, at), &value).ok())
      builder.skip(it->key().size());
    else if (!builder.add(id, *name, view(value)))
      break;
  }
  status = it->status();
  return page;
}

LogGroupPage merge_streams(rocksdb::DB& db, const LogGroupQuery& query, rocksdb::Status& status) {
  LogGroupPage page;
  PageBuilder builder(query, page);
  struct Cursor {
    const LogStreamRef* stream;
    std::unique_ptr<rocksdb::Iterator> it;
    std::string end;
    LogPosition at;
  };
  std::vector<Cursor> heap;
  const auto later = [](const Cursor& a, const Cursor& b) { return a.at > b.at; };
  // Takes in a cursor that points at an event, and drops it at its end.
  const auto push = [&](Cursor cursor) {
    if (!cursor.it->Valid() || view(cursor.it->key()) >= cursor.end) {
      if (status.ok()) status = cursor.it->status();
      return;
    }
    cursor.at = log_keys::position(view(cursor.it->key()));
    heap.push_back(std::move(cursor));
    std::ranges::push_heap(heap, later);
  };
  for (const LogStreamRef& stream : *query.streams) {
    Cursor cursor{&stream,
                  log_iterator(db),
                  std::min(log_keys::event(stream.id, {query.until, 0}), log_keys::events_end(stream.id)),
                  {}};
    cursor.it->Seek(log_keys::event(stream.id, start_of(query)));
    push(std::move(cursor));
  }
  while (!heap.empty()) {
    std::ranges::pop_heap(heap, later);
    Cursor cursor = std::move(heap.back());
    heap.pop_back();
    if (!builder.has_room(cursor.at) ||
        !builder.add(cursor.stream->id, cursor.stream->name, view(cursor.it->value())))
      break;
    cursor.it->Next();
    push(std::move(cursor));
  }
  return page;
}

}  // namespace slipway::store
