#include "agent/image/registries.hpp"

#include <gtest/gtest.h>

namespace slipway::agent {
namespace {

std::vector<Endpoint> of(const char* name, const RegistryRules& rules) {
  return endpoints_of(*parse_reference(name), rules);
}

TEST(Registries, AnImageComesFromWhereItsNameSays) {
  EXPECT_EQ(of("busybox", {}),
            (std::vector<Endpoint>{{"registry-1.docker.io", "library/busybox", false, "", true}}));
  EXPECT_EQ(of("ghcr.io/a/b:1", {}), (std::vector<Endpoint>{{"ghcr.io", "a/b", false, "", true}}));
  for (const char* loopback : {"localhost:5000", "127.0.0.1:5000", "[::1]:5000"})
    EXPECT_TRUE(of((std::string(loopback) + "/a").c_str(), {})[0].plain) << loopback;
  for (const char* other : {"localhost:443", "127.0.0.1.evil.com:5000", "10.0.0.1:5000"})
    EXPECT_FALSE(of((std::string(other) + "/a").c_str(), {})[0].plain) << other;
}

TEST(Registries, MirrorsComeFirstAndALocationTakesTheRegistrysPlace) {
  RegistryRules rules;
  rules["docker.io"].mirrors = {"mirror.corp:5000", "registry.corp/hub"};
  rules["mirror.corp:5000"].plain_http = true;
  rules["registry.corp"].ca_file = "/ca.pem";
  EXPECT_EQ(of("busybox", rules),
            (std::vector<Endpoint>{{"mirror.corp:5000", "library/busybox", true, "", false},
                                   {"registry.corp", "hub/library/busybox", false, "/ca.pem", false},
                                   {"registry-1.docker.io", "library/busybox", false, "", true}}));
  rules["123456789012.dkr.ecr.us-east-1.amazonaws.com"].location = "localhost:5000/prefix";
  EXPECT_EQ(of("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1", rules),
            (std::vector<Endpoint>{{"localhost:5000", "prefix/app", true, "", false}}));
  rules["public.ecr.aws"].location = "docker.io";
  EXPECT_EQ(of("public.ecr.aws/a/b", rules)[0].host, "registry-1.docker.io");
  EXPECT_EQ(of("public.ecr.aws/a/b", rules)[0].repository, "a/b");
}

TEST(Registries, ACaFileMeansTlsOnLoopbackToo) {
  RegistryRules rules;
  rules["localhost:5000"].ca_file = "/ca.pem";
  EXPECT_FALSE(of("localhost:5000/a", rules)[0].plain);
}

TEST(Registries, WhatCannotBeIsRefusedByName) {
  const auto refused = [](const std::string& name, const RegistryRule& rule) {
    const auto checked = check_registries({{name, rule}});
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_EQ(refused("ghcr.io", {{"mirror.corp"}, "localhost:5000/x", false, ""}), "");
  EXPECT_EQ(refused("word", {}), "registries: word: the name of a registry is HOST[:PORT]");
  EXPECT_NE(refused("ghcr.io/a", {}), "");
  EXPECT_EQ(refused("ghcr.io", {{"https://mirror.corp"}, "", false, ""}),
            "registries: ghcr.io: 'https://mirror.corp' is not HOST[:PORT][/PREFIX]");
  EXPECT_NE(refused("ghcr.io", {{"word"}, "", false, ""}), "");
  EXPECT_NE(refused("ghcr.io", {{}, "", true, "/ca.pem"}), "");
  EXPECT_NE(refused("ghcr.io", {std::vector<std::string>(9, "mirror.corp"), "", false, ""}), "");
}

}  // namespace
}  // namespace slipway::agent
