#include "services/logs/filter_pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace slipway::services::logs {
namespace {

// What stands after the test's name: pattern, messages that match, messages that do not.
void expect(std::string_view pattern, std::initializer_list<std::string_view> yes,
            std::initializer_list<std::string_view> no) {
  auto parsed = FilterPattern::parse(pattern);
  ASSERT_TRUE(parsed) << pattern << ": " << parsed.error().message;
  for (auto message : yes) EXPECT_TRUE(parsed->matches(message)) << pattern << " on " << message;
  for (auto message : no) EXPECT_FALSE(parsed->matches(message)) << pattern << " on " << message;
}

std::string refused(std::string_view pattern) {
  auto parsed = FilterPattern::parse(pattern);
  return parsed ? "(no error)" : parsed.error().code + ": " + parsed.error().message;
}

TEST(FilterPattern, EmptyMatchesEverything) {
  expect("", {"", "x"}, {});
  expect("  ", {"", "x"}, {});
  expect("\" \"", {"x", "a b"}, {});
}

TEST(FilterPattern, Terms) {
  expect("ERROR", {"[ERROR 400] BAD REQUEST", "UNERRORED"}, {"error", "WARN"});
  expect("ERROR ARGUMENTS", {"[ERROR 419] MISSING ARGUMENTS"}, {"[ERROR 400] BAD REQUEST"});
  expect("?ERROR ?ARGUMENTS", {"[ERROR 400]", "ARGUMENTS"}, {"WARN"});
  expect("?ERROR ?ARGUMENTS REQUEST", {"[INFO] REQUEST FAILED"}, {"[ERROR 400]"});
  expect("\"INTERNAL SERVER ERROR\"", {"[ERROR 500] INTERNAL SERVER ERROR"}, {"INTERNAL ERROR SERVER"});
  expect("ERROR -ARGUMENTS", {"[ERROR 400] BAD REQUEST"}, {"[ERROR 419] MISSING ARGUMENTS", "INFO"});
  expect("-\"a b\"", {"ab"}, {"a b"});
  expect(R"("say \"hi\" \\")", {R"(say "hi" \)"}, {"say hi"});
}

TEST(FilterPattern, RegularExpressions) {
  expect("%AUTHORIZED%", {"[ERROR 401] UNAUTHORIZED REQUEST"}, {"authorized"});
  expect("%^[hc]at%", {"hat", "cat food"}, {"that", "bat"});
  expect("%[hc]at$%", {"that", "cat"}, {"hats"});
  expect("%colou?r%", {"color", "colour"}, {"colouur"});
  expect("%^a{3,5}$%", {"aaa", "aaaaa"}, {"aa", "aaaaaa"});
  expect("%^a{2}$%", {"aa"}, {"a", "aaa"});
  expect("%^a{,2}$%", {"", "a", "aa"}, {"aaa"});
  expect("%^a{2,}$%", {"aa", "aaaaaaaaa"}, {"a"});
  expect("%gra|ey%", {"gray", "grey"}, {"green"});
  expect("%^starting|^initializing|^shutting down%", {"starting x", "shutting down"},
         {"skipping initializing"});
  expect(R"(%\[.\]%)", {"[a]", "x[]]"}, {"[]", "[ab]"});
  expect(R"(%10\.10\.0\.1%)", {"at 10.10.0.1"}, {"10010,051"});
  expect("%ab*c%", {"ac", "abbbc"}, {"adc"});
  expect("%ab+c%", {"abc", "abbc"}, {"ac"});
  expect(R"(%^\d+\s\w+$%)", {"12 ab_3"}, {"12  ab", "x ab"});
  expect(R"(%\x28\D\x29%)", {"(x)"}, {"(1)"});
  expect("%[^a-c]%", {"d"}, {"abc"});
  expect("%^$%", {""}, {"x"});
}

TEST(FilterPattern, RegularExpressionsTakeTimeInProportionToTheText) {
  auto pattern = FilterPattern::parse("%a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b%");
  ASSERT_TRUE(pattern);
  EXPECT_FALSE(pattern->matches(std::string(20'000, 'a')));  // a backtracking matcher would not come back
}

constexpr std::string_view trail = R"({"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"], "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": null, "cluster.name": "c", "errorCode": 400, "latency": 12.5, "big": 1000, "yes": true, "no": false,
    "user": {"id": 1, "e-mail": "John.Stiles@example.com"}, "coordinates": [[0, 1, 2], [4, 5, 6]]})";

TEST(FilterPattern, Json) {
  for (std::string_view pattern : {R"({ $.eventType = "UpdateTrail" })",
                                   R"({ $.eventType = UpdateTrail })",
                                   R"({$.eventType="Update*"})",
                                   R"({ $.eventType != "Other" })",
                                   R"({ $.sourceIPAddress != 123.123.* })",
                                   R"({ $.sourceIPAddress = 111.* })",
                                   R"({ $.arrayKey[0] = "value" })",
                                   R"({ $.arrayKey[*] = "another value" })",
                                   R"({ $.eventType = %Trail% })",
                                   R"({ $.arrayKey[*] = %val.{2}% })",
                                   R"({ $.* = %111\.111\.111\.1[0-9]{1,2}% })",
                                   R"({ $.['cluster.name'] = "c" })",
                                   R"({ $['cluster.name'] = "c" })",
                                   R"({ $.SomeObject IS NULL })",
                                   R"({ $.SomeOtherObject NOT EXISTS })",
                                   R"({ $.errorCode = 400})",
                                   R"({ $.errorCode = 4* })",
                                   R"({ $.errorCode >= 400 && $.errorCode < 500 })",
                                   R"({ $.errorCode != 500 })",
                                   R"({ $.latency > 12 })",
                                   R"({ $.latency <= 12.5 })",
                                   R"({ $.big = 1e+3 })",
                                   R"({ $.big != 1e-3 })",
                                   R"({ $.yes IS TRUE })",
                                   R"({ $.no IS FALSE })",
                                   R"({ $.user.e-mail = "*@example.com" })",
                                   R"({ $.coordinates[1][2] = 6 })",
                                   R"({ $.objectList[*].id = 2 })",
                                   R"({ ($.user.id = 1) && ($.objectList[0].name = "a") })",
                                   R"({ $.user.id = 1 || $.errorCode = 1 && $.eventType = "x" })",
                                   R"({ $.eventType = "*" })"})
    expect(pattern, {trail}, {"no json", "{}x", ""});

  for (std::string_view pattern :
       {R"({ $.eventType = "updatetrail" })", R"({ $.eventType = "Update" })",
        R"({ $.eventType != "UpdateTrail" })", R"({ $.missing != "x" })", R"({ $.missing IS NULL })",
        R"({ $.eventType NOT EXISTS })", R"({ $.SomeObject NOT EXISTS })", R"({ $.arrayKey = "value" })",
        R"({ $.user != "x" })", R"({ $.errorCode > 400 })", R"({ $.yes IS FALSE })",
        R"({ $.arrayKey[7] = "value" })", R"({ ($.user.id = 1 || $.errorCode = 1) && $.eventType = "x" })"})
    expect(pattern, {}, {trail});
}

TEST(FilterPattern, SpaceDelimited) {
  constexpr std::string_view line =
      R"(127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)";
  for (std::string_view pattern :
       {"[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        "[..., request =*.html*, status_code = 4*, bytes]", "[ip=127.0.0.1, ...]", "[ip, ..., bytes > 1000]",
        R"([ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request, status_code, bytes])",
        "[..., status_code = 404 || status_code = 410, bytes]",
        "[..., request=\"GET /index.html HTTP/1.0\", s, b]", "[ip, rest]", "[..., s >= 404 && s < 405, b]",
        "[a,b,c,d,e,f,g]", "[a, (b=Prod || b=Test), ...]"})
    expect(pattern, {line}, {""});
  for (std::string_view pattern :
       {"[a,b,c,d,e,f,g,h]", "[..., status_code = 5*, bytes]", "[ip=10.*, ...]", "[ip, ..., bytes < 1000]"})
    expect(pattern, {}, {line});
  expect("[...]", {line, ""}, {});
  expect("[w1=ERROR, w2]", {"ERROR 09/25/2014 12:00:02 Failed to process request"}, {"ERROR", "INFO x"});
  expect("[w1!=ERROR && w1!=WARNING, w2]", {"INFO x"}, {"ERROR x", "WARNING x"});
}

TEST(FilterPattern, WhatIsNoneIsRefused) {
  EXPECT_EQ(refused("a:b"), "InvalidParameterException: Invalid character(s) in term ':'");
  EXPECT_EQ(refused("(x"), "InvalidParameterException: Invalid character(s) in term '('");
  for (std::string_view pattern : {"\"open",
                                   "-",
                                   "?",
                                   "%open",
                                   "%a(b)%",
                                   "%a!%",
                                   "%[b-a]%",
                                   "%[a%",
                                   "%a{3,2}%",
                                   "%a{9999}%",
                                   "%a{x}%",
                                   "%*%",
                                   "%a% %b% %c%",
                                   "{",
                                   "{}",
                                   "{ $.a }",
                                   "{ $.a = }",
                                   "{ a = 1 }",
                                   "{ $. = 1 }",
                                   "{ $.a = 1",
                                   "{ $.a = 1 } x",
                                   "{ $.a > \"x\" }",
                                   "{ $.a IS x }",
                                   "{ $.a NOT x }",
                                   "{ $.a = 1 && }",
                                   "{ ($.a = 1 }",
                                   "{ $.a[x] = 1 }",
                                   "{ $.*.* = 1 }",
                                   "{ $.a[*] = 1 && $.* = 2 && $.b[*] = 3 && $.c[*] = 4 }",
                                   "[a",
                                   "[..., ...]",
                                   "[a=]",
                                   "[a=1 || b=2]",
                                   "[a] x",
                                   "[a b]",
                                   "{ $.a = x:y }"})
    EXPECT_TRUE(refused(pattern).starts_with("InvalidParameterException")) << pattern;
  EXPECT_TRUE(refused("{ " + std::string(100, '(') + "$.a = 1" + std::string(100, ')') + " }")
                  .contains("too many parentheses"));
}

}  // namespace
}  // namespace slipway::services::logs
