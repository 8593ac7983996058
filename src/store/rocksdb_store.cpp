#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>

#include "store/rocksdb_options.hpp"
#include "store/store.hpp"

namespace slipway::store {
namespace {

// Rows of the state start with an account's digits or '-', so a key that starts with '!' is ours.
constexpr std::string_view format_row = "!format";

rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}

class RocksDbStore final : public Store {
 public:
  RocksDbStore(std::unique_ptr<rocksdb::DB> db, std::string directory)
      : db_(std::move(db)), directory_(std::move(directory)) {}

  Result<> commit(const std::vector<Write>& batch) override {
    rocksdb::WriteBatch writes;
    for (const Write& write : batch) {
      auto status = write.value ? writes.Put(write.row, *write.value) : writes.Delete(write.row);
      if (!status.ok()) return std::unexpected(rocksdb_error(status, directory_));
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    if (auto status = db_->Write(options, &writes); !status.ok())
      return std::unexpected(rocksdb_error(status, directory_));
    return {};
  }

  Result<> load(const std::function<Result<>(std::string_view, std::string_view)>& visit) override {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const std::string_view row(it->key().data(), it->key().size());
      if (row.starts_with('!')) continue;
      if (auto visited = visit(row, {it->value().data(), it->value().size()}); !visited) return pass(visited);
    }
    if (!it->status().ok()) return std::unexpected(rocksdb_error(it->status(), directory_));
    return {};
  }

  // "<format> <oldest reader>". Written once by the first build, and again when a build changes either.
  Result<> check_format(bool may_write) {
    std::string text;
    auto status = db_->Get({}, slice(format_row), &text);
    if (!status.ok() && !status.IsNotFound()) return std::unexpected(rocksdb_error(status, directory_));
    if (status.ok()) {
      int format = 0, oldest_reader = 0;
      if (std::sscanf(text.c_str(), "%d %d", &format, &oldest_reader) != 2)
        return fail("DataDirectoryDamaged", "the store in " + directory_ + " does not name its format");
      if (oldest_reader > store_format)
        return fail("DataDirectoryTooNew",
                    "the data directory " + directory_ + " was written by a newer Slipway (format " +
                        std::to_string(format) + "; this build reads format " + std::to_string(store_format) +
                        "); start it with that build or a later one");
    }
    const std::string ours = std::to_string(store_format) + " " + std::to_string(store_oldest_reader);
    if (!may_write || text == ours) return {};
    return commit({{std::string(format_row), ours}});
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::string directory_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return fail("DataDirectoryUnusable", "cannot make " + directory + ": " + std::strerror(errno));
  rocksdb::DB* raw = nullptr;
  if (auto status = rocksdb::DB::Open(small_rocksdb_options(), directory, &raw); !status.ok())
    return std::unexpected(rocksdb_error(status, directory));
  auto store = std::make_unique<RocksDbStore>(std::unique_ptr<rocksdb::DB>(raw), directory);
  if (auto checked = store->check_format(true); !checked) return pass(checked);
  return store;
}

Result<std::unique_ptr<Store>> open_rocksdb_store_for_reading(const std::string& directory) {
  auto options = small_rocksdb_options();
  options.create_if_missing = false;
  rocksdb::DB* raw = nullptr;
  if (auto status = rocksdb::DB::OpenForReadOnly(options, directory, &raw); !status.ok())
    return std::unexpected(rocksdb_error(status, directory));
  auto store = std::make_unique<RocksDbStore>(std::unique_ptr<rocksdb::DB>(raw), directory);
  if (auto checked = store->check_format(false); !checked) return pass(checked);
  return store;
}

}  // namespace slipway::store
