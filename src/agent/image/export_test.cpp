#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/store_impl.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

class Export : public testing::Test {
 protected:
  void SetUp() override { NEEDS_ROOT(); }

  Result<> write_out(ImageStore& store, const std::string& name, const std::string& path) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return store.export_to(name, file.get());
  }

  TemporaryDirectory here_;
  std::unique_ptr<ImageStore> store_ = open_store(here_ / "images");
  std::unique_ptr<ImageStore> other_ = open_store(here_ / "other");
};

TEST_F(Export, AnotherStoreTakesItWithTheSameDigests) {
  for (const char* compression : {"gzip", "zstd", ""}) {
    ImageSpec spec{{{file("hello", compression)}, {file("again")}, {file("again")}}};
    spec.compression = compression;
    const TestImage image = make_image(spec);
    write_layout(here_.path / "layout", {{"registry.corp:5000/app:1", image}});
    ASSERT_TRUE(store_->import(here_ / "layout"));
    const auto written = write_out(*store_, "registry.corp:5000/app:1", here_ / "app.tar");
    ASSERT_TRUE(written) << written.error().message;
    const auto taken = other_->import(here_ / "app.tar");
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->at(0).name, "registry.corp:5000/app:1");
    EXPECT_EQ(taken->at(0).manifest_digest, image.manifest_digest);
    EXPECT_EQ(taken->at(0).image_id, image.config_digest);
    ASSERT_TRUE(write_out(*other_, "registry.corp:5000/app:1", here_ / "again.tar"));
    EXPECT_TRUE(read(here_.path / "again.tar") == read(here_.path / "app.tar")) << "the same bytes again";
  }
}

TEST_F(Export, WhatDockerSavedGoesOutAgain) {
  write(here_.path / "saved.tar", docker_archive({{{file("hello", "x")}}}, {"hello:1"}));
  const auto taken = store_->import(here_ / "saved.tar");
  ASSERT_TRUE(taken);
  ASSERT_TRUE(write_out(*store_, "hello:1", here_ / "out.tar"));
  EXPECT_EQ(other_->import(here_ / "out.tar")->at(0).manifest_digest, taken->at(0).manifest_digest);
}

TEST_F(Export, WhatIsDamagedOrMissingIsNotHandedOn) {
  const TestImage image = make_image({{{file("hello", "x")}}});
  write_layout(here_.path / "layout", {{"hello:1", image}});
  ASSERT_TRUE(store_->import(here_ / "layout"));
  EXPECT_EQ(write_out(*store_, "other:1", here_ / "x.tar").error().code, "ImageNotFound");
  const std::string blob = store_->impl().blob_path(image.blob_digests[0]);
  write(blob, "something else");
  EXPECT_EQ(write_out(*store_, "hello:1", here_ / "x.tar").error().message,
            "the content of " + image.blob_digests[0] + " is damaged here; pull the image again");
  EXPECT_EQ(write_out(*store_, "hello:1", here_ / "x.tar").error().message,
            "layer " + image.blob_digests[0] +
                " of hello:1 is here only unpacked; `slipway image pull` fetches it again");
  ASSERT_TRUE(store_->import(here_ / "layout"));
  EXPECT_TRUE(write_out(*store_, "hello:1", here_ / "x.tar")) << "importing again brings it back";
}

TEST_F(Export, AFullDiskIsSaid) {
  write_layout(here_.path / "layout", {{"hello:1", make_image({{{file("hello", "x")}}})}});
  ASSERT_TRUE(store_->import(here_ / "layout"));
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(store_->export_to("hello:1", full.get()).error().message,
            "write the archive: no space left on device");
}

TEST_F(Export, ALayoutWhoseBlobIsNotItsDigestIsRefused) {
  const TestImage image = make_image({{{file("hello", "x")}}});
  write_layout(here_.path / "layout", {{"hello:1", image}});
  // The same tar, packed otherwise: the layer is right, the blob is not.
  write(here_.path / "layout/blobs/sha256" / image.blob_digests[0].substr(7),
        zstd(make_tar({file("hello", "x")})));
  const auto refused = store_->import(here_ / "layout");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("is damaged: its digest is"), std::string::npos);
}

}  // namespace
}  // namespace slipway::agent
