#include "agent/image/docker_config.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>

#include "agent/image/images_test.hpp"
#include "base/encoding.hpp"

namespace slipway::agent {
namespace {

class DockerConfig : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::getenv("PATH");
    ::setenv("PATH", (here_.path.string() + ":" + before_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", before_.c_str(), 1); }

  void helper(const std::string& name, const std::string& script) {
    const std::string path = here_ / ("docker-credential-" + name);
    write(path, "#!/bin/sh\n" + script);
    ::chmod(path.c_str(), 0755);
  }
  Result<std::optional<RegistryCredentials>> find(const std::string& config, const std::string& registry) {
    write(here_ / "config.json", config);
    return docker_credentials(here_ / "config.json", registry);
  }
  std::string refusal(const std::string& config, const std::string& registry) {
    const auto found = find(config, registry);
    return found ? "" : found.error().message;
  }

  TemporaryDirectory here_;
  std::string before_;
};

TEST_F(DockerConfig, AuthsAreFoundByTheRegistrysName) {
  const std::string config = R"({"auths": {
    "https://index.docker.io/v1/": {"auth": ")" +
                             base64("hub:secret:with:colons") + R"("},
    "https://registry.corp:5000/v2/": {"username": "ann", "password": "pw"},
    "kept.elsewhere": {}}})";
  const RegistryCredentials hub{"hub", "secret:with:colons"}, corp{"ann", "pw"};
  EXPECT_EQ(**find(config, "docker.io"), hub);
  EXPECT_EQ(**find(config, "registry.corp:5000"), corp);
  for (const char* other :
       {"registry.corp", "registry.corp:5001", "corp:5000", "kept.elsewhere", "docker.io.evil"})
    EXPECT_FALSE(*find(config, other)) << other;
  EXPECT_FALSE(*docker_credentials(here_ / "nowhere.json", "docker.io"));
  EXPECT_FALSE(*docker_credentials("", "docker.io"));
}

TEST_F(DockerConfig, HelpersAreAskedOverPipes) {
  helper("here",
         "read name; test \"$1\" = get || exit 2; test $# = 1 || exit 3\n"
         "echo \"{\\\"ServerURL\\\": \\\"$name\\\", \\\"Username\\\": \\\"$name\\\", \\\"Secret\\\": "
         "\\\"s\\\"}\"");
  helper("empty", "echo 'credentials not found in native keychain'; exit 1");
  const RegistryCredentials own{"registry.corp", "s"}, hub{"https://index.docker.io/v1/", "s"};
  EXPECT_EQ(**find(R"({"credHelpers": {"registry.corp": "here"}, "credsStore": "broken"})", "registry.corp"),
            own);
  EXPECT_FALSE(find(R"({"credsStore": "here"})", "docker.io")) << "a user name with a colon cannot be sent";
  EXPECT_EQ((*find(R"({"credsStore": "empty", "auths": {"a.b": {"username": "u", "password": "p"}}})", "a.b"))
                ->username,
            "u");
  EXPECT_FALSE(*find(R"({"credHelpers": {"registry.corp": "here"}})", "other.corp"));
}

TEST_F(DockerConfig, WhatAHelperDoesWrongIsSaidWithoutItsWords) {
  helper("broken", "echo TOPSECRET; echo TOPSECRET >&2; exit 7");
  helper("noise", "echo TOPSECRET");
  helper("line", "printf '{\"Username\": \"a\", \"Secret\": \"x\\\\r\\\\nHost: evil\"}'");
  const auto told = [&](const std::string& name) {
    return refusal(R"({"credsStore": ")" + name + R"("})", "registry.corp");
  };
  EXPECT_EQ(told("broken"), "docker-credential-broken ended with code 7");
  for (const char* name : {"broken", "noise", "line"}) {
    EXPECT_NE(told(name), "") << name;
    EXPECT_EQ(told(name).find("TOPSECRET"), std::string::npos) << name;
  }
  EXPECT_NE(told("missing"), "");
  for (const char* name : {"../evil", "a b", "a;b", "$(id)"})
    EXPECT_EQ(told(name), "'" + std::string(name) + "' is not the name of a credential helper");
}

TEST_F(DockerConfig, FilesThatAreDamagedAreRefused) {
  for (const char* config :
       {"", "[", R"({"auths": {"a.b": {"auth": "%%"}}})", R"({"auths": {"a.b": {"auth": "bm9jb2xvbg=="}}})",
        R"({"auths": {"a.b": {"identitytoken": "t"}}})"})
    EXPECT_NE(refusal(config, "a.b"), "") << config;
}

}  // namespace
}  // namespace slipway::agent
