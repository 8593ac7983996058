#include "agent/logs/log_lines.hpp"

#include <gtest/gtest.h>

#include "agent/logs/log_options.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

using Stream = runtime::OutputRecord::Stream;

// A spool: records one behind the other, as the supervisor writes them.
class Spool {
 public:
  void say(std::string data, Stream stream = Stream::out, std::int64_t ms = 1'000) {
    offset_ += 16 + data.size();
    records.push_back({stream, ms * 1'000'000, std::move(data), offset_});
  }
  void feed_to(LogLines& lines) const {
    for (const runtime::OutputRecord& record : records) lines.feed(record);
  }
  std::vector<runtime::OutputRecord> records;

 private:
  std::uint64_t offset_ = 0;
};

std::vector<std::string> messages(LogLines& lines) {
  std::vector<std::string> out;
  for (const LogEvent& event : lines.events()) out.push_back(event.message);
  return out;
}

using Texts = std::vector<std::string>;

TEST(LogLines, CutsRecordsIntoLines) {
  Spool spool;
  spool.say("one\ntwo\nthr");
  spool.say("ee\n\n", Stream::out, 2'000);
  spool.say("end");
  LogLines lines({});
  spool.feed_to(lines);
  EXPECT_EQ(messages(lines), (Texts{"one", "two", "three"})) << "an empty line is no event";
  EXPECT_EQ(lines.events()[2].time.ms, 1'000) << "its first byte's time";
  EXPECT_TRUE(lines.pending(0));
  lines.flush_all();
  EXPECT_EQ(messages(lines).back(), "end");
}

TEST(LogLines, StreamsDoNotMix) {
  Spool spool;
  spool.say("out ");
  spool.say("err\n", Stream::err);
  spool.say("put\n");
  LogLines lines({});
  spool.feed_to(lines);
  EXPECT_EQ(messages(lines), (Texts{"err", "out put"}));
}

// Whatever was acknowledged before, another life ships exactly the rest.
TEST(LogLines, GoesOnAnywhere) {
  Spool spool;
  spool.say("a\nb\nc");
  spool.say("x\ny", Stream::err);
  spool.say("c\nd\n");
  spool.say("y\nz\n", Stream::err);
  LogLines whole({});
  spool.feed_to(whole);
  std::vector<LogEvent> all(whole.events().begin(), whole.events().end());
  for (std::size_t shipped = 0; shipped <= all.size(); ++shipped) {
    LogPosition position;
    for (std::size_t i = 0; i < shipped; ++i) position.streams[all[i].stream] = all[i].end;
    Result<LogPosition> reread = LogPosition::parse(position.text());
    ASSERT_TRUE(reread);
    EXPECT_EQ(*reread, position);
    LogLines rest(*reread);
    for (const runtime::OutputRecord& record : spool.records)
      if (record.next_offset > position.offset()) rest.feed(record);
    Texts expected;
    for (std::size_t i = shipped; i < all.size(); ++i) expected.push_back(all[i].message);
    EXPECT_EQ(messages(rest), expected) << "after " << shipped;
  }
}

TEST(LogLines, LongLineIsCutBetweenCharacters) {
  Spool spool;
  std::string line;
  while (line.size() < limits::shipped_event_bytes + 1'000) line += "\xc3\xa4";
  for (std::size_t at = 0; at < line.size(); at += 60'000) spool.say(line.substr(at, 60'000));
  spool.say("\nnext\n");
  LogLines lines({});
  spool.feed_to(lines);
  Texts got = messages(lines);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_LE(got[0].size(), limits::shipped_event_bytes);
  EXPECT_EQ(got[0] + got[1], line);
  EXPECT_EQ(got[2], "next");
}

TEST(LogLines, WhatIsNoTextBecomesReplacements) {
  Spool spool;
  spool.say("a\xff z\xc3\n");
  LogLines lines({});
  spool.feed_to(lines);
  EXPECT_EQ(messages(lines), Texts{"a\xef\xbf\xbd z\xef\xbf\xbd"});
}

TEST(LogLines, SeveralLinesAreOneEvent) {
  std::map<std::string, std::string> options{{"awslogs-group", "g"}, {"awslogs-multiline-pattern", "^INFO"}};
  Result<AwslogsOptions> awslogs = parse_awslogs(options, "s");
  ASSERT_TRUE(awslogs);
  Spool spool;
  spool.say("INFO a\n  more\nINFO b\n");
  LogLines lines({}, awslogs->starts_event);
  spool.feed_to(lines);
  EXPECT_EQ(messages(lines), Texts{"INFO a\n  more"});
  EXPECT_TRUE(lines.group_open());
  lines.flush_lines();
  EXPECT_EQ(messages(lines).back(), "INFO b");
}

TEST(LogOptions, DockersWords) {
  EXPECT_EQ(parse_awslogs({}, "s").error().message, "must specify a value for log opt 'awslogs-group'");
  EXPECT_FALSE(parse_awslogs({{"awslogs-group", "g"}, {"awslogs-multiline-pattern", "("}}, "s"));
  EXPECT_FALSE(parse_awslogs(
      {{"awslogs-group", "g"}, {"awslogs-multiline-pattern", "a"}, {"awslogs-datetime-format", "%Y"}}, "s"));
  Result<AwslogsOptions> plain = parse_awslogs({{"awslogs-group", "g"}}, "default-stream");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->stream, "default-stream");
  EXPECT_FALSE(plain->starts_event);
}

TEST(LogOptions, DatetimeFormat) {
  Result<AwslogsOptions> options =
      parse_awslogs({{"awslogs-group", "g"}, {"awslogs-datetime-format", "[%Y-%m-%d %H:%M:%S]"}}, "s");
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->starts_event("[2026-11-24 13:45:20] hello"));
  EXPECT_FALSE(options->starts_event("2026-11-24 13:45:20 hello"));
  EXPECT_FALSE(options->starts_event("[2026-13-24 13:45:20]"));
}

}  // namespace
}  // namespace slipway::agent
