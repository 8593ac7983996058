#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace slipway::store {

struct Write {
  std::string row;
  std::optional<std::string> value;  // absent: the row goes
};

// Where the state's rows lie. One process holds a store at a time.
class Store {
 public:
  virtual ~Store() = default;
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writes all of the batch or none of it, and returns once it would survive a power cut. After an Error it
  // is not known what is on disk: the process must end and load again (design §3). Called by one thread.
  virtual Result<> commit(const std::vector<Write>& batch) = 0;

  // Visits every row in order of its key.
  virtual Result<> load(
      const std::function<Result<>(std::string_view row, std::string_view value)>& visit) = 0;
};

// Keeps rows in memory alone: tests, and `--data-dir none`.
std::unique_ptr<Store> open_memory_store();

// RocksDB in `directory` (made if missing, mode 0700). Errors: DataDirectoryInUse when another process holds
// it, DataDirectoryTooNew when a later build wrote it and this one may not open it, DataDirectoryDamaged.
Result<std::unique_ptr<Store>> open_rocksdb_store(const std::string& directory);

// Opens for reading beside a running server (`slipway store dump`).
Result<std::unique_ptr<Store>> open_rocksdb_store_for_reading(const std::string& directory);

// The format that this build writes, and the oldest format whose builds may open what it writes. A directory
// names both; a build refuses a directory whose oldest reader is newer than its own format.
inline constexpr int store_format = 1;
inline constexpr int store_oldest_reader = 1;

}  // namespace slipway::store
