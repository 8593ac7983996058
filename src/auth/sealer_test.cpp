#include "auth/sealer.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "auth/key_file.hpp"

namespace slipway::auth {
namespace {

namespace fs = std::filesystem;

SealKey test_seal_key(int seed) {
  SeededRandom random{std::uint64_t(seed)};
  SealKey key;
  random.fill(key);
  return key;
}

TEST(Sealer, OpensWhatItSealedAndNothingElse) {
  SeededRandom random(1);
  const Sealer sealer(test_seal_key(1));
  const std::string sealed = sealer.seal(random, "a secret", "row/1");
  EXPECT_EQ(sealer.open(sealed, "row/1"), "a secret");
  EXPECT_FALSE(sealer.open(sealed, "row/2"));
  EXPECT_FALSE(Sealer(test_seal_key(2)).open(sealed, "row/1"));
  EXPECT_FALSE(sealer.derived("other").open(sealed, "row/1"));
  EXPECT_NE(sealer.seal(random, "a secret", "row/1"), sealed);
  EXPECT_EQ(sealer.open(sealer.seal(random, "", ""), ""), "");
  for (std::size_t length = 0; length < sealed.size(); ++length)
    EXPECT_FALSE(sealer.open(sealed.substr(0, length), "row/1"));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] ^= 1;
    EXPECT_FALSE(sealer.open(changed, "row/1")) << at;
  }
}

// NIST GCM test vector (gcmEncryptExtIV256, key 0…, no data): the form is plain AES-256-GCM.
TEST(Sealer, IsStandardAes256Gcm) {
  const Sealer zero(SealKey{});
  const std::string sealed =
      std::string(12, '\0') + "\x53\x0f\x8a\xfb\xc7\x45\x36\xb9\xa9\x63\xb4\xf1\xc4\xcb\x73\x8b";
  EXPECT_EQ(zero.open(sealed, ""), "");
}

class KeyFile : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/slipway-key-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ / "key";
  }
  void TearDown() override { fs::remove_all(directory_); }

  void write(const std::string& text, ::mode_t mode) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }
  std::string refusal() {
    const auto key = load_or_create_key_file(path_, random_);
    return key ? "" : key.error().message;
  }

  fs::path directory_, path_;
  SystemRandom random_;
};

TEST_F(KeyFile, IsMadeOnceWithModeOwnerOnly) {
  EXPECT_FALSE(load_key_file(path_));
  const auto first = load_or_create_key_file(path_, random_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(load_or_create_key_file(path_, random_), first);
  EXPECT_EQ(load_key_file(path_), first);
  struct stat status;
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1) << "nothing is left aside";
}

TEST_F(KeyFile, IsRefusedWhenOthersCouldKnowIt) {
  write(std::string(64, 'a') + "\n", 0640);
  EXPECT_EQ(refusal(), "The key file " + path_.string() + " can be read by others: chmod 600 it.");
  ::chmod(path_.c_str(), 0600);
  EXPECT_EQ(refusal(), "");
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path_.c_str(), 65534, 0), 0);
    EXPECT_NE(refusal().find("belongs to user id 65534"), std::string::npos);
  }
}

TEST_F(KeyFile, IsRefusedWhenItHoldsNoKey) {
  for (const std::string& text : {std::string(), std::string(63, 'a') + "\n", std::string(64, 'g') + "\n",
                                  std::string(64, 'a'), std::string(64, 'a') + "\n\n"}) {
    write(text, 0600);
    EXPECT_EQ(refusal(), "The key file " + path_.string() + " does not hold a key.");
  }
  fs::remove(path_);
  fs::create_symlink("/etc/passwd", path_);
  EXPECT_NE(refusal().find("is a symbolic link"), std::string::npos);
}

}  // namespace
}  // namespace slipway::auth
