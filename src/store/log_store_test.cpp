#include "store/log_store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <thread>

namespace slipway::store {
namespace {

const Instant at{5'000};  // when events are ingested, where it does not matter

std::vector<LogEvent> events_at(std::initializer_list<std::pair<std::int64_t, const char*>> list) {
  std::vector<LogEvent> events;
  for (auto [time, message] : list) events.push_back({{time}, at, message});
  return events;
}

std::vector<std::string> messages(const Result<LogPage>& page) {
  std::vector<std::string> all;
  EXPECT_TRUE(page);
  if (page)
    for (const auto& event : page->events) all.push_back(event.message);
  return all;
}

std::vector<std::string> messages(const Result<LogGroupPage>& page) {
  std::vector<std::string> all;
  EXPECT_TRUE(page);
  if (page)
    for (const auto& found : page->events) all.push_back(found.stream_name + ":" + found.event.message);
  return all;
}

using Texts = std::vector<std::string>;

class LogStoreTest : public testing::Test {
 protected:
  void put(const LogStreamRef& stream, std::initializer_list<std::pair<std::int64_t, const char*>> list) {
    auto events = events_at(list);
    ASSERT_TRUE(store_->append(stream, events));
  }
  std::unique_ptr<LogStore> store_ = *open_log_store("");
  const LogStreamRef a_{"g/1", "a"}, b_{"g/10", "b"}, other_{"g0/1", "other"};
};

TEST_F(LogStoreTest, PagesBothWaysAndKeepsOneTimestampInOrder) {
  put(a_, {{1000, "a"}, {2000, "b"}, {2000, "c"}, {-5, "old"}});
  put(b_, {{1500, "another stream"}});

  LogQuery query{.stream_id = "g/1", .from = {INT64_MIN}};
  EXPECT_EQ(messages(store_->read(query)), (Texts{"old", "a", "b", "c"}));
  query.from = {1000};
  query.until = {2000};
  EXPECT_EQ(messages(store_->read(query)), (Texts{"a"}));

  LogQuery backward{.stream_id = "g/1", .forward = false, .events_max = 2};
  auto page = *store_->read(backward);
  EXPECT_EQ(messages(page), (Texts{"b", "c"}));
  EXPECT_TRUE(page.more);
  backward.position = LogPosition{page.events.front().timestamp, page.events.front().sequence};
  backward.from = {INT64_MIN};
  page = *store_->read(backward);
  EXPECT_EQ(messages(page), (Texts{"old", "a"}));
  EXPECT_FALSE(page.more);
}

TEST_F(LogStoreTest, APageEndsAtItsBytesButHoldsOneEvent) {
  put(a_, {{1, "0123456789"}, {2, "0123456789"}});
  auto page = store_->read({.stream_id = "g/1", .bytes_max = 5});
  EXPECT_EQ(page->events.size(), 1u);
  EXPECT_TRUE(page->more);
}

TEST_F(LogStoreTest, SpanTellsTheTimesOfAStream) {
  std::vector<LogEvent> events{{{3000}, {9'000}, "late"}, {{1000}, {9'000}, "early"}};
  ASSERT_TRUE(store_->append(a_, events));
  events = {{{2000}, {9'500}, "between"}};
  ASSERT_TRUE(store_->append(a_, events));
  auto span = *store_->span("g/1");
  EXPECT_EQ(span.first, Instant{1000});
  EXPECT_EQ(span.last, Instant{3000});
  EXPECT_EQ(span.last_ingested, Instant{9'500});
  span = *store_->span("g/2");
  EXPECT_FALSE(span.first || span.last || span.last_ingested);
}

TEST_F(LogStoreTest, AMarkStaysUntilItsStreamGoes) {
  EXPECT_EQ(*store_->mark("g/1"), "");
  std::vector<LogEvent> events{{{1}, {1}, "x"}};
  ASSERT_TRUE(store_->append(a_, events, "first"));
  ASSERT_TRUE(store_->append(a_, events, "second"));
  ASSERT_TRUE(store_->append(a_, events));
  EXPECT_EQ(*store_->mark("g/1"), "second");
  EXPECT_EQ(*store_->mark("g/2"), "");
  ASSERT_TRUE(store_->drop("g/1"));
  EXPECT_EQ(*store_->mark("g/1"), "");
}

TEST_F(LogStoreTest, AGroupIsReadInOrderOfTimeOverItsStreams) {
  put(a_, {{1000, "1"}, {3000, "3"}});
  put(b_, {{2000, "2"}, {3000, "4"}});
  put(other_, {{1, "not of this group"}});

  LogGroupQuery all{.group_id = "g"};
  EXPECT_EQ(messages(store_->read_group(all)), (Texts{"a:1", "b:2", "a:3", "b:4"}));
  LogGroupQuery named{.group_id = "g", .streams = std::vector{b_, a_}};
  EXPECT_EQ(messages(store_->read_group(named)), (Texts{"a:1", "b:2", "a:3", "b:4"}));
  LogGroupQuery none{.group_id = "g", .streams = std::vector<LogStreamRef>{}};
  EXPECT_EQ(messages(store_->read_group(none)), Texts{});
  LogGroupQuery prefix{.group_id = "g", .name_prefix = "b", .from = {2500}};
  EXPECT_EQ(messages(store_->read_group(prefix)), (Texts{"b:4"}));
}

TEST_F(LogStoreTest, PagesOfAGroupGoOnWhereTheLastEnded) {
  put(a_, {{1000, "x1"}, {3000, "3"}, {3000, "x4"}});
  put(b_, {{2000, "2"}, {4000, "x5"}});
  for (bool named : {false, true}) {
    LogGroupQuery query{.group_id = "g", .events_max = 1};
    if (named) query.streams = std::vector{a_, b_};
    Texts all;
    for (int pages = 0; pages < 20; ++pages) {
      auto page = store_->read_group(query);
      for (const auto& text : messages(page)) all.push_back(text);
      if (!page->next) break;
      query.position = page->next;
    }
    EXPECT_EQ(all, (Texts{"a:x1", "b:2", "a:3", "a:x4", "b:x5"})) << named;
  }
}

TEST_F(LogStoreTest, ASearchThatFindsNothingStillEndsItsPage) {
  for (int i = 0; i < 10; ++i) put(a_, {{i, "haystack"}});
  put(a_, {{10, "needle"}});
  LogGroupQuery query{.group_id = "g",
                      .matches = [](std::string_view message) { return message == "needle"; },
                      .scanned_bytes_max = 40};
  auto page = *store_->read_group(query);
  EXPECT_TRUE(page.events.empty());
  ASSERT_TRUE(page.next);
  int pages = 0;
  while (page.next && page.events.empty() && ++pages < 20) {
    query.position = page.next;
    page = *store_->read_group(query);
  }
  EXPECT_EQ(messages(page), (Texts{"a:needle"}));
  EXPECT_GT(pages, 1);
}

TEST_F(LogStoreTest, DropsOneStreamAlone) {
  put(a_, {{1000, "a"}});
  put(b_, {{1000, "b"}});
  ASSERT_TRUE(store_->drop("g/1"));
  EXPECT_EQ(messages(store_->read({.stream_id = "g/1"})), Texts{});
  EXPECT_EQ(messages(store_->read({.stream_id = "g/10"})), (Texts{"b"}));
  EXPECT_EQ(messages(store_->read_group({.group_id = "g"})), (Texts{"b:b"}));

  auto late = events_at({{1, "late"}});
  auto refused = store_->append(a_, late);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ResourceNotFoundException");
}

TEST_F(LogStoreTest, DropsAGroupWithAllItsStreams) {
  put(a_, {{1000, "a"}});
  put(b_, {{1000, "b"}});
  put(other_, {{1000, "o"}});
  EXPECT_EQ(*store_->groups(), (Texts{"g", "g0"}));
  ASSERT_TRUE(store_->drop("g"));
  EXPECT_EQ(*store_->groups(), (Texts{"g0"}));
  EXPECT_EQ(messages(store_->read({.stream_id = "g/1"})), Texts{});
  EXPECT_EQ(messages(store_->read_group({.group_id = "g0"})), (Texts{"other:o"}));
  auto late = events_at({{1, "late"}});
  EXPECT_FALSE(store_->append(b_, late));
}

TEST_F(LogStoreTest, ExpiresByTimeOverAllStreams) {
  put(a_, {{1000, "a"}, {2000, "b"}});
  put(b_, {{1500, "c"}, {2500, "d"}});
  put(other_, {{1000, "o"}});
  ASSERT_TRUE(store_->expire("g", {2000}));
  EXPECT_EQ(messages(store_->read({.stream_id = "g/1"})), (Texts{"b"}));
  EXPECT_EQ(messages(store_->read({.stream_id = "g/10"})), (Texts{"d"}));
  EXPECT_EQ(messages(store_->read_group({.group_id = "g"})), (Texts{"a:b", "b:d"}));
  EXPECT_EQ(messages(store_->read({.stream_id = "g0/1"})), (Texts{"o"}));
}

TEST_F(LogStoreTest, ListsStreamsWithTheTimeOfTheirLastEvent) {
  put(a_, {{3000, "x"}, {1000, "y"}});
  put(b_, {{2000, "z"}});
  put(other_, {{1, "o"}});
  std::vector<std::pair<std::string, std::int64_t>> seen;
  ASSERT_TRUE(
      store_->each_stream("g", [&](std::string_view id, Instant last) { seen.emplace_back(id, last.ms); }));
  EXPECT_EQ(seen, (std::vector<std::pair<std::string, std::int64_t>>{{"g/1", 3000}, {"g/10", 2000}}));
}

TEST_F(LogStoreTest, SequencesOfConcurrentAppendsDiffer) {
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "RocksDB's library is not built for ThreadSanitizer, which does not see its atomics";
#endif
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i) {
        auto events = events_at({{7, "x"}, {7, "y"}});
        ASSERT_TRUE(store_->append(a_, events));
      }
    });
  for (auto& thread : threads) thread.join();
  auto page = *store_->read({.stream_id = "g/1"});
  ASSERT_EQ(page.events.size(), 400u);
  EXPECT_EQ((*store_->read_group({.group_id = "g"})).events.size(), 400u);
}

TEST(LogStore, KeepsEventsOverAReopening) {
  char path[] = "/tmp/slipway-logs-XXXXXX";
  const std::string directory = ::mkdtemp(path);
  for (int i = 0; i < 2; ++i) {
    auto store = open_log_store(directory + "/logs");
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->groups()->size(), std::size_t(i));
    auto events = events_at({{1, "x"}});
    ASSERT_TRUE((*store)->append({"g/1", "a"}, events));
    EXPECT_EQ((*store)->read({.stream_id = "g/1"})->events.size(), std::size_t(i + 1));
    EXPECT_GT((*store)->stored_bytes("g"), 0u);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace slipway::store
