#include <algorithm>
#include <cctype>

#include "services/secretsmanager/world_test.hpp"

namespace slipway::services::secretsmanager {
namespace {

using wire::Value;
using Names = std::vector<std::string>;

class SecretListings : public Secrets {
 protected:
  Names listed(const Value& in) {
    Names names;
    for (const Value& entry : ok("ListSecrets", in).get("SecretList").items())
      names.emplace_back(entry.get("Name").string());
    return names;
  }
  Names by(std::string_view key, std::initializer_list<Value> values) {
    return listed(Value::object({{"SortBy", "name"},
                                 {"Filters", Value::list({Value::object({{"Key", key}, {"Values", Value::list(values)}})})}}));
  }
};

TEST_F(SecretListings, ComeInOrderAndPages) {
  for (const char* name : {"c", "a", "d", "b"}) {
    world.now = world.now + 1'000;
    make(name, "value-of-it");
  }
  EXPECT_EQ(listed(Value::object()), (Names{"c", "a", "d", "b"}));
  EXPECT_EQ(listed(Value::object({{"SortOrder", "desc"}})), (Names{"b", "d", "a", "c"}));
  EXPECT_EQ(listed(Value::object({{"SortBy", "name"}})), (Names{"a", "b", "c", "d"}));
  put("a", "new");
  EXPECT_EQ(listed(Value::object({{"SortBy", "last-changed-date"}})), (Names{"c", "d", "a", "b"}));
  for (const char* order : {"asc", "desc"}) {
    Value in = Value::object({{"MaxResults", 3}, {"SortOrder", order}});
    Names all = listed(Value::object({{"SortOrder", order}})), seen = listed(in);
    const Value first = ok("ListSecrets", in);
    EXPECT_FALSE(wire::write_json(first).contains("value-of-it"));
    in.set("NextToken", first.get("NextToken"));
    for (const std::string& name : listed(in)) seen.push_back(name);
    EXPECT_EQ(seen, all);
    EXPECT_FALSE(ok("ListSecrets", in).find("NextToken"));
    in.set("SortBy", "name");
    EXPECT_TRUE(refused("ListSecrets", in).starts_with("InvalidNextTokenException"));
  }
}

TEST_F(SecretListings, AreFiltered) {
  ok("CreateSecret", R"({"Name":"app/db","Description":"Main database","Tags":[{"Key":"env","Value":"prod"}]})");
  ok("CreateSecret", R"({"Name":"app/mail","Description":"the mailer"})");
  ok("CreateSecret", R"({"Name":"other"})");
  EXPECT_EQ(by("name", {"app/"}), (Names{"app/db", "app/mail"}));
  EXPECT_EQ(by("name", {"APP"}), Names{});
  EXPECT_EQ(by("name", {"!app/"}), (Names{"other"}));
  EXPECT_EQ(by("name", {"other", "app/m"}), (Names{"app/mail", "other"}));
  EXPECT_EQ(by("description", {"main"}), (Names{"app/db"}));
  EXPECT_EQ(by("tag-key", {"en"}), (Names{"app/db"}));
  EXPECT_EQ(by("tag-value", {"prod"}), (Names{"app/db"}));
  EXPECT_EQ(by("all", {"Main APP"}), (Names{"app/db"}));
  EXPECT_EQ(by("owning-service", {"x"}), Names{});
  ok("DeleteSecret", of("other"));
  EXPECT_EQ(listed(Value::object({{"SortBy", "name"}})), (Names{"app/db", "app/mail"}));
  EXPECT_EQ(listed(Value::object({{"IncludePlannedDeletion", true}})).size(), 3u);
}

TEST_F(SecretListings, ValuesInABatch) {
  make("a", "one");
  make("b", "two");
  ok("CreateSecret", R"({"Name":"empty"})");
  const Value some = ok("BatchGetSecretValue", R"({"SecretIdList":["b","none","a","empty"]})");
  EXPECT_EQ(some.get("SecretValues").size(), 2u);
  EXPECT_EQ(some.get("SecretValues").at(0).get("SecretString").string(), "two");
  EXPECT_EQ(some.get("Errors").size(), 2u);
  EXPECT_EQ(some.get("Errors").at(0).get("SecretId").string(), "none");
  EXPECT_EQ(some.get("Errors").at(0).get("ErrorCode").string(), "ResourceNotFoundException");
  const Value found = ok("BatchGetSecretValue", R"({"Filters":[{"Key":"name","Values":["a"]}]})");
  EXPECT_EQ(found.get("SecretValues").at(0).get("SecretString").string(), "one");
  EXPECT_TRUE(refused("BatchGetSecretValue", "{}").starts_with("InvalidParameterException"));
}

TEST_F(SecretListings, RandomPasswords) {
  const auto make_one = [&](std::string_view in) {
    return std::string(ok("GetRandomPassword", in).get("RandomPassword").string());
  };
  const auto has = [](const std::string& text, char from, char to) {
    return std::ranges::any_of(text, [&](char c) { return c >= from && c <= to; });
  };
  EXPECT_EQ(make_one("{}").size(), 32u);
  EXPECT_NE(make_one("{}"), make_one("{}"));
  for (int i = 0; i < 50; ++i) {
    const std::string each = make_one(R"({"PasswordLength":4})");
    EXPECT_TRUE(has(each, 'a', 'z') && has(each, 'A', 'Z') && has(each, '0', '9')) << each;
    const std::string letters =
        make_one(R"({"ExcludePunctuation":true,"ExcludeNumbers":true,"ExcludeCharacters":"aeiou","PasswordLength":200})");
    EXPECT_TRUE(std::ranges::all_of(letters, [](char c) { return std::isalpha(c) && !std::string_view("aeiou").contains(c); }));
  }
  EXPECT_TRUE(refused("GetRandomPassword", R"({"PasswordLength":3})").starts_with("InvalidParameterException"));
  EXPECT_TRUE(refused("GetRandomPassword",
                      R"({"ExcludePunctuation":true,"ExcludeNumbers":true,"ExcludeLowercase":true,"ExcludeUppercase":true})")
                  .starts_with("InvalidParameterException"));
}

}  // namespace
}  // namespace slipway::services::secretsmanager
