#include "agent/image/store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/store_impl.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

class Store : public testing::Test {
 protected:
  void SetUp() override { NEEDS_ROOT(); }

  std::string archive(const ImageSpec& spec, const std::vector<std::string>& names) {
    write(here_.path / "image.tar", docker_archive(spec, names));
    return here_ / "image.tar";
  }
  std::string refusal(const std::string& path, std::optional<std::string> name = "x:1") {
    const auto result = store_->import(path, name);
    return result ? "" : result.error().message;
  }
  static ImageSpec hello() {
    return {{{file("bin/sh", "one", 0755)}, {file("hello", "two")}},
            R"({"Entrypoint":["/bin/sh","-c"],"Cmd":["echo hi"],"Env":["A=b","PATH=/bin"],"WorkingDir":"/w",
                "User":"1000:7","ExposedPorts":{"80/tcp":{},"53/udp":{}},"Volumes":{"/data":{}},
                "Labels":{"k":"v"},"StopSignal":"SIGINT","Healthcheck":{"Test":["CMD","x"],"Interval":5000000000,
                "Timeout":1000000000,"StartPeriod":2000000000,"Retries":4}})"};
  }

  TemporaryDirectory here_;
  std::unique_ptr<ImageStore> store_ = open_store(here_ / "images");  // its node: here_/node
};

