#include "store/store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "store/log_store.hpp"

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

std::vector<std::string> messages(const LogPage& page) {
  std::vector<std::string> all;
  for (const auto& event : page.events) all.push_back(event.message);
  return all;
}

TEST(LogStore, PagesBothWaysAndKeepsOneTimestampInOrder) {
  auto opened = open_log_store("");
  ASSERT_TRUE(opened);
  LogStore& store = **opened;
  std::vector<LogEvent> events{{{1000}, {5000}, "a"}, {{2000}, {5000}, "b"}, {{2000}, {5000}, "c"}, {{-5}, {5000}, "old"}};
  ASSERT_TRUE(store.append("s1", events));
  std::vector<LogEvent> other{{{1500}, {5000}, "other stream"}};
  ASSERT_TRUE(store.append("s2", other));

  LogQuery query{.stream_id = "s1", .from = {INT64_MIN}};
  EXPECT_EQ(messages(*store.read(query)), (std::vector<std::string>{"old", "a", "b", "c"}));
  query.from = {1000};
  query.until = {2000};
  EXPECT_EQ(messages(*store.read(query)), (std::vector<std::string>{"a"}));

  LogQuery backward{.stream_id = "s1", .forward = false, .events_max = 2};
  auto page = *store.read(backward);
  EXPECT_EQ(messages(page), (std::vector<std::string>{"b", "c"}));
  EXPECT_TRUE(page.more);
  backward.position = LogPosition{page.events.front().timestamp, page.events.front().sequence};
  backward.from = {INT64_MIN};
  page = *store.read(backward);
  EXPECT_EQ(messages(page), (std::vector<std::string>{"old", "a"}));
  EXPECT_FALSE(page.more);

  auto span = *store.span("s1");
  EXPECT_EQ(span.first, Instant{-5});
  EXPECT_EQ(span.last, Instant{2000});
  EXPECT_EQ(store.span("s3")->first, std::nullopt);
}

TEST(LogStore, ExpiresByTimeAndDropsOneStreamAlone) {
  auto opened = open_log_store("");
  LogStore& store = **opened;
  std::vector<LogEvent> events{{{1000}, {5000}, "a"}, {{2000}, {5000}, "b"}};
  ASSERT_TRUE(store.append("s1", events));
  ASSERT_TRUE(store.append("s10", events));
  ASSERT_TRUE(store.expire("s1", {2000}));
  EXPECT_EQ(messages(*store.read({.stream_id = "s1"})), (std::vector<std::string>{"b"}));
  ASSERT_TRUE(store.drop("s1"));
  EXPECT_TRUE(store.read({.stream_id = "s1"})->events.empty());
  EXPECT_EQ(store.read({.stream_id = "s10"})->events.size(), 2u);
}

}  // namespace
}  // namespace slipway::store
