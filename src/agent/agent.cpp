#include "agent/agent.hpp"

#include <optional>
#include <utility>

#include "agent/api/background.hpp"
#include "agent/commands.hpp"
#include "agent/files.hpp"
#include "agent/node.hpp"
#include "agent/registration.hpp"
#include "agent/routers.hpp"
#include "agent/security_groups.hpp"
#include "agent/session/session.hpp"
#include "agent/tasks.hpp"
#include "agent/telemetry.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

// The wiring of a node. Everything is made in run(), once what it needs is there, and lives until it returns.
namespace slipway::agent {

namespace {

constexpr std::string_view agent_hash = "slipway";

std::string user_agent(const AgentOptions& options) {
  return "Amazon ECS Agent - v" + options.version + " (slipway) (linux; LINUX) (+http://aws.amazon.com/ecs/)";
}

// DiscoverPollEndpoint, asked anew for every connection: a server that moved is found again.
http::Task<Result<std::string>> discover(ApiClient& api, std::string cluster, std::string instance_arn,
                                         std::string member) {
  Result<wire::Value> answer = co_await api.call(
      ecs_service, "DiscoverPollEndpoint",
      wire::Value::object({{"cluster", cluster}, {"containerInstance", instance_arn}, {"zoneId", ""}}));
  if (!answer) co_return pass(answer);
  std::string endpoint(answer->get(member).string());
  if (endpoint.empty()) co_return fail("InvalidResponse", "DiscoverPollEndpoint gave no " + member);
  co_return endpoint;
}

}  // namespace

struct Agent::Impl {
  http::Loop& loop;
  http::WorkerPool& workers;
  runtime::Host& host;
  ImageSource& images;
  Clock& clock;
  Random& random;
  AgentOptions options;
  std::string instance_arn;
  bool credentials_wanted = true;  // only the first connection of a life asks for them
  Tasks* tasks = nullptr;
  std::size_t left = 0;  // tasks, after run()
  Session* acs = nullptr;

