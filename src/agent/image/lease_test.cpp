#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/store_impl.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

class Lease : public testing::Test {
 protected:
  void SetUp() override {
    NEEDS_ROOT();
    fs::create_directories(here_.path / "node-a");
    a_ = open("node-a");
  }

  std::unique_ptr<ImageStore> open(const std::string& owner) {
    ImageStoreOptions options;
    options.directory = here_ / "images";
    options.owner = here_ / owner;
    return std::move(*ImageStore::open(std::move(options)));
  }
  // As if it were pulled, so that nothing but its use keeps it.
  void put(const std::string& name, const std::string& word) {
    write_layout(here_.path / word, {{name, make_image({{{file("hello", word)}}})}});
    ASSERT_TRUE(a_->import(here_ / word));
    auto record = a_->impl().record(*parse_reference(name));
    ASSERT_TRUE(
        a_->impl().put_name(*parse_reference(name), record->manifest_digest, record->image_id, false));
  }
  void used_ago(const std::string& name, std::int64_t ms) {
    const std::int64_t at = SystemClock().now().ms - ms;
    const timespec times[2] = {{at / 1'000, 0}, {at / 1'000, 0}};
    ::utimensat(AT_FDCWD, a_->impl().name_path(*parse_reference(name)).c_str(), times, 0);
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const ImageListing& image : *a_->list()) out.push_back(image.name);
    return out;
  }
  std::string layer_of(const std::string& name) { return a_->resolve(name)->layers[0]; }

  using Names = std::vector<std::string>;
  TemporaryDirectory here_;
  std::unique_ptr<ImageStore> a_;
};

TEST_F(Lease, WhatATaskHoldsIsNeitherRemovedNorPruned) {
  put("one:1", "one");
  const auto image = *a_->resolve("one:1");
  ASSERT_TRUE(a_->lease("task-1", image));
  EXPECT_EQ(a_->list()->at(0).used_by, Names{"task-1"});
  const auto refused = open("")->remove("one:1");  // another process
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ImageInUse");
  EXPECT_EQ(refused.error().message, "image one:1 is in use by task task-1");

  // The tag moves on; what the task stands on stays.
  put("one:1", "two");
  ASSERT_TRUE(a_->prune());
  EXPECT_TRUE(fs::exists(image.layers[0]));
  ASSERT_TRUE(a_->release("task-1"));
  ASSERT_TRUE(a_->prune());
  EXPECT_FALSE(fs::exists(image.layers[0]));
  EXPECT_TRUE(a_->remove("one:1"));
}

TEST_F(Lease, LeasesSurviveARestartAndEndWithTheirNode) {
  put("one:1", "one");
  put("two:1", "two");
  ASSERT_TRUE(a_->lease("task-1", *a_->resolve("one:1")));
  ASSERT_TRUE(a_->lease("task-2", *a_->resolve("two:1")));
  auto again = open("node-a");
  ASSERT_TRUE(again->keep_leases({"task-1"}));
  EXPECT_FALSE(again->remove("one:1"));
  EXPECT_TRUE(again->remove("two:1"));
  // Another node's restart says nothing of ours.
  fs::create_directories(here_.path / "node-b");
  ASSERT_TRUE(open("node-b")->keep_leases({}));
  EXPECT_FALSE(a_->remove("one:1"));
  fs::remove(here_.path / "node-a");
  EXPECT_TRUE(a_->remove("one:1"));
  ASSERT_TRUE(a_->prune());
  EXPECT_TRUE(names_in(here_ / "images/leases").empty());
}

TEST_F(Lease, AnImageThatIsGoneCannotBeHeld) {
  put("one:1", "one");
  const auto image = *a_->resolve("one:1");
  ASSERT_TRUE(a_->remove("one:1"));
  ASSERT_TRUE(a_->prune());
  EXPECT_EQ(a_->lease("task-1", image).error().code, "ImageNotFound");
  EXPECT_TRUE(names_in(here_ / "images/leases").empty());
}

TEST_F(Lease, AgeTakesWhatNobodyUsed) {
  for (const char* word : {"held", "old", "young", "imported"}) put(std::string(word) + ":1", word);
  ASSERT_TRUE(a_->lease("task-1", *a_->resolve("held:1")));
  const auto record = a_->impl().record(*parse_reference("imported:1"));
  ASSERT_TRUE(
      a_->impl().put_name(*parse_reference("imported:1"), record->manifest_digest, record->image_id, true));
  for (const char* name : {"held:1", "old:1", "imported:1"}) used_ago(name, 3'600'000);
  const std::string gone = layer_of("old:1");
  CollectOptions options;
  options.now = SystemClock().now();
  options.unused_ms = 1'800'000;
  const auto report = a_->collect(options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->images, Names{"old:1"});
  EXPECT_EQ(names(), (Names{"held:1", "imported:1", "young:1"}));
  EXPECT_FALSE(fs::exists(gone));
  // To use it is to keep it.
  used_ago("young:1", 3'600'000);
  ASSERT_TRUE(a_->lease("task-2", *a_->resolve("young:1")));
  ASSERT_TRUE(a_->release("task-2"));
  EXPECT_TRUE(a_->collect(options)->images.empty());
}

TEST_F(Lease, AFullDiskTakesBlobsFirstAndThenTheLeastRecentlyUsed) {
  int age = 0;
  for (const char* word : {"newest", "middle", "oldest"}) {
    put(std::string(word) + ":1", word);
    used_ago(std::string(word) + ":1", ++age * 60'000);
  }
  unsigned used = 90;
  int looks = 0;
  CollectOptions options;
  options.now = SystemClock().now();
  options.disk_high = 85;
  options.disk_low = 80;
  options.disk_used = [&] { return ++looks <= 2 ? used : looks == 3 ? 82u : 79u; };
  EXPECT_EQ(a_->collect(options)->images, (Names{"oldest:1", "middle:1"}));
  EXPECT_EQ(names(), Names{"newest:1"});
  const auto exported = a_->export_to("newest:1", ::open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(exported.error().code, "ImageNotFound") << "its layers as they came went first";
  EXPECT_TRUE(a_->resolve("newest:1"));
  used = 84;
  looks = 0;
  EXPECT_TRUE(a_->collect(options)->images.empty()) << "below the high mark nothing is taken";
}

TEST_F(Lease, NothingIsCollectedWhileImagesArePulled) {
  put("one:1", "one");
  auto adding = a_->impl().adding();
  EXPECT_EQ(a_->collect({}).error().code, "ImageStoreBusy");
}

TEST_F(Lease, DamagedLeasesHoldNothing) {
  put("one:1", "one");
  for (const char* text : {"", "{}", "[1]", R"({"owner": "/", "manifest": "x"})"}) {
    write(here_.path / "images/leases/x.json", text);
    EXPECT_TRUE(a_->prune()) << text;
  }
  EXPECT_TRUE(names_in(here_ / "images/leases").empty());
  EXPECT_TRUE(a_->remove("one:1"));
}

}  // namespace
}  // namespace slipway::agent
