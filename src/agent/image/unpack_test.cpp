#include "agent/image/unpack.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "agent/image/entry_path.hpp"
#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/sha256.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

class Unpack : public testing::Test {
 protected:
  void SetUp() override { NEEDS_ROOT(); }

  Result<Unpacked> bytes(std::string_view tar, UnpackKind kind = UnpackKind::layer) {
    fs::remove_all(target());
    fs::create_directory(target());
    write(here_.path / "tar", tar);
    const Fd fd(::open((here_ / "tar").c_str(), O_RDONLY | O_CLOEXEC));
    return unpack({}, kind, fd.get(), target());
  }
  Result<Unpacked> entries(const std::vector<TarEntry>& entries) { return bytes(make_tar(entries)); }
  // What a hostile or damaged tar is answered with.
  std::string refusal(const std::vector<TarEntry>& hostile) {
    const auto result = entries(hostile);
    if (result) return "";
    EXPECT_EQ(result.error().code, "InvalidImage");
    return result.error().message;
  }

  std::string target() const { return here_ / "target"; }
  struct stat status(std::string_view path) {
    struct stat out{};
    EXPECT_EQ(::lstat((fs::path(target()) / path).c_str(), &out), 0) << path;
    return out;
  }
  std::string attribute(std::string_view path, const char* name) {
    char value[256];
    const ssize_t size = ::lgetxattr((fs::path(target()) / path).c_str(), name, value, sizeof value);
    return size < 0 ? "" : std::string(value, std::size_t(size));
  }
  bool there(std::string_view path) { return exists(fs::path(target()) / path); }

  TemporaryDirectory here_;
};

