#include "agent/image/reference.hpp"

#include <gtest/gtest.h>

#include "agent/image/manifest.hpp"

namespace slipway::agent {
namespace {

const std::string digest = "sha256:" + std::string(64, 'a');

TEST(Reference, FollowsDockersRules) {
  const auto canonical = [](std::string_view text) {
    const auto reference = parse_reference(text);
    return reference ? reference->canonical() : reference.error().message;
  };
  EXPECT_EQ(canonical("busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(canonical("busybox:1.36"), "docker.io/library/busybox:1.36");
  EXPECT_EQ(canonical("user/app"), "docker.io/user/app:latest");
  EXPECT_EQ(canonical("index.docker.io/user/app"), "docker.io/user/app:latest");
  EXPECT_EQ(canonical("localhost/app"), "localhost/app:latest");
  EXPECT_EQ(canonical("localhost:5000/x:tag"), "localhost:5000/x:tag");
  EXPECT_EQ(canonical("[::1]:5000/x"), "[::1]:5000/x:latest");
  EXPECT_EQ(canonical("quay.io/a/b__c/d-e.f:v1@" + digest), "quay.io/a/b__c/d-e.f@" + digest);
  EXPECT_EQ(canonical("000000000000.dkr.ecr.us-east-1.localhost:4566/app:1"),
            "000000000000.dkr.ecr.us-east-1.localhost:4566/app:1");
  for (const char* bad : {"", "UPPER/", "a//b", "/a", "a:", "a:b:c", "a@sha256:12", "-a", "a-", "a..b",
                          "a___b", "a b", "x.y:99999999/a", ".x/a", "a:-tag", "host:/a"})
    EXPECT_TRUE(canonical(bad).starts_with("invalid reference format")) << bad << " -> " << canonical(bad);
  EXPECT_EQ(canonical("Busybox"), "invalid reference format: repository name must be lowercase");
  EXPECT_FALSE(parse_reference(std::string(64, 'a')));
  EXPECT_FALSE(parse_reference(std::string(500, 'a')));
  EXPECT_EQ(parse_reference("docker.io/library/busybox")->familiar(), "busybox:latest");
  EXPECT_EQ(parse_reference("docker.io/user/app:2")->familiar(), "user/app:2");
  EXPECT_EQ(parse_reference("docker.io/user.name/app")->familiar(), "docker.io/user.name/app:latest");
  EXPECT_EQ(parse_reference("docker.io/library/a/b")->familiar(), "library/a/b:latest");
  EXPECT_EQ(parse_reference("app@" + digest)->object(), digest);
}

TEST(Manifest, PlatformsAreChosenAsDockerChooses) {
  const auto entry = [](std::string os, std::string architecture, std::string variant) {
    Descriptor out;
    out.platform = {std::move(os), std::move(architecture), std::move(variant)};
    return out;
  };
  const Index index{{entry("unknown", "unknown", ""), entry("linux", "arm", "v6"),
                     entry("linux", "arm64", "v8"), entry("linux", "amd64", ""),
                     entry("windows", "amd64", "")}};
  EXPECT_EQ(choose(index, {"linux", "amd64", ""}), &index.manifests[3]);
  EXPECT_EQ(choose(index, {"linux", "arm64", "v8"}), &index.manifests[2]);
  EXPECT_EQ(choose(index, {"linux", "s390x", ""}), nullptr);
  EXPECT_EQ(platforms_of(index), "linux/amd64, linux/arm/v6, linux/arm64/v8, windows/amd64");
}

TEST(Manifest, BadDocumentsAreRefused) {
  for (const char* bad :
       {"", "[]", "{}", "7", "{\"config\":{},\"layers\":[]}", "{\"manifests\":[{\"digest\":\"md5:1\"}]}",
        "{\"schemaVersion\":1,\"fsLayers\":[]}", "{\"manifests\":[1]}"})
    EXPECT_EQ(parse_manifest(bad).error().code, "InvalidImage") << bad;
  EXPECT_FALSE(parse_config(R"({"rootfs":{"diff_ids":["x"]}})"));
  EXPECT_TRUE(parse_config(R"({"config":{"Env":null,"Cmd":"sh","Entrypoint":7}})"));
  EXPECT_EQ(parse_config(R"({"config":{"Cmd":"sh"}})")->config.cmd, std::vector<std::string>{"sh"});
}

}  // namespace
}  // namespace slipway::agent
