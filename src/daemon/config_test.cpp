#include "daemon/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/limits.hpp"

namespace slipway::daemon {
namespace {

Result<ServerConfig> read(std::vector<const char*> words) {
  return read_server_config(words);
}

class File {
 public:
  explicit File(const char* text) {
    const int fd = ::mkstemp(path_);
    EXPECT_GE(fd, 0);
    ::close(fd);
    std::ofstream(path_) << text;
  }
  ~File() { ::unlink(path_); }
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/slipway-config-XXXXXX";
};

TEST(Config, FlagsWinOverTheFileAndTheFileOverTheDefaults) {
  const File file(
      "region: eu-central-1\nlisten: 0.0.0.0:80\ninsecure-registries: [a:5000, b:5000]\nno-agent: true\n");
  auto config = read({"--config", file.path(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->region, "eu-central-1");
  EXPECT_EQ(config->listen, "127.0.0.1:0");
  EXPECT_EQ(config->account, "000000000000");
  EXPECT_EQ(config->insecure_registries, (std::vector<std::string>{"a:5000", "b:5000"}));
  EXPECT_TRUE(config->no_agent);
}

TEST(Config, AMistakeInTheFileNamesItsLine) {
  const File unknown("region: eu-central-1\nreggion: x\n");
  auto config = read({"--config", unknown.path()});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message, std::string(unknown.path()) + ":2: there is no setting reggion");
  const File wrong("no-agent: perhaps\n");
  config = read({"--config", wrong.path()});
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("no-agent has a value of the wrong kind"), std::string::npos);
}

TEST(Config, RefusesWhatCannotBe) {
  for (auto words : std::vector<std::vector<const char*>>{{"--account", "12"},
                                                          {"--account", "00000000000x"},
                                                          {"--listen", "4566"},
                                                          {"--region", "a/b"},
                                                          {"--tls-cert", "c.pem"},
                                                          {"--task-credentials-life", "9s"},
                                                          {"--task-credentials-life", "13h"},
                                                          {"--supervisor-timeout", "1s"},
                                                          {"--supervisor-timeout", "long"},
                                                          {"--bogus"},
                                                          {"--config", "/nonexistent.yaml"}})
    EXPECT_EQ(read(words).error().code, "InvalidArgument") << words[0];
  EXPECT_EQ(read({"--help"}).error().code, "HelpRequested");
}

TEST(Config, TimesAreWhatTheyWereUnlessSet) {
  auto config = read({});
  ASSERT_TRUE(config);
  EXPECT_EQ(milliseconds_of(config->task_credentials_life), limits::task_credentials_life_ms);
  EXPECT_EQ(milliseconds_of(config->supervisor_timeout), limits::supervisor_call_timeout_ms);
  config = read({"--task-credentials-life", "15m", "--supervisor-timeout", "2s"});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(milliseconds_of(config->task_credentials_life), 900'000);
  EXPECT_EQ(milliseconds_of(config->supervisor_timeout), 2'000);
}

TEST(Config, ThePageHasEverySetting) {
  const std::string page = settings_as_markdown();
  for (const auto& setting : settings())
    EXPECT_NE(page.find(std::string("| `") + setting.name + "` |"), std::string::npos) << setting.name;
}

}  // namespace
}  // namespace slipway::daemon
