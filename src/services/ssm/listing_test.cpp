#include "services/ssm/filters.hpp"
#include "services/ssm/world_test.hpp"

namespace slipway::services::ssm {
namespace {

using wire::Value;

class Listings : public Parameters {
 protected:
  Value filter(std::string_view key, std::initializer_list<Value> values, std::string_view option = "") {
    Value out = Value::object({{"Key", key}});
    if (values.size() > 0) out.set("Values", Value::list(values));
    if (!option.empty()) out.set("Option", option);
    return out;
  }
  Names described(const Value& one) {
    return names(ok("DescribeParameters", Value::object({{"ParameterFilters", Value::list({one})}})).get("Parameters"));
  }
  Names under(std::string_view path, bool recursive = false) {
    return names(
        ok("GetParametersByPath", Value::object({{"Path", path}, {"Recursive", recursive}})).get("Parameters"));
  }
};

TEST_F(Listings, OfAPath) {
  for (const char* name : {"/a/b", "/a/b/c", "/a/d", "/ab/c", "plain", "/top"}) put(name, "v");
  EXPECT_EQ(under("/a"), (Names{"/a/b", "/a/d"}));
  EXPECT_EQ(under("/a/"), (Names{"/a/b", "/a/d"}));
  EXPECT_EQ(under("/a", true), (Names{"/a/b", "/a/b/c", "/a/d"}));
  EXPECT_EQ(under("/"), (Names{"/top", "plain"}));
  EXPECT_EQ(under("/", true).size(), 6u);
  EXPECT_EQ(under("/none"), Names{});
  EXPECT_TRUE(refused("GetParametersByPath", R"({"Path":"a"})").starts_with("ValidationException"));
}

TEST_F(Listings, InPagesMissNothing) {
  Names all;
  for (int i = 0; i < 25; ++i) {
    all.push_back("/p/" + std::string(1, char('a' + i)));
    put(all.back(), "v");
    put(all.back() + "/deeper", "v");
  }
  Names seen;
  Value in = Value::object({{"Path", "/p"}, {"MaxResults", 4}});
  for (int pages = 0; pages < 10; ++pages) {
    const Value page = ok("GetParametersByPath", in);
    for (std::string& name : names(page.get("Parameters"))) seen.push_back(std::move(name));
    if (!page.find("NextToken")) break;
    in.set("NextToken", page.get("NextToken"));
  }
  EXPECT_EQ(seen, all);
  in.set("Path", "/q");
  EXPECT_TRUE(refused("GetParametersByPath", in).starts_with("InvalidNextToken"));
  EXPECT_EQ(ok("DescribeParameters", "{}").get("Parameters").size(), 50u);
  EXPECT_FALSE(ok("DescribeParameters", "{}").find("NextToken"));
  put("/z", "v");
  EXPECT_TRUE(ok("DescribeParameters", "{}").find("NextToken"));
}

TEST_F(Listings, OfAPathByTypeAndLabel) {
  put("/a/s", "v", "SecureString");
  put("/a/t", "old");
  put("/a/t", "new");
  ok("LabelParameterVersion", R"({"Name":"/a/t","ParameterVersion":1,"Labels":["live"]})");
  const auto by = [&](const Value& one) {
    return ok("GetParametersByPath", Value::object({{"Path", "/a"}, {"ParameterFilters", Value::list({one})}}))
        .get("Parameters");
  };
  EXPECT_EQ(names(by(filter("Type", {"SecureString"}))), (Names{"/a/s"}));
  const Value labelled = by(filter("Label", {"live"}));
  ASSERT_EQ(labelled.size(), 1u);
  EXPECT_EQ(labelled.at(0).get("Value").string(), "old");
  EXPECT_EQ(labelled.at(0).get("Selector").string(), ":live");
  const auto refusal = [&](const Value& one) {
    return refused("GetParametersByPath",
                   Value::object({{"Path", "/a"}, {"ParameterFilters", Value::list({one})}}));
  };
  EXPECT_TRUE(refusal(filter("Name", {"x"})).starts_with("InvalidFilterKey"));
  EXPECT_TRUE(refusal(filter("Type", {"x"}, "Contains")).starts_with("InvalidFilterOption"));
  EXPECT_TRUE(refusal(filter("Type", {})).starts_with("InvalidFilterValue"));
}

TEST_F(Listings, OfDescriptionsByFilter) {
  put("/a/one", "v");
  put("/a/b/two", "v", "SecureString");
  ok("PutParameter", with(with(input("three", "v"), "Tier", "Advanced"), "Tags",
                          Value::list({Value::object({{"Key", "env"}, {"Value", "prod"}})})));
  EXPECT_EQ(described(filter("Name", {"three"})), (Names{"three"}));
  EXPECT_EQ(described(filter("Name", {"/a"}, "BeginsWith")), (Names{"/a/b/two", "/a/one"}));
  EXPECT_EQ(described(filter("Name", {"wo"}, "Contains")), (Names{"/a/b/two"}));
  EXPECT_EQ(described(filter("Path", {"/a"})), (Names{"/a/one"}));
  EXPECT_EQ(described(filter("Path", {"/a"}, "Recursive")), (Names{"/a/b/two", "/a/one"}));
  EXPECT_EQ(described(filter("Type", {"SecureString", "StringList"})), (Names{"/a/b/two"}));
  EXPECT_EQ(described(filter("KeyId", {"alias/aws/ssm"})), (Names{"/a/b/two"}));
  EXPECT_EQ(described(filter("Tier", {"Advanced"})), (Names{"three"}));
  EXPECT_EQ(described(filter("DataType", {"text"})).size(), 3u);
  EXPECT_EQ(described(filter("tag:env", {})), (Names{"three"}));
  EXPECT_EQ(described(filter("tag:env", {"test"})), Names{});
  EXPECT_EQ(names(ok("DescribeParameters", R"({"Filters":[{"Key":"Name","Values":["three"]}]})").get("Parameters")),
            (Names{"three"}));
  const auto refusal = [&](const Value& one) {
    return refused("DescribeParameters", Value::object({{"ParameterFilters", Value::list({one})}}));
  };
  EXPECT_TRUE(refusal(filter("Label", {"x"})).starts_with("InvalidFilterKey"));
  EXPECT_TRUE(refusal(filter("Path", {"a"})).starts_with("InvalidFilterValue"));
  EXPECT_TRUE(refused("DescribeParameters", R"({"NextToken":"x"})").starts_with("InvalidNextToken"));
}

TEST_F(Listings, OfTags) {
  put("/a", "v");
  const auto of = [](std::string_view more) {
    return R"({"ResourceType":"Parameter","ResourceId":"/a")" + std::string(more) + "}";
  };
  ok("AddTagsToResource", of(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}])"));
  ok("RemoveTagsFromResource", of(R"(,"TagKeys":["a","none"])"));
  EXPECT_EQ(ok("ListTagsForResource", of("")).get("TagList"),
            Value::list({Value::object({{"Key", "b"}, {"Value", "2"}})}));
  EXPECT_TRUE(refused("ListTagsForResource", R"({"ResourceType":"Document","ResourceId":"/a"})")
                  .starts_with("InvalidResourceType"));
  EXPECT_TRUE(refused("ListTagsForResource", R"({"ResourceType":"Parameter","ResourceId":"/b"})")
                  .starts_with("InvalidResourceId"));
  EXPECT_TRUE(
      refused("AddTagsToResource", of(R"(,"Tags":[{"Key":"aws:a","Value":""}])")).starts_with("ValidationException"));
}

TEST_F(Listings, OfAnotherRegionAreOthers) {
  put("/a", "v");
  world.realm.region = "eu-west-1";
  EXPECT_EQ(under("/"), Names{});
  EXPECT_TRUE(refused("GetParameter", named("arn:aws:ssm:us-east-1:000000000000:parameter/a"))
                  .starts_with("ParameterNotFound"));
}

}  // namespace
}  // namespace slipway::services::ssm
