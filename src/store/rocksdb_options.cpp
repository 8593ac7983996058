#include "store/rocksdb_options.hpp"

#include <rocksdb/env.h>
#include <rocksdb/table.h>

namespace slipway::store {

rocksdb::Options small_rocksdb_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 4 << 20;
  options.max_write_buffer_number = 2;
  options.max_background_jobs = 1;
  options.max_open_files = 64;
  options.max_file_opening_threads =
      1;  // sixteen that come and go cost a start more than a few files' footers
  options.max_total_wal_size = 16 << 20;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::WARN_LEVEL;
  // A torn tail of the log is what a crash leaves: what was acknowledged lies before it. Of a hole in the
  // middle, which only a damaged disk makes, RocksDB says nothing in this mode: the log ends there. The
  // stricter mode (kTolerateCorruptedTailRecords) refuses it, but with it every tail that is rubbish rather
  // than short.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(2 << 20);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Error rocksdb_error(const rocksdb::Status& status, const std::string& directory) {
  const std::string said = status.ToString();
  if (status.IsIOError() && said.find("lock") != said.npos)
    return {"DataDirectoryInUse", "another process uses the data directory " + directory +
                                      "; stop it, or choose another with --data-dir"};
  if (status.IsNoSpace())
    return {"NoSpace", "the disk that holds " + directory + " is full"};
  if (status.IsCorruption())
    return {"DataDirectoryDamaged", "the store in " + directory + " is damaged: " + said};
  return {"StoreFailed", "the store in " + directory + " failed: " + said, 500};
}

}  // namespace slipway::store
