#include "store/store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace slipway::store {
namespace {

class TemporaryDirectory {
 public:
  TemporaryDirectory() { path_ = ::mkdtemp(template_); }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string path(const char* name) const { return path_ + "/" + name; }

 private:
  char template_[32] = "/tmp/slipway-store-XXXXXX";
  std::string path_;
};

std::vector<std::pair<std::string, std::string>> rows(Store& store) {
  std::vector<std::pair<std::string, std::string>> all;
  auto loaded = store.load([&](std::string_view row, std::string_view value) -> Result<> {
    all.emplace_back(row, value);
    return {};
  });
  EXPECT_TRUE(loaded);
  return all;
}

// One suite for every engine: they must not differ.
class AnyStore : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Store> open() {
    if (GetParam() == std::string("memory")) return open_memory_store();
    auto store = open_rocksdb_store(directory_.path("state"));
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  TemporaryDirectory directory_;
};

TEST_P(AnyStore, GivesBackWhatWasCommittedInOrder) {
  auto store = open();
  ASSERT_TRUE(store->commit({{"b", "2"}, {"a", "1"}, {"c", "3"}}));
  ASSERT_TRUE(store->commit({{"b", std::nullopt}, {"c", "4"}}));
  EXPECT_EQ(rows(*store), (std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"c", "4"}}));
}

TEST_P(AnyStore, StopsAtTheVisitorsError) {
  auto store = open();
  ASSERT_TRUE(store->commit({{"a", "1"}, {"b", "2"}}));
  int seen = 0;
  auto loaded = store->load([&](auto, auto) -> Result<> {
    ++seen;
    return fail("Stop", "enough");
  });
  EXPECT_EQ(loaded.error().code, "Stop");
  EXPECT_EQ(seen, 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, AnyStore, testing::Values("memory", "rocksdb"),
                         [](const auto& suite) { return std::string(suite.param); });

TEST(RocksDbStore, KeepsRowsOverAReopening) {
  TemporaryDirectory directory;
  {
    auto store = open_rocksdb_store(directory.path("s"));
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->commit({{"a", "1"}}));
  }
  auto store = open_rocksdb_store(directory.path("s"));
  ASSERT_TRUE(store);
  EXPECT_EQ(rows(**store).size(), 1u);
}

TEST(RocksDbStore, RefusesADirectoryInUseOrTooNew) {
  TemporaryDirectory directory;
  auto first = open_rocksdb_store(directory.path("s"));
  ASSERT_TRUE(first);
  auto second = open_rocksdb_store(directory.path("s"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "DataDirectoryInUse");

  ASSERT_TRUE((*first)->commit({{"!format", "9 9"}}));
  first->reset();
  auto later = open_rocksdb_store(directory.path("s"));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, "DataDirectoryTooNew");
}

}  // namespace
}  // namespace slipway::store