TEST_F(Store, ADockerArchiveIsImportedUnderItsNames) {
  const auto listed = store_->import(archive(hello(), {"busybox:1", "registry.local:5000/a/b:v2"}));
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0].name, "busybox:1");
  EXPECT_EQ((*listed)[1].name, "registry.local:5000/a/b:v2");
  EXPECT_EQ((*listed)[0].manifest_digest, (*listed)[1].manifest_digest);
  EXPECT_EQ(iso8601((*listed)[0].created), "2026-11-24T13:45:20Z");
  EXPECT_GT((*listed)[0].size_bytes, 1'000u);

  const auto image = store_->resolve("busybox:1");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->name, "docker.io/library/busybox:1");
  ASSERT_EQ(image->layers.size(), 2u);
  EXPECT_EQ(read(fs::path(image->layers[0]) / "hello"), "two") << "topmost first";
  EXPECT_EQ(read(fs::path(image->layers[1]) / "bin/sh"), "one");
  const ImageConfig& config = image->config;
  EXPECT_EQ(config.entrypoint, (std::vector<std::string>{"/bin/sh", "-c"}));
  EXPECT_EQ(config.cmd, std::vector<std::string>{"echo hi"});
  EXPECT_EQ(config.env, (std::vector<std::string>{"A=b", "PATH=/bin"}));
  EXPECT_EQ(config.working_dir, "/w");
  EXPECT_EQ(config.user, "1000:7");
  EXPECT_EQ(config.exposed_ports, (std::vector<std::string>{"53/udp", "80/tcp"}));
  EXPECT_EQ(config.volumes, std::vector<std::string>{"/data"});
  EXPECT_EQ(config.labels.at("k"), "v");
  EXPECT_EQ(config.stop_signal, "SIGINT");
  EXPECT_EQ(config.health_check, (ImageHealthCheck{{"CMD", "x"}, 5'000, 1'000, 2'000, 4}));
  struct stat status;
  ::stat((here_ / "images").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ::stat(image->layers[0].c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0755u);
  EXPECT_TRUE(names_in(here_ / "images/tmp").empty());
}

TEST_F(Store, ANameGivenReplacesTheArchives) {
  ASSERT_TRUE(store_->import(archive(hello(), {"busybox:1"}), "hello:1"));
  EXPECT_TRUE(store_->resolve("docker.io/library/hello:1"));
  EXPECT_EQ(store_->resolve("busybox:1").error().message, "No such image: busybox:1");
  EXPECT_EQ(store_->resolve("Bad Name").error().code, "CannotPullContainerError");
  EXPECT_EQ(refusal(archive(hello(), {}), std::nullopt),
            here_ / "image.tar" + ": the archive names no image; give it a name (--name)");
}

TEST_F(Store, AnOciLayoutIsImportedAsDirectoryAndAsTar) {
  ImageSpec spec = hello();
  for (const char* compression : {"", "gzip", "zstd"}) {
    spec.compression = compression;
    const TestImage image = make_image(spec);
    const fs::path layout = here_.path / ("layout" + spec.compression);
    write_layout(layout, {{"example.com/app:" + spec.compression + "1", image}});
    const auto listed = store_->import(layout);
    ASSERT_TRUE(listed) << listed.error().message;
    EXPECT_EQ((*listed)[0].manifest_digest, image.manifest_digest);
    EXPECT_EQ((*listed)[0].image_id, image.config_digest);
    write(here_.path / "layout.tar", gzip(tar_of(layout)));
    const auto again = store_->import(here_ / "layout.tar", "again:" + spec.compression + "1");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ((*again)[0].manifest_digest, image.manifest_digest);
  }
  EXPECT_EQ(store_->list()->size(), 6u);
  EXPECT_EQ(names_in(here_ / "images/layers").size(), 4u) << "two layers and their records, shared by all";
}

TEST_F(Store, AnIndexIsReadForThisMachine) {
  ImageSpec other = hello();
  other.platform = {"linux", "s390x", ""};
  const fs::path layout = here_.path / "layout";
  write_layout(layout, {{"app:1", make_image(other)}});
  const std::string machine = host_platform().text();
  EXPECT_NE(refusal(layout).find("image Manifest does not contain descriptor matching platform"),
            std::string::npos);
  EXPECT_NE(refusal(layout).find("it is for linux/s390x"), std::string::npos);

  // Two platforms under one name, told apart by the index.
  const TestImage mine = make_image(hello()), foreign = make_image(other);
  write_layout(layout, {{"app:1", mine}, {"app:1", foreign}});
  std::string index = read(layout / "index.json");
  const auto say = [&](const TestImage& image, const Platform& platform) {
    const std::string at = "\"digest\":\"" + image.manifest_digest + "\"";
    index.replace(index.find(at), at.size(),
                  at + R"(,"platform":{"os":"linux","architecture":")" + platform.architecture + "\"}");
  };
  say(mine, host_platform());
  say(foreign, other.platform);
  write(layout / "index.json", index);
  const auto listed = store_->import(layout);
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_EQ((*listed)[0].manifest_digest, mine.manifest_digest);
}

TEST_F(Store, WhatIsNoImageIsRefusedInWords) {
  EXPECT_EQ(refusal(here_ / "absent"), "open " + here_ / "absent" + ": no such file or directory");
  write(here_.path / "text", "just text");
  EXPECT_NE(refusal(here_ / "text").find("not a tar"), std::string::npos) << refusal(here_ / "text");
  write(here_.path / "other.tar", make_tar({file("a")}));
  EXPECT_NE(refusal(here_ / "other.tar").find("neither a docker-archive"), std::string::npos);
  write(here_.path / "bad.tar",
        make_tar({file("manifest.json", R"([{"Config":"../../etc/passwd","Layers":[]}])")}));
  EXPECT_NE(refusal(here_ / "bad.tar").find("no usable file"), std::string::npos)
      << refusal(here_ / "bad.tar");
  write(here_.path / "link.tar",
        make_tar({symlink("c", "/etc/passwd"), file("manifest.json", R"([{"Config":"c","Layers":[]}])")}));
  EXPECT_NE(refusal(here_ / "link.tar").find("no usable file"), std::string::npos);
  write(here_.path / "deep.tar", make_tar({file("manifest.json", std::string(100'000, '['))}));
  EXPECT_NE(refusal(here_ / "deep.tar").find("not JSON"), std::string::npos);
  EXPECT_TRUE(names_in(here_ / "images/tmp").empty());
  EXPECT_TRUE(store_->list()->empty());
}

TEST_F(Store, DamagedLayersAndBlobsAreRefused) {
  const TestImage image = make_image(hello());
  const fs::path layout = here_.path / "layout";
  write_layout(layout, {{"", image}});
  const fs::path blob = layout / "blobs/sha256" / image.blob_digests[0].substr(7);
  write(blob, gzip(make_tar({file("bin/sh", "other")})));
  EXPECT_NE(refusal(layout).find("the layer is sha256:"), std::string::npos) << refusal(layout);
  write(layout / "blobs/sha256" / image.config_digest.substr(7), image.config + " ");
  EXPECT_NE(refusal(layout).find("is damaged"), std::string::npos);
  EXPECT_FALSE(store_->resolve("x:1"));
}

TEST_F(Store, PruneTakesWhatNoNameNeedsAndNoContainerUses) {
  ImageSpec one = hello(), two = hello();
  two.layers[1] = {file("hello", "other")};
  ASSERT_TRUE(store_->import(archive(one, {"one:1"})));
  ASSERT_TRUE(store_->import(archive(two, {"two:1"})));
  const auto first = *store_->resolve("one:1"), second = *store_->resolve("two:1");
  EXPECT_EQ(first.layers[1], second.layers[1]) << "a shared layer is there once";
  EXPECT_EQ(store_->prune()->layers, 0u);

  ASSERT_TRUE(store_->remove("one:1"));
  EXPECT_EQ(store_->remove("one:1").error().code, "ImageNotFound");
  fs::create_directories(here_.path / "node/containers/c1");
  const std::string record = here_ / "node/containers/c1/launch.json";
  write(record, R"({"id":"c1","layers":[")" + first.layers[0] + "\"]}");
  EXPECT_EQ(store_->prune()->layers, 0u) << "a container stands on it";
  fs::remove(record);
  write(fs::path(here_ / "images/tmp") / "left by a crash", "x");
  const auto report = store_->prune();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->layers, 1u);
  EXPECT_FALSE(exists(first.layers[0]));
  EXPECT_TRUE(store_->resolve("two:1"));
  EXPECT_TRUE(names_in(here_ / "images/tmp").empty());
}

TEST_F(Store, PruneWaitsForNobody) {
  const auto adding = store_->impl().adding();
  EXPECT_EQ(store_->prune().error().code, "ImageStoreBusy");
}

TEST_F(Store, ManyImportsAtOnceMakeOneImage) {
  const std::string path = archive(hello(), {"app:1"});
  std::vector<std::jthread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, own = open_store(here_ / "images").release()] {
      good += own->import(path).has_value();
      delete own;
    });
  threads.clear();
  EXPECT_EQ(good, 4);
  EXPECT_EQ(names_in(here_ / "images/layers").size(), 4u);
}

TEST_F(Store, ALayerThatAnImageHasTwiceIsStackedOnce) {
  ImageSpec spec = hello();
  spec.layers = {{file("a", "1")}, {file("b", "2")}, {file("a", "1")}};
  ASSERT_TRUE(store_->import(archive(spec, {"twice:1"})));
  const auto image = store_->resolve("twice:1");
  ASSERT_EQ(image->layers.size(), 2u);
  EXPECT_TRUE(exists(image->layers[0] + "/a"));
}

TEST_F(Store, ALostLayerIsSaid) {
  ASSERT_TRUE(store_->import(archive(hello(), {"app:1"})));
  fs::remove_all(store_->resolve("app:1")->layers[0]);
  EXPECT_EQ(store_->resolve("app:1").error().code, "ImageNotFound");
  ASSERT_TRUE(store_->import(archive(hello(), {"app:1"}))) << "and mended by importing it again";
  EXPECT_TRUE(store_->resolve("app:1"));
}

}  // namespace
}  // namespace slipway::agent
