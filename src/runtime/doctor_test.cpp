#include "runtime/doctor_probes.hpp"
#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

using DoctorTest = HostTest;

const Check* find(const std::vector<Check>& checks, const std::string& name) {
  for (const Check& check : checks)
    if (check.name == name) return &check;
  return nullptr;
}

TEST_F(DoctorTest, SaysWhatThereIsAndLeavesNothing) {
  const Inventory before = inventory(options);
  const auto checks = host->doctor();
  for (const char* name : {"root", "control groups", "namespaces", "network links", "nftables", "overlayfs",
                           "crun", "seccomp"}) {
    const Check* check = find(checks, name);
    ASSERT_NE(check, nullptr) << name;
    EXPECT_EQ(check->verdict, Check::Verdict::ok) << name << ": " << check->found;
  }
  for (const Check& check : checks) {
    EXPECT_FALSE(check.found.empty()) << check.name;
    EXPECT_EQ(check.verdict == Check::Verdict::ok, check.remedy.empty()) << check.name;
  }
  EXPECT_EQ(inventory(options), before);
  for (const auto& entry : std::filesystem::directory_iterator(options.node_dir))
    EXPECT_EQ(entry.path().filename(), "containers");
}

TEST(DoctorChecks, AConnectionTableThatIsSmallOrAlmostFull) {
  using Verdict = Check::Verdict;
  EXPECT_EQ(connections_check(0, 0).verdict, Verdict::ok);
  EXPECT_EQ(connections_check(10, 262'144).verdict, Verdict::ok);
  EXPECT_EQ(connections_check(10, 1'000).verdict, Verdict::warn);
  EXPECT_EQ(connections_check(250'000, 262'144).verdict, Verdict::warn);
  EXPECT_EQ(connections_check(250'000, 262'144).found, "250000 of 262144 connections");
}

TEST_F(DoctorTest, NamesWhatIsMissing) {
  LinuxHostOptions without = options;
  without.crun = "/no/crun";
  without.nft = "/no/nft";
  const auto checks = doctor(without);
  EXPECT_EQ(find(checks, "crun")->verdict, Check::Verdict::fail);
  EXPECT_NE(find(checks, "crun")->remedy.find("apt-get install crun"), std::string::npos);
  EXPECT_EQ(find(checks, "nftables")->verdict, Check::Verdict::fail);
}

}  // namespace
}  // namespace slipway::runtime
