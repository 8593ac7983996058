#include "services/ecs/dependency_check.hpp"

#include <gtest/gtest.h>

#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

// Three containers, a (essential), b and c; `members` are a's, b's and c's further ones, with ' for ".
std::string refusal(const std::string& a, const std::string& b = "", const std::string& c = "") {
  std::string text = "{'containerDefinitions':[{'name':'a'" + a + "},{'name':'b','essential':false" + b +
                     "},{'name':'c','essential':false" + c + "}]}";
  for (char& letter : text)
    if (letter == '\'') letter = '"';
  const auto value = wire::parse_json(text);
  EXPECT_TRUE(value) << text;
  const auto checked = check_dependencies(wire::ecs::RegisterTaskDefinitionRequest(*value));
  return checked ? "" : checked.error().message;
}

std::string on(const std::string& name, const std::string& condition = "START") {
  return ",'dependsOn':[{'containerName':'" + name + "','condition':'" + condition + "'}]";
}

TEST(DependencyCheck, WhatCanComeMayBeWaitedFor) {
  EXPECT_EQ(refusal(on("b"), on("c", "SUCCESS")), "");
  EXPECT_EQ(refusal(on("b", "HEALTHY"), ",'healthCheck':{'command':['CMD','x']}"), "");
  EXPECT_EQ(refusal(",'links':['b:alias','c']", ",'volumesFrom':[{'sourceContainer':'c'}]"), "");
}

TEST(DependencyCheck, WhatCannotComeIsNamed) {
  EXPECT_EQ(refusal(on("d")), "Dependency on unknown container 'd'.");
  EXPECT_EQ(refusal(",'links':['d:x']"), "Dependency on unknown container 'd'.");
  EXPECT_EQ(refusal(on("a")), "Container 'a' depends on itself.");
  EXPECT_EQ(refusal(on("b", "SOON")), "Condition must be one of [START, COMPLETE, SUCCESS, HEALTHY].");
  EXPECT_EQ(refusal(on("b", "HEALTHY")),
            "Container 'a' depends on container 'b' with the HEALTHY condition, which needs a healthCheck.");
  for (const char* condition : {"SUCCESS", "COMPLETE"})
    EXPECT_EQ(refusal("", on("a", condition)),
              "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
}

TEST(DependencyCheck, NobodyWaitsForHimselfByWayOfOthers) {
  EXPECT_EQ(refusal(on("b"), on("a")), "The containers 'a', 'b' wait for one another: none of them could ever start.");
  EXPECT_EQ(refusal(on("b"), ",'links':['c']", ",'volumesFrom':[{'sourceContainer':'a'}]"),
            "The containers 'a', 'b', 'c' wait for one another: none of them could ever start.");
}

}  // namespace
}  // namespace slipway::services::ecs
