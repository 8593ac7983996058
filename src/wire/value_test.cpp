#include "wire/value.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace slipway::wire {

namespace {

TEST(Value, IsAbsentUntilSet) {
  Value value;
  EXPECT_TRUE(value.absent());
  EXPECT_FALSE(value);
  EXPECT_EQ(value.string(), "");
  EXPECT_EQ(value.integer(), 0);
  EXPECT_EQ(value.size(), 0u);
  EXPECT_EQ(value.find("x"), nullptr);
  EXPECT_TRUE(value.get("x", "y").absent());
}

TEST(Value, KeepsScalars) {
  EXPECT_TRUE(Value(true).boolean());
  EXPECT_EQ(Value(std::int64_t{-5}).integer(), -5);
  EXPECT_EQ(Value(5u).integer(), 5);
  EXPECT_EQ(Value(2.5).number(), 2.5);
  EXPECT_EQ(Value(7).number(), 7.0);
  EXPECT_EQ(Value(Instant{42}).instant(), Instant{42});
  EXPECT_EQ(Value::blob(std::string_view("\0\xff", 2)).string(), std::string_view("\0\xff", 2));
  EXPECT_EQ(Value("literal").kind(), Kind::string);
}

TEST(Value, AnotherKindReadsAsNothing) {
  EXPECT_EQ(Value("5").integer(), 0);
  EXPECT_EQ(Value(5).string(), "");
  EXPECT_FALSE(Value("true").boolean());
  EXPECT_TRUE(Value("x").at(0).absent());
}

TEST(Value, KeepsTextOfEveryLength) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string text(length, 'x');
    Value value(text), copy = value, moved = std::move(value);
    EXPECT_EQ(copy.string(), text);
    EXPECT_EQ(moved.string(), text);
    EXPECT_TRUE(value.absent());  // NOLINT: moved from, and said to be absent
    EXPECT_EQ(copy, moved);
  }
}

TEST(Value, CopiesShareUntilOneChanges) {
  Value original =
      Value::object({{"tags", Value::list({"a", "b"})}, {"name", "a name too long to stand inside"}});
  Value copy = original;
  EXPECT_EQ(original.find("name"), copy.find("name"));  // one object
  copy.slot("tags").push_back("c");
  copy.set("name", 1);
  EXPECT_EQ(original.get("tags").size(), 2u);
  EXPECT_EQ(copy.get("tags").size(), 3u);
  EXPECT_EQ(original.get("name").string(), "a name too long to stand inside");
}

TEST(Value, MayBeAssignedFromInsideItself) {
  Value value = Value::object({{"inner", Value::object({{"x", "something that lies on the heap"}})}});
  value = value.get("inner");
  EXPECT_EQ(value.get("x").string(), "something that lies on the heap");
  value = Value(value);
  EXPECT_EQ(value.size(), 1u);
}

TEST(Value, SetReplacesAndKeepsTheOrder) {
  Value value;
  value.set("b", 1);
  value.set("a", 2);
  value.set("b", 3);
  ASSERT_EQ(value.size(), 2u);
  EXPECT_EQ(value.entries()[0].key.view(), "b");
  EXPECT_EQ(value.get("b").integer(), 3);
  EXPECT_TRUE(value.erase("b"));
  EXPECT_FALSE(value.erase("b"));
  EXPECT_EQ(value.entries()[0].key.view(), "a");
}

TEST(Value, FindsAmongManyKeys) {
  Value value;
  for (int i = 0; i < 20'000; ++i) value.set(std::to_string(i), i);
  for (int i = 0; i < 20'000; i += 2) value.set(std::to_string(i), -i);
  EXPECT_EQ(value.size(), 20'000u);
  EXPECT_EQ(value.get("19998").integer(), -19'998);
  EXPECT_EQ(value.get("19999").integer(), 19'999);
  EXPECT_EQ(value.find("20000"), nullptr);
  EXPECT_TRUE(value.erase("10"));
  EXPECT_EQ(value.find("10"), nullptr);
  EXPECT_EQ(value.get("11").integer(), 11);
}

TEST(Value, ErasingDownToFewKeysStillFinds) {
  Value value;
  for (int i = 0; i < 20; ++i) value.set(std::to_string(i), i);
  for (int i = 0; i < 10; ++i) value.erase(std::to_string(i));
  for (int i = 10; i < 20; ++i) EXPECT_EQ(value.get(std::to_string(i)).integer(), i);
  EXPECT_EQ(value.find("3"), nullptr);
}

TEST(Value, ComparesDeeply) {
  Value a = Value::object({{"x", 1}, {"y", Value::list({1, 2.0})}});
  Value b = Value::object({{"y", Value::list({1.0, 2})}, {"x", 1}});
  EXPECT_EQ(a, b);
  b.slot("y").push_back(3);
  EXPECT_FALSE(a == b);
  EXPECT_FALSE(Value("x") == Value::blob("x"));
  EXPECT_FALSE(Value::object({{"x", 1}}) == Value::object({{"z", 1}}));
  EXPECT_FALSE(Value(1) == Value(true));
}

TEST(Value, KeysFromTextAreCopied) {
  Value value;
  {
    std::string key = "a key that is made at run time";
    value.set(key, 1);
    key.assign(key.size(), '-');
  }
  EXPECT_EQ(value.get("a key that is made at run time").integer(), 1);
}

TEST(Value, CopiesMayBeDroppedByManyThreads) {
  Value shared = Value::object({{"list", Value::list({"a string that lies on the heap", 2})}});
  auto churn = [&] {
    for (int i = 0; i < 20'000; ++i) {
      Value copy = shared;
      copy.set("mine", i);
      EXPECT_EQ(copy.get("list").size(), 2u);
    }
  };
  std::thread one(churn), two(churn);
  one.join();
  two.join();
  EXPECT_EQ(shared.size(), 1u);
}

}  // namespace

}  // namespace slipway::wire
