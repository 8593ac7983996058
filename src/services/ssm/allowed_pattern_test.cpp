#include "services/ssm/allowed_pattern.hpp"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <string>

namespace slipway::services::ssm {
namespace {

bool found(std::string_view pattern, std::string_view value) {
  auto parsed = AllowedPattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().message);
  return parsed && parsed->found_in(value);
}

TEST(AllowedPattern, MatchesAsItSays) {
  const struct {
    std::string_view pattern, yes, no;
  } rows[] = {
      {"^\\d+$", "123", "12a"},
      {"^[a-z][a-z0-9-]{2,4}$", "ab-1", "a1"},
      {"^(dev|test|prod)$", "test", "tests"},
      {"^(?:a|bc)*$", "abca", "abcb"},
      {"^https?://[^/]+(/.*)?$", "https://x.y/z", "ftp://x"},
      {"b", "abc", "ac"},
      {"^a|b$", "xb", "xa"},
      {"^.{3}$", "abc", "abcd"},
      {"^[]a]+$", "]a]", "b"},
      {"^[^a-c]+$", "xyz", "xbz"},
      {"^\\w+\\s\\S+$", "a_1 ?", "a?"},
      {"^a{2}(b{0,1}c){2,}$", "aabccbc", "aabc"},
      {"^\\$\\{x\\}$", "${x}", "$x"},
      {"", "anything", "\0"},
      {"^(a*)*$", "aaaa", "aab"},
      {"^a+?$", "aaa", ""},
  };
  for (const auto& [pattern, yes, no] : rows) {
    EXPECT_TRUE(found(pattern, yes)) << pattern;
    if (!no.starts_with('\0') && !pattern.empty()) EXPECT_FALSE(found(pattern, no)) << pattern;
  }
}

TEST(AllowedPattern, WhatItCannotDoIsRefused) {
  for (const char* pattern :
       {"(", ")", "a)", "[a", "*a", "a**", "a{", "a{2,1}", "a{x}", "a{1,x}", "(?=a)", "(?i)a", "\\1", "\\p{L}", "\\",
        "[z-a]", "a++", "a{99999}", "(((a{50}){50}){50})", "((((){1000}){1000}){1000}){1000}", "[a-\\d]"}) {
    auto parsed = AllowedPattern::parse(pattern);
    ASSERT_FALSE(parsed) << pattern;
    EXPECT_EQ(parsed.error().code, "InvalidAllowedPatternException") << pattern;
  }
  EXPECT_FALSE(AllowedPattern::parse(std::string(500, '(') + std::string(500, ')')));
}

// Patterns that make a matcher which goes back need longer than anybody waits.
TEST(AllowedPattern, HardPatternsAreNoHarder) {
  const std::string text(8'000, 'a');
  EXPECT_FALSE(found("^(a+)+$", text + "b"));
  EXPECT_FALSE(found("^(a|a)*b$", text));
  EXPECT_FALSE(found("(a?){100}a{100}b", text));
}

TEST(AllowedPattern, AgreesWithTheStandardLibrary) {
  std::mt19937 random(1);
  const auto below = [&](unsigned n) { return random() % n; };
  const std::string atoms[] = {"a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)", "(a|)", "\\w", "^", "$"};
  const std::string counts[] = {"", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,1}", "{1,}"};
  for (int i = 0; i < 3'000; ++i) {
    std::string pattern, value;
    for (unsigned n = below(5); n > 0; --n) {
      const std::string& atom = atoms[below(std::size(atoms))];
      pattern += atom;
      if (atom != "^" && atom != "$") pattern += counts[below(std::size(counts))];
      if (below(6) == 0) pattern += "|";
    }
    for (unsigned n = below(7); n > 0; --n) value += "abc"[below(3)];
    EXPECT_EQ(found(pattern, value), std::regex_search(value, std::regex(pattern))) << pattern << " on " << value;
  }
}

}  // namespace
}  // namespace slipway::services::ssm
