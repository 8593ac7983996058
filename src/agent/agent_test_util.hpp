#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <atomic>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent.hpp"
#include "agent/api/background.hpp"
#include "agent/image_source.hpp"
#include "auth/sigv4.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "http/loop.hpp"
#include "http/server.hpp"
#include "http/workers.hpp"
#include "runtime/fake_host.hpp"
#include "wire/json_text.hpp"

// For tests: a server that speaks what an agent needs and remembers what it was told, images out of nothing,
// and an agent between them and a host in memory. Everything runs on one loop.
namespace slipway::agent::test {

inline const char* cluster_arn = "arn:aws:ecs:us-east-1:000000000000:cluster/default";
inline const char* instance_arn = "arn:aws:ecs:us-east-1:000000000000:container-instance/default/be53da5d";
inline const char* task_arn =
    "arn:aws:ecs:us-east-1:000000000000:task/default/aab05ecb00000000000000000000000f";

// ' stands for ".
inline wire::Value json(std::string text) {
  std::ranges::replace(text, '\'', '"');
  Result<wire::Value> value = wire::parse_json(text);
  check(value.has_value(), "a test's JSON is broken");
  return *value;
}

struct ApiCall {
  std::string operation;
  wire::Value input;
};

class FakeServer {
 public:
  explicit FakeServer(http::Loop& loop)
      : server_({&loop}, {}, [this](http::Exchange& exchange) { return handle(exchange); }) {
    Result<std::uint16_t> bound = server_.listen("127.0.0.1", 0);
    check(bound.has_value(), "no port for a test");
    port = *bound;
  }

  std::uint16_t port = 0;
  std::vector<ApiCall> calls;
  std::vector<wire::Value> frames;       // from the agent, over ACS
  std::vector<wire::Value> telemetry;    // JSON parts of TCS frames
  std::vector<std::string> acs_queries;  // of handshakes
  std::size_t unsigned_requests = 0;
  // Answers a call; nothing: the default answer.
  std::function<std::optional<http::Response>(const ApiCall&)> answer;
  std::function<std::optional<http::Response>()> refuse_acs;

  http::Task<void> send(wire::Value frame) {
    std::shared_ptr<http::WebSocket> acs = acs_;
    if (acs) (void)co_await acs->send_text(wire::write_json(frame));
  }
  http::Task<void> close_acs(std::uint16_t code) {
    std::shared_ptr<http::WebSocket> acs = acs_;
    if (acs) co_await acs->close(code, "test");
  }
  http::Task<void> stop() { co_await server_.stop(100); }

  std::vector<wire::Value> inputs(std::string_view operation) const {
    std::vector<wire::Value> out;
    for (const ApiCall& call : calls)
      if (call.operation == operation) out.push_back(call.input);
    return out;
  }
  std::vector<std::string> reported() const {
    std::vector<std::string> out;
    for (const wire::Value& input : inputs("SubmitTaskStateChange"))
      out.emplace_back(input.get("status").string());
    return out;
  }
  std::vector<std::string> frame_types() const {
    std::vector<std::string> out;
    for (const wire::Value& frame : frames) out.emplace_back(frame.get("type").string());
    return out;
  }
  std::vector<std::string> log_lines() const {
    std::vector<std::string> out;
    for (const wire::Value& input : inputs("PutLogEvents"))
      for (const wire::Value& event : input.get("logEvents").items())
        out.emplace_back(event.get("message").string());
    return out;
  }

  static http::Response error(int status, const std::string& code, const std::string& message) {
    http::Response response{.status = status};
    response.body = wire::write_json(wire::Value::object({{"__type", code}, {"message", message}}));
    return response;
  }

 private:
  bool is_signed(const http::Request& request) {
    std::vector<auth::Header> headers;
    for (http::Headers::Field field : request.headers) headers.push_back({field.name, field.value});
    auth::SignedRequest whole{.method = request.method,
                              .path = request.path(),
                              .query = request.query(),
                              .headers = headers,
                              .body = request.body};
    auto claim = auth::parse_claim(whole);
    return claim && auth::verify(whole, *claim, "secret", SystemClock().now()).has_value();
  }

