#include "runtime/dns/message.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace slipway::runtime {
namespace {

std::string query(const std::string& name, std::uint16_t type, std::uint16_t id = 0x1234) {
  std::string out{char(id >> 8), char(id & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('.', at), name.size());
    out += char(end - at);
    out += name.substr(at, end - at);
    at = end + 1;
  }
  out += '\0';
  return out + std::string{char(type >> 8), char(type & 0xff), 0, 1};
}

const DnsZone zone{{{0x0a000000, 16}}, "ec2.internal"};

// "" where the zone leaves the name to others, "-" for no such name, "0" for no such record, else the record.
std::string asked(const std::string& name, std::uint16_t type) {
  const std::string message = query(name, type);
  const auto question = parse_dns_query(message);
  EXPECT_TRUE(question) << name;
  const auto answer = answer_from(zone, message, *question);
  if (!answer) return "";
  EXPECT_TRUE(is_dns_answer(*answer, 0x1234, *question));
  if ((answer->at(3) & 15) == 3) return "-";
  if (answer->at(7) == 0) return "0";
  return answer->substr(message.size() + 12);
}

TEST(DnsMessages, OneQuestionIsTaken) {
  const auto question = parse_dns_query(query("Example.COM", 1));
  ASSERT_TRUE(question);
  EXPECT_EQ(question->name, "example.com");
  EXPECT_EQ(question->type, 1);
  EXPECT_TRUE(parse_dns_query(query("", 2))) << "the root";
}

TEST(DnsMessages, WhatIsNoQueryIsNotAnswered) {
  const std::string good = query("example.com", 1);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_dns_query(good.substr(0, size))) << size;
  const auto with = [&](std::size_t at, char value) {
    std::string bad = good;
    bad[at] = value;
    return parse_dns_query(bad);
  };
  EXPECT_FALSE(with(2, char(0x80))) << "an answer: two forwarders would talk for ever";
  EXPECT_FALSE(with(2, 0x28)) << "an update";
  EXPECT_FALSE(with(5, 0)) << "no question";
  EXPECT_FALSE(with(5, 2)) << "two";
  EXPECT_FALSE(with(7, 1)) << "a query with answers";
  EXPECT_FALSE(with(12, char(0xc0))) << "a compressed name";
  EXPECT_FALSE(with(12, 64)) << "a long label";
  std::string name;
  for (int label = 0; label < 5; ++label) name += (label ? "." : "") + std::string(60, 'a');
  EXPECT_FALSE(parse_dns_query(query(name, 1))) << "a long name";
  EXPECT_FALSE(parse_dns_query(good + std::string(limits::dns_message_bytes, 'x')));
}

TEST(DnsMessages, OnlyTheAnswerToTheQuestionCounts) {
  const std::string message = query("example.com", 1);
  const auto question = *parse_dns_query(message);
  const std::string answer = dns_address_answer(message, question, 1);
  EXPECT_TRUE(is_dns_answer(answer, 0x1234, question));
  EXPECT_FALSE(is_dns_answer(answer, 0x1235, question)) << "another id";
  EXPECT_FALSE(is_dns_answer(message, 0x1234, question)) << "a query";
  EXPECT_FALSE(is_dns_answer(answer, 0x1234, *parse_dns_query(query("example.org", 1)))) << "another name";
  EXPECT_FALSE(is_dns_answer(answer, 0x1234, *parse_dns_query(query("example.com", 28)))) << "another type";
  EXPECT_FALSE(is_dns_answer(answer.substr(0, 20), 0x1234, question)) << "cut off";
}

TEST(DnsZones, EveryAddressHasItsNameBothWays) {
  EXPECT_EQ(asked("ip-10-0-1-5.ec2.internal", 1), std::string("\x0a\x00\x01\x05", 4));
  EXPECT_EQ(asked("IP-10-0-1-5.EC2.internal", 1), std::string("\x0a\x00\x01\x05", 4));
  EXPECT_EQ(asked("5.1.0.10.in-addr.arpa", 12), std::string("\x0b") + "ip-10-0-1-5" + "\x03" + "ec2" +
                                                    "\x08" + "internal" + std::string(1, '\0'));
  EXPECT_EQ(asked("ip-10-0-1-5.ec2.internal", 28), "0") << "no IPv6 address";
}

TEST(DnsZones, OthersNamesAreLeftToOthersAndOurOwnNeverLeave) {
  EXPECT_EQ(asked("example.com", 1), "");
  EXPECT_EQ(asked("1.1.168.192.in-addr.arpa", 12), "") << "another network";
  EXPECT_EQ(asked("notec2.internal", 1), "");
  for (const char* name : {"ip-10-1-0-5.ec2.internal", "ip-10-0-1.ec2.internal", "ip-10-0-1-256.ec2.internal",
                           "ip-10-0-01-5.ec2.internal", "ip-10-0-1-5x.ec2.internal", "www.ec2.internal"})
    EXPECT_EQ(asked(name, 1), "-") << name;
}

}  // namespace
}  // namespace slipway::runtime
