#pragma once

// What tests of the real host share: a node of its own in a temporary directory, an image made from
// busybox-static, and waiting for things with a limit.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "runtime/linux_host.hpp"
#include "runtime/system/files.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {

inline bool eventually(const std::function<bool()>& holds, int timeout_ms = 15'000) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class HostTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: namespaces, mounts and control groups";
    if (!run_helper({"crun", "--version"}, "", 5'000)) GTEST_SKIP() << "needs crun";
    if (!run_helper({"nft", "--version"}, "", 5'000)) GTEST_SKIP() << "needs nft";
    if (::access("/bin/busybox", X_OK) != 0) GTEST_SKIP() << "needs /bin/busybox (busybox-static)";
    SystemRandom random;
    options.node_id = random_hex(random, 8);
    directory = std::filesystem::temp_directory_path() / ("slipway-test-" + options.node_id);
    options.node_dir = directory / "node";
    options.run_dir = directory / "run";
    make_image();
    host = make_linux_host(options);
    auto prepared = host->prepare();
    ASSERT_TRUE(prepared) << prepared.error().message;
  }

  void TearDown() override {
    if (!host) return;
    auto destroyed = host->destroy();
    EXPECT_TRUE(destroyed) << destroyed.error().message;
    EXPECT_EQ(inventory(options), Inventory{}) << show(inventory(options));
    std::filesystem::remove_all(directory);
  }

  static std::string show(const Inventory& i) {
    return "namespaces " + std::to_string(i.namespaces) + " mounts " + std::to_string(i.mounts) +
           " cgroups " + std::to_string(i.cgroups) + " links " + std::to_string(i.links) + " routes " +
           std::to_string(i.routes) + " tables " + std::to_string(i.nft_tables) + " processes " +
           std::to_string(i.processes) + " containers " + std::to_string(i.containers);
  }

  void make_image() {
    image = directory / "image";
    for (const char* part : {"bin", "etc", "tmp", "www", "home/app"})
      std::filesystem::create_directories(std::filesystem::path(image) / part);
    std::filesystem::copy_file("/bin/busybox", image + "/bin/busybox");
    for (const char* name :
         {"sh", "echo", "cat", "sleep",    "id",   "env",   "pwd",    "kill", "httpd", "wget", "nc",    "dd",
          "ip", "true", "ls",  "hostname", "stat", "mount", "ulimit", "yes",  "head",  "tail", "touch", "ps"})
      std::filesystem::create_symlink("busybox", image + "/bin/" + name);
    ASSERT_TRUE(write_file(image + "/etc/passwd",
                           "root:x:0:0::/root:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n", 0644));
    ASSERT_TRUE(write_file(image + "/etc/group", "root:x:0:\nstaff:x:1002:\nextra:x:1003:app\n", 0644));
    ASSERT_TRUE(write_file(image + "/www/index.html", "hello from a task\n", 0644));
    ASSERT_TRUE(write_file(image + "/etc/notes", "not a program\n", 0644));
  }

  ContainerSpec shell(const std::string& id, const std::string& script) {
    ContainerSpec spec{.id = id, .task_id = "t-" + id, .layers = {image}, .argv = {"/bin/sh", "-c", script}};
    spec.hostname = "box";
    return spec;
  }

  ContainerStatus wait_exit(const std::string& id) {
    ContainerStatus status;
    EXPECT_TRUE(eventually([&] {
      auto now = host->container(id);
      if (now) status = *now;
      return now && now->state == ContainerStatus::State::exited;
    })) << id
        << " did not exit";
    return status;
  }

  std::string output_of(const std::string& id, OutputRecord::Stream stream = OutputRecord::Stream::out) {
    auto reader = host->output(id, 0);
    if (!reader) return "no output: " + reader.error().message;
    std::string text;
    for (;;) {
      auto chunk = (*reader)->read(1 << 20);
      if (!chunk) return "unreadable output: " + chunk.error().message;
      if (chunk->records.empty()) return text;
      for (const OutputRecord& record : chunk->records)
        if (record.stream == stream) text += record.data;
    }
  }

  // Runs a script to its end and gives its standard output.
  std::string run(const ContainerSpec& spec, int exit_code = 0) {
    auto started = host->start_container(spec);
    EXPECT_TRUE(started) << started.error().code << ": " << started.error().message;
    if (!started) return "";
    const ContainerStatus status = wait_exit(spec.id);
    EXPECT_EQ(status.exit.value_or(ExitInfo{}).exit_code, exit_code)
        << output_of(spec.id, OutputRecord::Stream::err);
    return output_of(spec.id);
  }

  // As if this process had been killed: what it holds is gone, nothing is undone.
  void restart_host() {
    host.reset();
    host = make_linux_host(options);
    auto prepared = host->prepare();
    ASSERT_TRUE(prepared) << prepared.error().message;
  }

  pid_t supervisor_pid() {
    const std::string group = "slipway-" + options.node_id + "/supervisor";
    for (const char* root : {"/sys/fs/cgroup/memory/", "/sys/fs/cgroup/"}) {
      const std::string pids = read_file_or_empty(root + group + "/cgroup.procs");
      if (!pids.empty()) return std::atoi(pids.c_str());
    }
    return -1;
  }

  LinuxHostOptions options;
  std::filesystem::path directory;
  std::string image;
  std::unique_ptr<Host> host;
};

}  // namespace slipway::runtime