  http::Task<void> handle(http::Exchange& exchange) {
    http::Request& request = exchange.request();
    if (!is_signed(request)) ++unsigned_requests;
    std::string path(request.path());
    if (path == "/acs/ws") co_return co_await serve_acs(exchange);
    if (path == "/tcs/ws") co_return co_await serve_tcs(exchange);
    std::string target(request.headers.get("X-Amz-Target"));
    ApiCall call{target.substr(target.find('.') + 1), {}};
    if (Result<wire::Value> input = wire::parse_json(request.body)) call.input = *input;
    calls.push_back(call);
    if (answer)
      if (std::optional<http::Response> own = answer(call)) {
        (void)co_await exchange.respond(std::move(*own));
        co_return;
      }
    (void)co_await exchange.respond(usual(call));
  }

  http::Response usual(const ApiCall& call) {
    wire::Value out = wire::Value::object();
    std::string base = "http://127.0.0.1:" + std::to_string(port);
    if (call.operation == "RegisterContainerInstance")
      out.set("containerInstance", wire::Value::object({{"containerInstanceArn", instance_arn}}));
    if (call.operation == "DiscoverPollEndpoint") {
      out.set("endpoint", base + "/acs");
      out.set("telemetryEndpoint", base + "/tcs");
    }
    if (call.operation == "SubmitTaskStateChange") out.set("acknowledgment", "ACK");
    return {.body = wire::write_json(out)};
  }

  http::Task<void> serve_acs(http::Exchange& exchange) {
    acs_queries.emplace_back(exchange.request().query());
    if (refuse_acs)
      if (std::optional<http::Response> refusal = refuse_acs()) {
        (void)co_await exchange.respond(std::move(*refusal));
        co_return;
      }
    Result<http::WebSocket> socket = co_await exchange.upgrade();
    if (!socket) co_return;
    std::shared_ptr<http::WebSocket> mine = std::make_shared<http::WebSocket>(std::move(*socket));
    acs_ = mine;
    for (;;) {
      Result<std::optional<std::string>> message = co_await mine->receive();
      if (!message || !*message) break;
      if (Result<wire::Value> frame = wire::parse_json(**message)) frames.push_back(*frame);
    }
    if (acs_ == mine) acs_ = nullptr;
  }

  http::Task<void> serve_tcs(http::Exchange& exchange) {
    Result<http::WebSocket> socket = co_await exchange.upgrade();
    if (!socket) co_return;
    for (;;) {
      Result<std::optional<std::string>> message = co_await socket->receive();
      if (!message || !*message) break;
      std::size_t body = (**message).find("\r\n\r\n");
      if (body == std::string::npos) continue;
      if (Result<wire::Value> frame = wire::parse_json((**message).substr(body + 4)))
        telemetry.push_back(*frame);
      (void)co_await socket->send_text("{\"type\":\"AckPublishMetric\",\"message\":{\"message\":\"OK\"}}");
    }
  }

  std::shared_ptr<http::WebSocket> acs_;
  http::Server server_;
};

class FakeImages final : public ImageSource {
 public:
  std::function<std::optional<Error>(const std::string& name)> refuse;

  std::set<std::string> holders;

  http::Task<void> release(std::string holder) override {
    holders.erase(holder);
    co_return;
  }
  http::Task<void> keep(std::vector<std::string> kept) override {
    std::erase_if(holders,
                  [&](const std::string& each) { return std::ranges::find(kept, each) == kept.end(); });
    co_return;
  }
  http::Task<Result<ResolvedImage>> obtain(std::string name, std::optional<RegistryCredentials>,
                                           std::string holder, http::Cancel) override {
    holders.insert(holder);
    if (refuse)
      if (std::optional<Error> error = refuse(name)) co_return std::unexpected(*error);
    ResolvedImage image{
        .name = name, .manifest_digest = "sha256:d1", .image_id = "sha256:c1", .layers = {"/layer"}};
    image.config.cmd = {"sh"};
    co_return image;
  }
};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/slipway-agent-test-XXXXXX";
    check(::mkdtemp(name) != nullptr, "no directory for a test");
    path = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }

  std::string path;
};

// The system's, which somebody sets.
class SetClock final : public Clock {
 public:
  Instant now() override { return SystemClock().now() + ahead_ms; }
  std::atomic<std::int64_t> ahead_ms = 0;
};