TEST_F(Unpack, KeepsOwnersModesTimesLinksDevicesAndAttributes) {
  TarEntry owned = file("etc/shadow", "secret", 0640);
  owned.uid = 1000, owned.gid = 42;
  TarEntry suid = file("bin/su", "x", 04755);
  const std::string capability(
      "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  TarEntry capable = file("bin/ping", "x", 0755);
  capable.xattrs = {
      {"security.capability", capability}, {"user.note", "kept"}, {"trusted.overlay.redirect", "/etc"}};
  TarEntry null{TarEntry::Type::character, "dev/null", "", 0666};
  null.major = 1, null.minor = 3;
  const std::string tar = make_tar({directory("etc", 0750),
                                    owned,
                                    directory("bin"),
                                    suid,
                                    capable,
                                    directory("dev"),
                                    null,
                                    {TarEntry::Type::fifo, "run/fifo", "", 0600},
                                    symlink("bin/sh", "/bin/busybox"),
                                    hard_link("bin/su2", "bin/su"),
                                    file("h\xc3\xa9llo", "utf-8"),
                                    directory("tmp", 01777)});
  const auto result = bytes(gzip(tar));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->diff_id, digest_of(tar));
  EXPECT_EQ(result->bytes, tar.size());
  EXPECT_EQ(result->entries, 12u);
  EXPECT_EQ(status("etc").st_mode & 07777, 0750u);
  EXPECT_EQ(status("etc").st_mtime, 1'700'000'000);
  EXPECT_EQ(status("etc/shadow").st_uid, 1000u);
  EXPECT_EQ(status("etc/shadow").st_gid, 42u);
  EXPECT_EQ(status("etc/shadow").st_mode & 07777, 0640u);
  EXPECT_EQ(status("bin/su").st_mode & 07777, 04755u);
  EXPECT_EQ(status("bin/su").st_ino, status("bin/su2").st_ino);
  EXPECT_EQ(status("dev/null").st_rdev, makedev(1, 3));
  EXPECT_TRUE(S_ISFIFO(status("run/fifo").st_mode));
  EXPECT_EQ(fs::read_symlink(fs::path(target()) / "bin/sh"), "/bin/busybox");
  EXPECT_EQ(status("tmp").st_mode & 07777, 01777u);
  EXPECT_TRUE(there("h\xc3\xa9llo"));
  EXPECT_EQ(attribute("bin/ping", "security.capability"), capability);
  EXPECT_EQ(attribute("bin/ping", "user.note"), "kept");
  EXPECT_EQ(attribute("bin/ping", "trusted.overlay.redirect"), "") << "an image gives no orders to overlayfs";
}

TEST_F(Unpack, EveryCompressionGivesTheSameLayer) {
  const std::string tar = make_tar({file("a", std::string(300'000, 'a'))});
  for (const std::string& packed :
       {tar, gzip(tar), zstd(tar), gzip(tar.substr(0, 777)) + gzip(tar.substr(777))}) {
    const auto result = bytes(packed);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->diff_id, digest_of(tar));
    EXPECT_EQ(read(fs::path(target()) / "a").size(), 300'000u);
  }
}

TEST_F(Unpack, WhiteoutsBecomeOverlayfsMarks) {
  const auto result =
      entries({directory("etc"), file("etc/.wh.passwd"), directory("var"), file("var/.wh..wh..opq"),
               file("deep/er/.wh.gone"), file(".wh.bin"), file(".wh..wh.plnk"), file("both/.wh.dir"),
               directory("both/dir"), file("after/file", "new"), file("after/.wh.file")});
  ASSERT_TRUE(result) << result.error().message;
  for (const char* path : {"etc/passwd", "deep/er/gone", "bin"}) {
    EXPECT_TRUE(S_ISCHR(status(path).st_mode)) << path;
    EXPECT_EQ(status(path).st_rdev, 0u);
  }
  EXPECT_EQ(attribute("var", "trusted.overlay.opaque"), "y");
  EXPECT_FALSE(there("var/.wh..wh..opq"));
  EXPECT_FALSE(there(".wh..wh.plnk"));
  EXPECT_TRUE(S_ISDIR(status("both/dir").st_mode));
  EXPECT_EQ(attribute("both/dir", "trusted.overlay.opaque"), "y") << "hidden and made anew";
  EXPECT_TRUE(S_ISREG(status("after/file").st_mode));
  EXPECT_EQ(status("deep").st_mode & 07777, 0755u);
}

// The marks are right if the kernel thinks so.
TEST_F(Unpack, OverlayfsStacksTheLayersAsMeant) {
  const std::string lower = here_ / "lower", merged = here_ / "merged";
  ASSERT_TRUE(entries({directory("d"), file("d/old", "1"), file("gone", "2"), directory("o"), file("o/x"),
                       file("keep", "3")}));
  fs::rename(target(), lower);
  ASSERT_TRUE(entries({file(".wh.gone"), file("o/.wh..wh..opq"), file("o/y"), file("d/new", "4")}));
  fs::create_directory(merged);
  const std::string options = "lowerdir=" + target() + ":" + lower;
  if (::mount("overlay", merged.c_str(), "overlay", MS_RDONLY, options.c_str()) != 0)
    GTEST_SKIP() << "overlayfs cannot be mounted here: " << system_reason();
  EXPECT_FALSE(exists(merged + "/gone"));
  EXPECT_FALSE(exists(merged + "/o/x"));
  for (const char* name : {"/o/y", "/d/old", "/d/new", "/keep"}) EXPECT_TRUE(exists(merged + name)) << name;
  ::umount(merged.c_str());
}

TEST_F(Unpack, HostileTarsAreRefusedByName) {
  EXPECT_EQ(refusal({file("../evil")}), "entry \"../evil\" leaves the image: its path holds \"..\"");
  EXPECT_EQ(refusal({file("a/../../evil")}),
            "entry \"a/../../evil\" leaves the image: its path holds \"..\"");
  EXPECT_EQ(refusal({file("/etc/evil")}), "entry \"/etc/evil\" has an absolute path");
  EXPECT_NE(refusal({symlink("out", "/etc"), file("out/evil")}).find("out/evil"), std::string::npos);
  EXPECT_NE(refusal({symlink("out", "../../.."), file("out/evil")}).find("through symlink"),
            std::string::npos);
  EXPECT_NE(refusal({symlink("out", "/etc"), file("out/.wh.passwd")}).find("a whiteout stands in"),
            std::string::npos);
  EXPECT_NE(refusal({symlink("out", "/etc"), file("out/.wh..wh..opq")}).find("whiteout"), std::string::npos);
  EXPECT_NE(refusal({hard_link("mine", "../../etc/shadow")}).find("hard link out of the image"),
            std::string::npos);
  EXPECT_NE(refusal({hard_link("mine", "/etc/shadow")}).find("hard link out of the image"),
            std::string::npos);
  EXPECT_NE(refusal({symlink("out", "/etc"), hard_link("mine", "out/shadow")}), "");
  EXPECT_NE(refusal({hard_link("mine", "absent")}).find("mine"), std::string::npos);
  EXPECT_FALSE(exists("/evil") || exists("/etc/evil") || exists(here_ / "evil"));
}

TEST_F(Unpack, TheWorldOutsideStaysUntouchedWhateverTheTarSays) {
  // A file of the host under the name that the links point to.
  write(here_.path / "canary", "alive");
  (void)refusal({symlink("l", here_ / "canary"), file("l", "dead")});
  (void)refusal({symlink("d", here_.path), file("d/canary", "dead")});
  EXPECT_EQ(read(here_.path / "canary"), "alive");
}

TEST_F(Unpack, DamageIsToldInWords) {
  const std::string tar = make_tar({file("a", std::string(100'000, 'a'))}), packed = gzip(tar),
                    small = zstd(tar);
  const auto words = [&](std::string_view text) {
    const auto result = bytes(text);
    EXPECT_FALSE(result);
    return result ? "" : result.error().message;
  };
  EXPECT_EQ(words(packed.substr(0, packed.size() / 2)), "damaged gzip stream: unexpected EOF");
  EXPECT_EQ(words(small.substr(0, small.size() - 5)), "damaged zstd stream: unexpected EOF");
  std::string flipped = packed;
  flipped[flipped.size() / 2] ^= 0x55;
  EXPECT_NE(words(flipped), "");
  EXPECT_NE(words("this is not a tar, just some words that go on for a while"), "");
  EXPECT_NE(words(tar.substr(0, 50'000)), "");
  EXPECT_NE(words("BZh91AY&SY"), "");
}

TEST_F(Unpack, BombsAreStopped) {
  // 600 MiB of nothing in some hundred kilobytes, twice packed.
  std::string zeros = make_tar({file("bomb", std::string(limits::image_ratio_free_bytes + 8'000'000, '\0'))});
  const auto result = bytes(zstd(zeros));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("300 times its size"), std::string::npos) << result.error().message;
}

TEST_F(Unpack, AFullDiskIsSaidAsDockerSaysIt) {
  const std::string small = here_ / "small";
  fs::create_directory(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=256k") != 0)
    GTEST_SKIP() << "no tmpfs: " << system_reason();
  fs::create_directory(small + "/target");
  write(here_.path / "tar", make_tar({file("big", std::string(1'000'000, 'x'))}));
  const Fd fd(::open((here_ / "tar").c_str(), O_RDONLY | O_CLOEXEC));
  const auto result = unpack({}, UnpackKind::layer, fd.get(), small + "/target");
  ::umount(small.c_str());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "ImageStoreError");
  EXPECT_EQ(result.error().message, "write /big: no space left on device");
}

TEST_F(Unpack, ArchivesGivePlainFilesOnly) {
  TarEntry device{TarEntry::Type::character, "null", "", 0666};
  device.major = 1, device.minor = 3;
  TarEntry owned = file("config.json", "{}");
  owned.uid = 1000;
  const auto result = bytes(make_tar({owned, device, file(".wh.x")}), UnpackKind::archive);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(status("config.json").st_uid, 0u);
  EXPECT_FALSE(there("null"));
  EXPECT_TRUE(S_ISREG(status(".wh.x").st_mode));
}

TEST_F(Unpack, AChildThatDiesIsAnError) {
  write(here_.path / "tar", make_tar({file("a")}));
  const Fd fd(::open((here_ / "tar").c_str(), O_RDONLY | O_CLOEXEC));
  fs::create_directory(target());
  const auto gone = unpack({{"/bin/sh", "-c", "kill -9 $$"}}, UnpackKind::layer, fd.get(), target());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message, "the unpacking process was ended by signal 9 (Killed)");
  EXPECT_FALSE(unpack({{"/nonexistent"}}, UnpackKind::layer, fd.get(), target()));
}

TEST(EntryPath, IsCleanedOrRefused) {
  EXPECT_EQ(*clean_entry_path("./a//b/"), "a/b");
  EXPECT_EQ(*clean_entry_path("./"), "");
  EXPECT_EQ(*clean_entry_path("a..b/..c"), "a..b/..c");
  for (const char* bad : {"", "/", "/a", "..", "a/..", "a/../b"}) EXPECT_FALSE(clean_entry_path(bad)) << bad;
  EXPECT_FALSE(clean_entry_path(std::string(5'000, 'a')));
  EXPECT_EQ(whiteout_of("a/.wh.b").hidden, "a/b");
  EXPECT_EQ(whiteout_of(".wh..wh..opq").kind, Whiteout::Kind::opaque);
  EXPECT_EQ(whiteout_of("a/.wh..wh..opq").directory, "a");
  EXPECT_EQ(whiteout_of("a/.wh..").kind, Whiteout::Kind::other);
  EXPECT_EQ(whiteout_of("a/.wh").kind, Whiteout::Kind::none);
}

}  // namespace
}  // namespace slipway::agent
