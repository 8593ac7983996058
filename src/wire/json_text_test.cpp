#include "wire/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace slipway::wire {

namespace {

std::string why(std::string_view text) {
  Result<Value> value = parse_json(text);
  return value ? "accepted" : value.error().code + ": " + value.error().message;
}

TEST(JsonText, ReadsWhatItWrites) {
  for (std::string_view text : {R"({"a":1,"b":[true,false,null],"c":{"d":-2.5,"e":""}})", "[]", "{}", "null",
                                "\"x\"", "0", "1e+300", R"("\u0000\u001f\"\\")", "\"\xf0\x9f\x98\xb9\"",
                                R"({"":{"":[[]]}})", "9223372036854775807", "-9223372036854775808"}) {
    Result<Value> value = parse_json(text);
    ASSERT_TRUE(value) << text << ": " << value.error().message;
    EXPECT_EQ(write_json(*value), text);
  }
}

TEST(JsonText, TellsIntegersFromNumbers) {
  EXPECT_EQ(parse_json("12")->kind(), Kind::integer);
  EXPECT_EQ(parse_json("12.0")->kind(), Kind::number);
  EXPECT_EQ(parse_json("1e2")->kind(), Kind::number);
  EXPECT_EQ(parse_json("9223372036854775808")->kind(), Kind::number);
  EXPECT_EQ(parse_json("0.1")->number(), 0.1);
  EXPECT_EQ(parse_json("1.7976931348623157e308")->number(), std::numeric_limits<double>::max());
  EXPECT_EQ(parse_json("0.30000000000000004")->number(), 0.1 + 0.2);
}

TEST(JsonText, KeepsTheEntryOfNullAndTheLastOfRepeated) {
  Result<Value> value = parse_json(R"({"a":null,"b":1,"b":2})");
  ASSERT_TRUE(value);
  ASSERT_NE(value->find("a"), nullptr);
  EXPECT_TRUE(value->get("a").absent());
  EXPECT_EQ(value->get("b").integer(), 2);
  EXPECT_EQ(value->size(), 2u);
}

TEST(JsonText, RefusesWhatIsNoJson) {
  for (std::string_view text :
       {"",        " ",           "{",      "[1,",   "{\"a\"", "{\"a\":}", "{a:1}",
        "[1,]",    "tru",         "nan",    "01",    "1.",     "+1",       "\"",
        "\"\\x\"", "\"\\ud800\"", "\"\n\"", "{} {}", "1 2",    "/**/1",    "\xef\xbb\xbf{}",
        "'a'"})
    EXPECT_TRUE(why(text).starts_with("SerializationException: ")) << text << " was " << why(text);
}

TEST(JsonText, RefusesBrokenUtf8) {
  for (std::string_view text : {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"",
                                "\"\xe2\x82\"", "{\"\x80\":1}"})
    EXPECT_NE(why(text), "accepted");
}

TEST(JsonText, SaysWhere) {
  EXPECT_TRUE(why(R"({"a": tru})").ends_with("at byte 6")) << why(R"({"a": tru})");
}

TEST(JsonText, RefusesDepthBombs) {
  EXPECT_TRUE(parse_json(std::string(60, '[') + std::string(60, ']')));
  EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parse_json(objects));
}

TEST(JsonText, RefusesTooMany) {
  std::string values = "[";
  for (std::size_t i = 0; i < limits::wire_members; ++i) values += "1,";
  EXPECT_FALSE(parse_json(values + "1]"));
  std::string entries = "{";
  for (std::size_t i = 0; i < limits::wire_map_entries; ++i) entries += "\"" + std::to_string(i) + "\":1,";
  EXPECT_FALSE(parse_json(entries + "\"x\":1}"));
  EXPECT_FALSE(parse_json("\"" + std::string(limits::wire_string_bytes + 1, 'x') + "\""));
  EXPECT_FALSE(parse_json("  [1]", 4));
}

TEST(JsonText, RefusesHugeNumbers) {
  EXPECT_NE(why("1e999"), "accepted");
  EXPECT_NE(why("-1e999"), "accepted");
  EXPECT_NE(why(std::string(100'000, '9')), "accepted");
  EXPECT_EQ(why("1e-999"), "accepted");
}

TEST(JsonText, WritesWhatIsNotUtf8AsReplacement) {
  EXPECT_EQ(write_json(Value(std::string_view("a\xff"
                                              "b\xe2\x82"))),
            "\"a\xef\xbf\xbd"
            "b\xef\xbf\xbd\xef\xbf\xbd\"");
  for (std::string_view text : {"\x01\x7f\xc3\x28", "\xed\xa0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80",
                                "\xf4\x90\x80\x80", "\xc1\x81"})
    EXPECT_TRUE(parse_json(write_json(Value(text)))) << text;
}

TEST(JsonText, WritesOtherKinds) {
  EXPECT_EQ(write_json(Value::blob("hi")), "\"aGk=\"");
  EXPECT_EQ(write_json(Value(Instant{1'398'796'238'120})), "1398796238.12");
  EXPECT_EQ(write_json(Value(Instant{-500})), "-0.5");
  EXPECT_EQ(write_json(Value(std::numeric_limits<double>::quiet_NaN())), "\"NaN\"");
  EXPECT_EQ(write_json_pretty(*parse_json(R"({"a":[1,{}],"b":[]})")),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace

}  // namespace slipway::wire
