#pragma once

#include <rocksdb/db.h>

#include <memory>

#include "store/log_store.hpp"

// How a page of a group is read, for log_store.cpp alone: RocksDB's headers stay in store/.
namespace slipway::store {

std::unique_ptr<rocksdb::Iterator> log_iterator(rocksdb::DB& db);

// Along the group's order of time.
LogGroupPage scan_group(rocksdb::DB& db, const LogGroupQuery& query, rocksdb::Status& status);
// Of the streams that the query names, merged.
LogGroupPage merge_streams(rocksdb::DB& db, const LogGroupQuery& query, rocksdb::Status& status);

}  // namespace slipway::store
