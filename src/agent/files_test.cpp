#include "agent/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

class TaskFilesTest : public ::testing::Test {
 protected:
  TaskFilesTest() : path(fs::temp_directory_path() / ("slipway-files-" + random_hex(random, 8))) {
    fs::create_directories(path);
    EXPECT_TRUE(files.prepare());
  }
  ~TaskFilesTest() override { fs::remove_all(path); }
  void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  SystemRandom random;
  fs::path path;
  TaskFiles files{path.string()};
};

TEST_F(TaskFilesTest, SweepTakesWhatBelongsToNoTask) {
  write(files.log_position("mine"), "1 1");
  write(files.log_position("gone"), "1 1");
  write(files.log_position("gone") + ".new", "1");
  write(fs::path(files.task_volumes("t1")) / "data", "kept");
  write(fs::path(files.task_volumes("t2")) / "deep/data", "over");
  write(fs::path(files.volumes_dir()) / "shared/data", "outlives tasks");
  files.sweep({"t1"}, {"mine"});
  EXPECT_TRUE(fs::exists(files.log_position("mine")));
  EXPECT_FALSE(fs::exists(files.log_position("gone")));
  EXPECT_FALSE(fs::exists(files.log_position("gone") + ".new"));
  EXPECT_TRUE(fs::exists(fs::path(files.task_volumes("t1")) / "data"));
  EXPECT_FALSE(fs::exists(files.task_volumes("t2")));
  EXPECT_TRUE(fs::exists(fs::path(files.volumes_dir()) / "shared/data"));
}

TEST_F(TaskFilesTest, OnlyWhatSaysSomethingIsKeptForPeople) {
  const fs::path tasks = path / "agent/tasks";
  write(tasks / "empty.json", "");
  write(tasks / "torn.json", "{\"version\":1,");
  ASSERT_EQ(files.tasks()->size(), 2u);
  EXPECT_TRUE(files.set_aside("empty"));
  EXPECT_TRUE(files.set_aside("torn"));
  EXPECT_TRUE(files.tasks()->empty());
  EXPECT_FALSE(fs::exists(tasks / "empty.json.unreadable"));
  EXPECT_TRUE(fs::exists(tasks / "torn.json.unreadable"));
}

}  // namespace
}  // namespace slipway::agent
