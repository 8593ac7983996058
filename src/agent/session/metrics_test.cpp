#include "agent/session/metrics.hpp"

#include <gtest/gtest.h>

#include "agent/session/telemetry_frame.hpp"
#include "auth/sigv4.hpp"

namespace slipway::agent {
namespace {

runtime::ContainerStats reading(std::int64_t second, std::uint64_t cpu_ns, std::uint64_t rx) {
  runtime::ContainerStats stats{.read_at = {second * 1'000}, .cpu_total_ns = cpu_ns};
  stats.host_cpu_ns = static_cast<std::uint64_t>(second) * 2'000'000'000;  // two CPUs
  stats.memory_bytes = 50 * 1024 * 1024;
  stats.memory_cache_bytes = 10 * 1024 * 1024;
  stats.networks.push_back({.interface = "eth0", .rx_bytes = rx});
  return stats;
}

TEST(Metrics, PercentOfTheWholeHost) {
  ContainerSamples samples;
  samples.add(reading(1, 0, 100));
  EXPECT_TRUE(samples.take("main").absent()) << "one reading is no rate";
  samples.add(reading(2, 500'000'000, 300));
  wire::Value out = samples.take("main");
  EXPECT_DOUBLE_EQ(out.get("cpuStatsSet", "max").number(), 25);
  EXPECT_EQ(out.get("memoryStatsSet", "max").integer(), 40);
  EXPECT_EQ(out.get("networkStatsSet", "rxBytes").get("max").integer(), 300);
  EXPECT_DOUBLE_EQ(out.get("networkStatsSet", "rxBytesPerSecond").get("max").number(), 200);
  EXPECT_TRUE(samples.take("main").absent()) << "the next interval is empty";
}

TEST(Metrics, HostWithoutTasksIsIdle) {
  std::vector<wire::Value> messages = metrics_messages({"default", "arn", "id"}, {}, {1'000});
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(messages[0].get("metadata", "idle").boolean());
  EXPECT_TRUE(messages[0].get("metadata", "fin").boolean());
  EXPECT_FALSE(messages[0].find("taskMetrics"));
}

TEST(Metrics, TenTasksAMessage) {
  std::vector<TaskSamples> tasks(21);
  std::vector<TaskSamples*> pointers;
  for (TaskSamples& task : tasks) {
    for (int second : {1, 2}) task.containers["main"].add(reading(second, 0, 0));
    pointers.push_back(&task);
  }
  std::vector<wire::Value> messages = metrics_messages({"default", "arn", "id"}, pointers, {1'000});
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].get("taskMetrics").size(), 10u);
  EXPECT_FALSE(messages[0].get("metadata", "fin").boolean());
  EXPECT_EQ(messages[2].get("taskMetrics").size(), 1u);
  EXPECT_TRUE(messages[2].get("metadata", "fin").boolean());
}

TEST(TelemetryFrame, IsASignedGetOfTheConnection) {
  http::Url url = *http::parse_url("http://127.0.0.1:4566/tcs/ws?cluster=default&agentVersion=1");
  Instant now{1'795'359'120'000};
  std::string frame = telemetry_frame(url, {"AKID", "secret", ""}, "us-east-1", "{\"type\":\"x\"}", now);
  std::size_t body = frame.find("\r\n\r\n");
  ASSERT_NE(body, std::string::npos);
  std::vector<std::string> kept;
  std::vector<auth::Header> headers;
  std::vector<std::pair<std::string, std::string>> lines;
  for (std::size_t at = 0; at < body;) {
    std::size_t end = frame.find("\r\n", at), colon = frame.find(": ", at);
    lines.emplace_back(frame.substr(at, colon - at), frame.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  for (const auto& [name, value] : lines) headers.push_back({name, value});
  std::string payload = frame.substr(body + 4);
  auth::SignedRequest request{
      .method = "GET", .path = url.path, .query = url.query, .headers = headers, .body = payload};
  auto claim = auth::parse_claim(request);
  ASSERT_TRUE(claim);
  EXPECT_TRUE(auth::verify(request, *claim, "secret", now));
  EXPECT_FALSE(auth::verify(request, *claim, "other", now));
}

}  // namespace
}  // namespace slipway::agent