// The agent's surroundings; agents come and go in it, as lives of one node.
class World {
 public:
  World() : server(loop), host(host_clock) {
    host.fake_capacity = {.cpus = 2, .memory_mib = 4'096, .architecture = "x86_64", .os = "linux"};
  }

  http::Loop loop;
  http::WorkerPool workers{2};
  SystemClock clock;
  SetClock host_clock;
  SystemRandom random;
  TemporaryDirectory directory;
  FakeServer server;
  FakeImages images;
  runtime::FakeHost host;

  AgentOptions options() {
    AgentOptions options;
    options.endpoint = "http://127.0.0.1:" + std::to_string(server.port);
    options.credentials = [] { return auth::Credentials{"AKIDEXAMPLE", "secret", ""}; };
    options.data_dir = directory.path;
    options.node_id = "0a1b2c3d";
    options.host_id = "host-1";
    return options;
  }

  // Runs `scenario` with a live agent, then ends the agent. May be called again: another life.
  void live(std::function<http::Task<void>()> scenario) {
    http::run_until_done(loop, whole(std::move(scenario)));
  }

  // True as soon as `holds`, false after ten seconds.
  http::Task<bool> until(std::function<bool()> holds) {
    for (int i = 0; i < 2'000; ++i) {
      if (holds()) co_return true;
      co_await loop.sleep(5);
    }
    co_return holds();
  }

  Agent* agent = nullptr;
  Result<> ended;
  std::size_t tasks_left = 0;  // as the last life told after its end

 private:
  http::Task<void> whole(std::function<http::Task<void>()> scenario) {
    Agent mine(loop, workers, host, images, clock, random, options());
    agent = &mine;
    http::Cancel stopping = http::Cancel::make(), over = http::Cancel::make();
    Background background(loop);
    background.start(run_agent(stopping));
    background.start(tick(over));
    co_await scenario();
    stopping.request();
    co_await until([this] { return finished_; });
    finished_ = false;
    over.request();
    co_await background.join();
    tasks_left = agent->tasks();
    agent = nullptr;
  }
  http::Task<void> run_agent(http::Cancel stopping) {
    ended = co_await agent->run(stopping);
    finished_ = true;
  }
  http::Task<void> tick(http::Cancel over) {
    while (co_await loop.sleep(5, over)) host.tick();
  }

  bool finished_ = false;
};

inline wire::Value payload(const std::string& message_id, wire::Value task) {
  return wire::Value::object(
      {{"type", "PayloadMessage"},
       {"message", wire::Value::object({{"messageId", message_id},
                                        {"clusterArn", cluster_arn},
                                        {"containerInstanceArn", instance_arn},
                                        {"seqNum", 1},
                                        {"tasks", wire::Value::list({std::move(task)})}})}});
}

// `members` follow arn, cluster, family and version.
inline wire::Value run_task(const std::string& members) {
  return json(std::string("{'arn':'") + task_arn + "','taskClusterArn':'" + cluster_arn +
              "','desiredStatus':'RUNNING','family':'story','version':'1'," + members + "}");
}

inline wire::Value stop_task() {
  return json(std::string("{'arn':'") + task_arn + "','desiredStatus':'STOPPED'}");
}

inline const char* hello =
    "'containers':[{'name':'main','image':'busybox','essential':true,'command':['sleep','1000']}]";

inline const char* awslogs =
    "'containers':[{'name':'main','image':'busybox','essential':true,'dockerConfig':{'hostConfig':"
    "'{\\'LogConfig\\':{\\'Type\\':\\'awslogs\\',\\'Config\\':{\\'awslogs-group\\':\\'/ecs/hello\\',"
    "\\'awslogs-stream\\':\\'p/main/x\\',\\'awslogs-region\\':\\'us-east-1\\'}}}'}}]";

inline const char* awsvpc =
    ",'networkMode':'awsvpc','elasticNetworkInterfaces':[{'attachmentArn':'arn:attachment','ec2Id':'eni-1',"
    "'macAddress':'02:00:00:00:00:01','ipv4Addresses':[{'primary':true,'privateAddress':'172.31.0.9'}],"
    "'subnetGatewayIpv4Address':'172.31.0.1/20'}],'slipway':{'vpcId':'vpc-1','vpcCidrs':['172.31.0.0/16']}";

inline http::Task<bool> connected(World& world) {
  return world.until([&world] { return world.agent->connected(); });
}

inline http::Task<bool> reported(World& world, std::string status) {
  return world.until([&world, status] {
    std::vector<std::string> all = world.server.reported();
    return !all.empty() && all.back() == status;
  });
}

// Runs a task and waits for RUNNING.
inline http::Task<void> start(World& world, std::string members) {
  EXPECT_TRUE(co_await connected(world));
  co_await world.server.send(payload("m1", run_task(members)));
  EXPECT_TRUE(co_await reported(world, "RUNNING"));
}

}  // namespace slipway::agent::test
