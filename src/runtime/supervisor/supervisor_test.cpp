#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/limits.hpp"
#include "runtime/output_format.hpp"
#include "runtime/output_reader.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/supervisor/protocol.hpp"
#include "runtime/supervisor/records.hpp"
#include "runtime/supervisor/spool.hpp"
#include "runtime/supervisor/upgrade.hpp"

namespace slipway::runtime {
namespace {

TEST(SupervisorProtocol, CarriesAnyBytes) {
  const Message message = {"7", "run", std::string("a\0b\n", 4), ""};
  EXPECT_EQ(decode_message(encode_message(message)), message);
  const std::string bytes = encode_message(message);
  for (std::size_t size = 1; size < bytes.size(); size += 3)
    if (auto decoded = decode_message(bytes.substr(0, size)))
      EXPECT_LT(decoded->size(), message.size()) << size;
  EXPECT_EQ(decode_message("\xff\xff\xff\xff"), std::nullopt);
}

TEST(SupervisorProtocol, StatusBothWays) {
  const ContainerStatus running{"c", "t", ContainerStatus::State::running, 42, {1'000}, {}};
  const ContainerStatus exited{"c", "t",     ContainerStatus::State::exited,
                               0,   {1'000}, ExitInfo{137, true, true, {2'000}}};
  ContainerStatus down = exited;
  down.exit = ExitInfo{255, false, false, {2'000}, true};
  for (const ContainerStatus& status : {running, exited, down}) {
    Message message = {"before"};
    append_status(message, status);
    EXPECT_EQ(message.size(), 1 + status_fields);
    EXPECT_EQ(status_from(message, 1), status);
  }
  EXPECT_EQ(status_from({"too", "short"}, 0), std::nullopt);
}

TEST(SupervisorRecords, BothWaysAndPastUnknownMembers) {
  const LaunchRecord launch{.id = "c",
                            .task_id = "t",
                            .cgroup = "slipway-0/t/c",
                            .crun = "crun",
                            .layers = {"/a", "/b"},
                            .working_dir = "/",
                            .network_path = "/n",
                            .uid = 1,
                            .gid = 2,
                            .tty = true,
                            .interactive = true,
                            .output_limit_bytes = 9};
  EXPECT_EQ(parse_launch(launch_json(launch)), launch);
  const StartRecord start{7, 8, "boot", 9};
  EXPECT_EQ(parse_start(start_json(start)), start);
  const ExitInfo exit{3, false, true, {5}};
  EXPECT_EQ(parse_exit(exit_json(exit)), exit);
  const ExitInfo down{255, false, false, {5}, true};
  EXPECT_EQ(parse_exit(exit_json(down)), down);
  EXPECT_EQ(parse_exit(R"({"exitCode":4,"codeKnown":true,"later":[1]})"), (ExitInfo{4, true, false, {0}}));
  EXPECT_EQ(parse_launch("{"), std::nullopt);
  EXPECT_EQ(parse_launch("{}"), std::nullopt);
}

TEST(SupervisorArguments, BothWays) {
  const SupervisorOptions options{
      .node_id = "01234567", .node_dir = "/a", .run_dir = "/b", .cgroup_parent = "/c"};
  std::vector<const char*> pointers;
  const auto arguments = supervisor_arguments(options);
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  SupervisorOptions parsed;
  ASSERT_TRUE(parse_supervisor_arguments(pointers, parsed));
  EXPECT_EQ(supervisor_arguments(parsed), arguments);
  EXPECT_FALSE(parse_supervisor_arguments(std::vector<const char*>{"--what", "x"}, parsed));
  EXPECT_FALSE(parse_supervisor_arguments(std::vector<const char*>{"--node"}, parsed));
}

TEST(SupervisorHandover, BothWays) {
  const Handover handover{.listener = 3,
                          .lock = 4,
                          .clients = {{5, true}, {6, false}},
                          .stdio = {{"c1", {7, 8, -1}}, {"c2", {-1, -1, 9}}},
                          .asking_client = 5,
                          .asking_number = "11"};
  const Handover parsed = parse_handover(handover_text(handover) + "something newer 1 2 3\n");
  EXPECT_EQ(handover_text(parsed), handover_text(handover));
}

class SpoolTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/slipway-spool-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    directory = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  std::string read_all(std::uint64_t from, std::uint64_t* dropped = nullptr) {
    auto reader = open_output(*watch, directory, from);
    EXPECT_TRUE(reader);
    std::string text;
    for (;;) {
      auto chunk = (*reader)->read(10);
      EXPECT_TRUE(chunk) << chunk.error().message;
      if (!chunk || chunk->records.empty()) return text;
      if (dropped) *dropped += chunk->dropped_bytes;
      for (const OutputRecord& record : chunk->records) text += record.data;
    }
  }
  std::string directory;
  std::shared_ptr<SpoolWatch> watch = *SpoolWatch::make();
};

TEST_F(SpoolTest, ReadsOnFromAnyRecord) {
  auto spool = SpoolWriter::open(directory, 0);
  ASSERT_TRUE(spool);
  (*spool)->append(OutputRecord::Stream::out, 11, "one");
  (*spool)->append(OutputRecord::Stream::err, 22, "two");
  auto reader = open_output(*watch, directory, 0);
  auto chunk = (*reader)->read(1);
  ASSERT_EQ(chunk->records.size(), 1u);
  EXPECT_EQ(chunk->records[0].time_ns, 11);
  EXPECT_EQ(chunk->records[0].stream, OutputRecord::Stream::out);
  EXPECT_EQ(read_all(chunk->next_offset), "two");
  EXPECT_EQ((*reader)->read(1)->records[0].stream, OutputRecord::Stream::err);
  EXPECT_TRUE((*reader)->read(1)->records.empty());
  (*spool)->append(OutputRecord::Stream::out, 33, "three");
  EXPECT_EQ((*reader)->read(1)->records[0].data, "three");
}

TEST_F(SpoolTest, ATornRecordIsCutOffAtAnyByte) {
  const std::string whole = directory + "/" + segment_name(0);
  (*SpoolWriter::open(directory, 0))->append(OutputRecord::Stream::out, 1, "first");
  const auto intact = std::filesystem::file_size(whole);
  (*SpoolWriter::open(directory, 0))->append(OutputRecord::Stream::out, 2, std::string(100, '2'));
  const std::string bytes = *read_file(whole);
  for (std::size_t size = intact; size < bytes.size(); size += 3) {
    std::ofstream(whole, std::ios::trunc | std::ios::binary) << bytes.substr(0, size);
    EXPECT_EQ(read_all(0), "first") << size;
    (*SpoolWriter::open(directory, 0))->append(OutputRecord::Stream::out, 3, "3");
    EXPECT_EQ(read_all(0), "first3") << size;
  }
}

TEST_F(SpoolTest, KeepsItsLimitAndCountsWhatWent) {
  constexpr std::uint64_t limit = 64 * 1024;
  auto spool = SpoolWriter::open(directory, limit);
  const std::string line(1'000, 'x');
  for (int at = 0; at < 1'000; ++at) (*spool)->append(OutputRecord::Stream::out, at, line);
  std::uint64_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) kept += entry.file_size();
  EXPECT_LE(kept, limit + record_header_bytes + line.size());
  EXPECT_GT(kept, limit / 2);
  std::uint64_t dropped = 0;
  const std::string text = read_all(0, &dropped);
  EXPECT_EQ(dropped + text.size() / 1'000 * (1'000 + record_header_bytes),
            1'000 * (1'000 + record_header_bytes));
}

TEST_F(SpoolTest, LongDataIsSeveralRecords) {
  const std::string data(limits::output_record_bytes * 2 + 5, 'y');
  (*SpoolWriter::open(directory, 0))->append(OutputRecord::Stream::out, 1, data);
  EXPECT_EQ(read_all(0), data);
}

TEST_F(SpoolTest, FollowsOverSegments) {
  auto spool = SpoolWriter::open(directory, 16 * 1024);
  auto reader = open_output(*watch, directory, 0);
  std::string text, expected;
  for (int at = 0; at < 200; ++at) {
    const std::string line = "line " + std::to_string(at) + std::string(300, '.') + "\n";
    (*spool)->append(OutputRecord::Stream::out, at, line);
    expected += line;
    for (const OutputRecord& record : (*reader)->read(1 << 20)->records) text += record.data;
  }
  EXPECT_EQ(text, expected);
}

}  // namespace
}  // namespace slipway::runtime
