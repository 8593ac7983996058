#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "store/store.hpp"

// A power cut leaves the log with any length at or behind its last sync. RocksDB is a stranger here: whatever
// the length, the directory opens and holds a whole number of batches.
namespace slipway::store {
namespace {

namespace fs = std::filesystem;
using Rows = std::map<std::string, std::string>;

constexpr int batches = 40;

class TornLog : public testing::Test {
 protected:
  TornLog() {
    EXPECT_NE(::mkdtemp(root_), nullptr);
    auto store = open_rocksdb_store(path("live"));
    EXPECT_TRUE(store) << store.error().message;
    Rows rows;
    for (int i = 0; i < batches; ++i) {
      // A row of each batch's own, one that all change, one that goes again.
      const std::string number = std::to_string(i);
      std::vector<Write> batch = {{"own/" + number, std::string(std::size_t(i * 13), 'x')}, {"last", number}};
      if (i > 0) batch.push_back({"own/" + std::to_string(i - 1), std::nullopt});
      EXPECT_TRUE((*store)->commit(batch));
      for (const auto& [row, value] : batch)
        if (value)
          rows[row] = *value;
        else
          rows.erase(row);
      after_[rows] = i + 1;
    }
    after_[{}] = 0;
    fs::copy(path("live"), path("cut"),
             fs::copy_options::recursive);  // as the disk has it, while the process lives
    for (const auto& entry : fs::directory_iterator(path("cut")))
      if (entry.path().extension() == ".log") log_ = entry.path().filename();
    EXPECT_FALSE(log_.empty());
  }
  ~TornLog() override { fs::remove_all(root_); }

  std::string path(const std::string& name) const { return std::string(root_) + "/" + name; }
  std::string copy() {
    fs::remove_all(path("try"));
    fs::copy(path("cut"), path("try"), fs::copy_options::recursive);
    return path("try");
  }
  // How many batches a directory holds; -1: not a whole number of them, -2: it does not open.
  int whole_batches(const std::string& directory) {
    auto store = open_rocksdb_store(directory);
    if (!store) return -2;
    Rows rows;
    auto loaded = (*store)->load([&](std::string_view row, std::string_view value) -> Result<> {
      rows.emplace(row, value);
      return {};
    });
    if (!loaded) return -2;
    auto found = after_.find(rows);
    return found == after_.end() ? -1 : found->second;
  }

  char root_[32] = "/tmp/slipway-torn-XXXXXX";
  std::string log_;
  std::map<Rows, int> after_;
};

TEST_F(TornLog, OpensAtEveryLengthWithWholeBatches) {
  const auto size = fs::file_size(path("cut/" + log_));
  EXPECT_EQ(whole_batches(copy()), batches);
  int before = 0;
  for (std::uintmax_t length = 0; length <= size; length += 1 + length % 397) {
    const std::string directory = copy();
    fs::resize_file(directory + "/" + log_, length);
    const int found = whole_batches(directory);
    ASSERT_GE(found, before) << "at " << length << " of " << size << " bytes";
    before = found;
  }
}

TEST_F(TornLog, ATailOfRubbishCostsTheLastBatchAtMost) {
  const auto size = fs::file_size(path("cut/" + log_));
  for (std::uintmax_t back = 1; back < 300; back += 23) {
    const std::string directory = copy();
    std::fstream log(directory + "/" + log_, std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(std::streamoff(size - back));
    for (std::uintmax_t i = 0; i < back; ++i) log.put(char(i * 7 + back));
    log.close();
    const int found = whole_batches(directory);
    ASSERT_GE(found, batches - 1) << back << " bytes of rubbish";
  }
}

}  // namespace
}  // namespace slipway::store
