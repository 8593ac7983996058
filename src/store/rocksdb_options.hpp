#pragma once

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <string>

#include "base/result.hpp"

// RocksDB as a log and a checkpoint beside a state that lives in memory: its own defaults are for databases
// (performance.md: small memtable, small cache, few threads). Included by the .cpp files of store/ alone.
namespace slipway::store {

rocksdb::Options small_rocksdb_options();

// What a status means to an operator. `directory` is named in the sentence.
Error rocksdb_error(const rocksdb::Status& status, const std::string& directory);

}  // namespace slipway::store
