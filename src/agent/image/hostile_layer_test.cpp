#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/unpack.hpp"
#include "base/limits.hpp"

// Tars written by hand, header by header: what no honest tool makes. Each must be refused by name, or come
// out as stated; none may touch anything beside its own directory.
namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

// A ustar header (POSIX.1-1988) with whatever one wants in it.
struct Header {
  std::string name;
  char type = '0';
  std::string size = "0";  // octal digits, or twelve bytes as they are
  std::string link;
  std::string mode = "0644";
};

std::string block(const Header& header) {
  std::string out(512, '\0');
  const auto put = [&](std::size_t at, std::size_t room, const std::string& text) {
    std::memcpy(out.data() + at, text.data(), std::min(room, text.size()));
  };
  put(0, 100, header.name);
  put(100, 8, header.mode);
  put(108, 8, "0");
  put(116, 8, "0");
  put(124, 12, header.size);
  put(136, 12, "0");
  put(148, 8, "        ");
  out[156] = header.type;
  put(157, 100, header.link);
  put(257, 8,
      std::string("ustar\0"
                  "00",
                  8));
  unsigned sum = 0;
  for (const char c : out) sum += std::uint8_t(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  put(148, 7, std::string(text, 7));
  return out;
}

std::string octal(std::size_t value) {
  char text[13];
  std::snprintf(text, sizeof text, "%011zo", value);
  return text;
}

// GNU's form for numbers that octal digits have no room for.
std::string binary(std::uint64_t value) {
  std::string out(12, '\0');
  out[0] = '\x80';
  for (int i = 11; i >= 4; --i, value >>= 8) out[std::size_t(i)] = char(value & 0xff);
  return out;
}

std::string entry(Header header, const std::string& content) {
  header.size = octal(content.size());
  std::string out = block(header) + content;
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

// One extended record: "<length> <key>=<value>\n", whose length counts itself.
std::string pax(const std::string& key, const std::string& value) {
  const std::string rest = " " + key + "=" + value + "\n";
  std::size_t size = rest.size() + 1;
  while (std::to_string(size).size() + rest.size() != size) ++size;
  return entry({.name = "pax", .type = 'x'}, std::to_string(size) + rest);
}

std::string deep(std::size_t levels) {
  std::string path = "d";
  for (std::size_t i = 1; i < levels; ++i) path += "/d";
  return path;
}

const std::string end(1024, '\0');
const std::string file_a = entry({.name = "a"}, "content");

struct Attack {
  const char* name;
  std::string tar;
  const char* words;  // part of the refusal
};

std::vector<Attack> attacks() {
  const std::string negative("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00", 12);
  const std::string huge("\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff", 12);
  return {
      {"dot dot", entry({.name = "../evil"}, "x"), "leaves the image"},
      {"dot dot in the middle", entry({.name = "a/../../evil"}, "x"), "leaves the image"},
      {"dot dot by pax", pax("path", "../evil") + file_a, "leaves the image"},
      {"dot dot by a long name", entry({.name = "././@LongLink", .type = 'L'}, "../evil") + file_a,
       "leaves the image"},
      {"absolute", entry({.name = "/evil"}, "x"), "absolute path"},
      {"absolute by pax", pax("path", "/evil") + file_a, "absolute path"},
      {"no name", entry({.name = ""}, "x"), "has no name"},
      {"a part too long", pax("path", "x/" + std::string(256, 'n')) + file_a, "too long"},
      {"a path too long", pax("path", std::string(200, 'n') + deep(2'100)) + file_a, "too long"},
      {"too deep", pax("path", deep(limits::image_entry_depth + 1)) + file_a, "too deep"},
      {"a pax header of megabytes", pax("path", std::string(3'000'000, 'n')) + file_a, ""},
      {"a pax header that never ends", block({.name = "pax", .type = 'x', .size = huge}), ""},
      {"a long name of gigabytes", block({.name = "././@LongLink", .type = 'L', .size = "77777777777"}), ""},
      {"a negative size", block({.name = "a", .size = negative}), ""},
      {"a size beyond every disk", block({.name = "a", .size = huge}), ""},
      {"a size beyond the limit", block({.name = "a", .size = binary(limits::image_layer_bytes + 1)}),
       "larger"},
      {"a sparse file without a byte", pax("GNU.sparse.realsize", "9000000000000") + entry({.name = "a"}, ""),
       ""},
      {"a file through a link",
       entry({.name = "l", .type = '2', .link = "/etc"}, "") + entry({.name = "l/evil"}, "x"), "symlink"},
      {"a file through two links",
       entry({.name = "m", .type = '2', .link = "l"}, "") +
           entry({.name = "l", .type = '2', .link = ".."}, "") + entry({.name = "m/evil"}, "x"),
       "symlink"},
      {"a directory through a link",
       entry({.name = "l", .type = '2', .link = "/tmp"}, "") + entry({.name = "l/evil", .type = '5'}, ""),
       "symlink"},
      {"a hard link out", entry({.name = "h", .type = '1', .link = "../../etc/shadow"}, ""), "hard link out"},
      {"an absolute hard link", entry({.name = "h", .type = '1', .link = "/etc/shadow"}, ""),
       "hard link out"},
      {"a hard link out by pax",
       pax("linkpath", "/etc/shadow") + entry({.name = "h", .type = '1', .link = "x"}, ""), "hard link out"},
      {"a hard link by pax alone", pax("linkpath", "/etc/shadow") + entry({.name = "h", .type = '1'}, ""),
       "a hard link to nothing"},
      {"a hard link through a link",
       entry({.name = "l", .type = '2', .link = "/etc"}, "") +
           entry({.name = "h", .type = '1', .link = "l/passwd"}, ""),
       ""},
      {"a hard link to nothing", entry({.name = "h", .type = '1', .link = "absent"}, ""), ""},
      {"a hard link to a directory",
       entry({.name = "d", .type = '5'}, "") + entry({.name = "h", .type = '1', .link = "d"}, ""), ""},
      {"a whiteout through a link",
       entry({.name = "l", .type = '2', .link = "/etc"}, "") + entry({.name = "l/.wh.passwd"}, ""),
       "whiteout"},
      {"the root as a file", entry({.name = "."}, "x"), "root is not a directory"},
      {"the root as a link", entry({.name = "./", .type = '2', .link = "/etc"}, ""),
       "root is not a directory"},
      {"a wrong checksum", "x" + block({.name = "a"}).substr(1), ""},
      {"cut short", block({.name = "a", .size = octal(100'000)}) + "x", ""},
  };
}

class HostileLayer : public testing::Test {
 protected:
  void SetUp() override { NEEDS_ROOT(); }

  Result<Unpacked> unpacked(const std::string& tar) {
    fs::remove_all(here_.path / "outer");
    fs::create_directories(here_.path / "outer/target");
    write(here_.path / "tar", tar + end);
    const Fd fd(::open((here_ / "tar").c_str(), O_RDONLY | O_CLOEXEC));
    return unpack({}, UnpackKind::layer, fd.get(), here_ / "outer/target");
  }
  fs::path target() { return here_.path / "outer/target"; }

  TemporaryDirectory here_;
};

TEST_F(HostileLayer, EveryAttackIsRefusedAndTouchesNothing) {
  struct stat before, after;
  ASSERT_EQ(::stat("/etc/passwd", &before), 0);
  for (const Attack& attack : attacks()) {
    const auto result = unpacked(attack.tar);
    ASSERT_FALSE(result) << attack.name;
    EXPECT_EQ(result.error().code, "InvalidImage") << attack.name << ": " << result.error().message;
    EXPECT_NE(result.error().message.find(attack.words), std::string::npos)
        << attack.name << ": " << result.error().message;
    EXPECT_LT(result.error().message.size(), 5'000u) << attack.name;
    EXPECT_EQ(names_in(here_ / "outer"), std::vector<std::string>{"target"}) << attack.name;
  }
  EXPECT_FALSE(exists("/evil") || exists("/etc/evil") || exists("/tmp/evil"));
  ASSERT_EQ(::stat("/etc/passwd", &after), 0);
  EXPECT_EQ(before.st_nlink, after.st_nlink);
  EXPECT_EQ(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
}

TEST_F(HostileLayer, OddTarsThatHarmNobodyComeOutAsTheyMean) {
  // Of two entries of one name the last counts, whatever the first was.
  ASSERT_TRUE(unpacked(file_a + entry({.name = "a"}, "second")));
  EXPECT_EQ(read(target() / "a"), "second");
  write(here_.path / "canary", "alive");
  ASSERT_TRUE(unpacked(entry({.name = "a", .type = '2', .link = here_ / "canary"}, "") + file_a));
  EXPECT_EQ(read(target() / "a"), "content") << "the link is replaced, not followed";
  EXPECT_EQ(read(here_.path / "canary"), "alive");
  // A link may point anywhere: it means something in the container alone.
  ASSERT_TRUE(unpacked(entry({.name = "l", .type = '2', .link = "../../../etc"}, "")));
  EXPECT_TRUE(fs::is_symlink(target() / "l"));
  ASSERT_TRUE(unpacked(entry({.name = "p", .type = '6'}, "")));
  EXPECT_TRUE(fs::is_fifo(target() / "p")) << "made, not opened: nobody waits for a writer";
  ASSERT_TRUE(unpacked(pax("path", deep(limits::image_entry_depth)) + file_a)) << "just not too deep";
  ASSERT_TRUE(unpacked(""));
}

TEST_F(HostileLayer, SparseFilesCountAsWhatTheySeemToHold) {
  const std::uint64_t half = limits::image_layer_bytes / 2;
  const auto one = [&](const char* name) {
    // Old GNU sparse (type S): one piece of one byte, and the real size in its own field.
    std::string header = block({.name = name, .type = 'S', .size = octal(1)});
    std::memset(header.data() + 345, 0, 167);
    std::memcpy(header.data() + 257, "ustar  \0", 8);
    std::memcpy(header.data() + 386, octal(0).c_str(), 12);
    std::memcpy(header.data() + 398, octal(1).c_str(), 12);
    const std::string real = binary(half + 1);
    std::memcpy(header.data() + 483, real.c_str(), 12);
    std::memset(header.data() + 148, ' ', 8);
    unsigned sum = 0;
    for (const char c : header) sum += std::uint8_t(c);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum);
    std::memcpy(header.data() + 148, text, 7);
    return header + "x" + std::string(511, '\0');
  };
  const auto alone = unpacked(one("a"));
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(fs::file_size(target() / "a"), half + 1);
  const auto both = unpacked(one("a") + one("b"));
  ASSERT_FALSE(both);
  EXPECT_NE(both.error().message.find("with entry \"b\" the layer is larger"), std::string::npos)
      << both.error().message;
}

}  // namespace
}  // namespace slipway::agent