  http::Task<Result<>> run(http::Cancel stopping);
  http::Task<Result<>> serve(Node& node, Tasks& all, http::Cancel stopping);
  SessionOptions acs_options(ApiClient& api, Commands& commands);
  SessionOptions tcs_options(ApiClient& api, Telemetry& telemetry);
};

Agent::Agent(http::Loop& loop, http::WorkerPool& workers, runtime::Host& host, ImageSource& images,
             Clock& clock, Random& random, AgentOptions options)
    : impl_(new Impl{loop, workers, host, images, clock, random, std::move(options)}) {}

Agent::~Agent() = default;

http::Task<Result<>> Agent::run(http::Cancel stopping) {
  return impl_->run(std::move(stopping));
}

const std::string& Agent::container_instance_arn() const {
  return impl_->instance_arn;
}

bool Agent::connected() const {
  return impl_->acs && impl_->acs->connected();
}

std::size_t Agent::tasks() const {
  return impl_->tasks ? impl_->tasks->count() : impl_->left;
}

http::Task<Result<>> Agent::Impl::run(http::Cancel stopping) {
  Result<std::unique_ptr<ApiClient>> api = ApiClient::make(
      {options.endpoint, options.dialer, options.region, options.credentials, user_agent(options)}, clock);
  if (!api) co_return pass(api);
  TaskFiles files(options.data_dir);
  Result<> prepared = co_await http::run_blocking(workers, [this, &files]() -> Result<> {
    if (Result<> made = files.prepare(); !made) return made;
    return host.prepare();
  });
  if (!prepared) co_return pass(prepared);

  StatsBook book;
  ApiClient* client = api->get();
  MetadataOptions metadata_options{.cluster = options.cluster};
  metadata_options.forward = [client](http::Request request) { return client->forward(std::move(request)); };
  metadata_options.read_stats = [this](std::string id) -> http::Task<Result<runtime::ContainerStats>> {
    return http::run_blocking(workers, [this, id] { return host.stats(id); });
  };
  metadata_options.call_as = [client](RoleCredentials role, std::string region, std::string operation,
                                      wire::Value input) -> http::Task<Result<wire::Value>> {
    co_return co_await client->call(
        ecs_service, operation, std::move(input),
        {.region = std::move(region),
         .timeout_ms = limits::metadata_call_timeout_ms,
         .credentials = auth::Credentials{role.access_key_id, role.secret_access_key, role.session_token}});
  };
  MetadataEndpoint metadata(loop, clock, book, std::move(metadata_options));
  Routers routers(loop, workers, host, metadata, files);
  SecurityGroups groups(workers, host);
  Gate reports(limits::agent_reports_at_a_time), starts(limits::agent_starts_at_a_time);
  Node node{loop, workers,  host,    images, clock, random,  options, **api,
            book, metadata, routers, groups, files, reports, starts};
  Tasks all(node);
  tasks = &all;
  // Tasks go on whether or not the server can be reached: recovery comes first.
  co_await routers.recover();
  Result<> result = co_await all.recover();
  if (result) result = co_await serve(node, all, stopping);
  co_await all.stop();
  co_await routers.stop();
  co_await metadata.stop();
  left = all.count();
  tasks = nullptr;
  co_return result;
}

http::Task<Result<>> Agent::Impl::serve(Node& node, Tasks& all, http::Cancel stopping) {
  Background background(loop);
  http::Cancel ending = http::Cancel::make();
  background.start(all.watch_host(ending));
  Telemetry telemetry(node, all, instance_arn);
  background.start(telemetry.sample(ending));
  runtime::Capacity capacity = co_await http::run_blocking(workers, [this] { return host.capacity(); });
  Result<std::string> arn = co_await register_instance(node, std::move(capacity), stopping);
  Result<> result;
  if (arn) {
    instance_arn = *arn;
    log::info("registered", {{"container_instance", instance_arn}, {"cluster", options.cluster}});
    Commands commands(all, options.cluster, instance_arn);
    Session commands_session(loop, node.api, random, acs_options(node.api, commands));
    Session telemetry_session(loop, node.api, random, tcs_options(node.api, telemetry));
    commands.answer_to(commands_session);
    acs = &commands_session;
    background.start(commands_session.run());
    background.start(telemetry_session.run());
    background.start(telemetry.publish(telemetry_session, ending));
    // Woken by nothing but `stopping`.
    http::Signal never;
    co_await never.wait(-1, stopping);
    commands_session.stop();
    telemetry_session.stop();
    ending.request();
    co_await background.join();
    acs = nullptr;
  } else if (!stopping.requested()) {
    result = pass(arn);
  }
  ending.request();
  co_await background.join();
  co_return result;
}

SessionOptions Agent::Impl::acs_options(ApiClient& api, Commands& commands) {
  SessionOptions session{.name = "ACS", .backoff = Backoff(250, 1.5, 120'000)};
  session.endpoint = [this, &api] { return discover(api, options.cluster, instance_arn, "endpoint"); };
  session.query = [this]() -> QueryParameters {
    return {{"agentHash", std::string(agent_hash)},
            {"agentVersion", options.version},
            {"clusterArn", options.cluster},
            {"containerInstanceArn", instance_arn},
            {"dockerVersion", "DockerVersion: slipway " + options.version},
            {"protocolVersion", "2"},
            {"sendCredentials", credentials_wanted ? "true" : "false"},
            {"seqNum", "1"},
            {"slipwaySecurityGroups", "1"}};
  };
  session.on_connected = [this] { credentials_wanted = false; };
  session.on_frame = [&commands](std::string frame) { return commands.take(std::move(frame)); };
  return session;
}

SessionOptions Agent::Impl::tcs_options(ApiClient& api, Telemetry& telemetry) {
  SessionOptions session{.name = "TCS", .inactive_wait_ms = 60'000, .backoff = Backoff(1'000, 2, 60'000)};
  session.endpoint = [this, &api] {
    return discover(api, options.cluster, instance_arn, "telemetryEndpoint");
  };
  session.query = [this]() -> QueryParameters {
    return {{"agentHash", std::string(agent_hash)},
            {"agentVersion", options.version},
            {"cluster", options.cluster},
            {"containerInstance", instance_arn},
            {"dockerVersion", "slipway " + options.version}};
  };
  session.on_connected = [&telemetry] { telemetry.connected(); };
  session.on_frame = [&telemetry](std::string frame) { return telemetry.take(std::move(frame)); };
  return session;
}

}  // namespace slipway::agent
