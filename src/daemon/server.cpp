#include "daemon/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "auth/key_file.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "core/turn.hpp"
#include "daemon/agent_gateway.hpp"
#include "daemon/api.hpp"
#include "daemon/disk_reserve.hpp"
#include "daemon/function_event.hpp"
#include "daemon/local_node.hpp"
#include "daemon/log_upkeep.hpp"
#include "http/server.hpp"
#include "services/ec2/bootstrap.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/iam/bootstrap.hpp"
#include "services/iam/key_snapshot.hpp"
#include "services/kms/upkeep.hpp"
#include "services/logs/upkeep.hpp"
#include "services/secretsmanager/upkeep.hpp"
#include "services/ssm/upkeep.hpp"
#include "store/log_store.hpp"
#include "store/store.hpp"

namespace slipway::daemon {
namespace {

// The agent's own key: a session that no row stands for, made anew before it ends.
class NodeCredentials {
 public:
  NodeCredentials(const auth::SessionSealer& sessions, std::string account, std::string node_id, Clock& clock)
      : sessions_(sessions), account_(std::move(account)), node_id_(std::move(node_id)), clock_(clock) {}

  auth::Credentials current() {
    const Instant now = clock_.now();
    if (now + limits::node_credentials_life_ms / 2 < expires_) return credentials_;
    auth::Principal node{.kind = auth::PrincipalKind::node, .account = account_};
    node.arn = "arn:aws:sts::" + account_ + ":assumed-role/SlipwayNode/" + node_id_;
    node.user_id = "AROASLIPWAYNODE:" + node_id_;
    node.session_name = node_id_;
    node.issued = now;
    node.expires = expires_ = now + limits::node_credentials_life_ms;
    auto minted = sessions_.mint(random_, std::move(node));
    check(minted.has_value(), "a node's session does not fit its token");
    return credentials_ = *minted;
  }

 private:
  const auth::SessionSealer& sessions_;
  std::string account_, node_id_;
  Clock& clock_;
  SystemRandom random_;
  auth::Credentials credentials_;
  Instant expires_;
};

class TickEvent final : public core::Event, public TakenOnLowDisk {
 public:
  explicit TickEvent(const services::Environment& environment) : environment_(environment) {}
  Result<> step(core::Turn& turn) override {
    services::ecs::tick(turn, environment_);
    services::kms::upkeep(turn, environment_);
    services::secretsmanager::upkeep(turn);
    services::ssm::upkeep(turn);
    return {};
  }

 private:
  const services::Environment& environment_;
};

Result<> make_data_dir(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail("DataDirectoryUnusable", "cannot make the data directory " + path + ": " +
                                             std::strerror(errno) + "; choose another with --data-dir");
  if (::access(path.c_str(), W_OK | X_OK) != 0)
    return fail("DataDirectoryUnusable",
                "cannot write to the data directory " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace

struct Server::Impl {
  explicit Impl(const ServerConfig& c, const auth::Sealer& sealer)
      : config(c), reserve(c.data_dir), environment{"", sealer, auth::SessionSealer(sealer)} {}

  ServerConfig config;
  DiskReserve reserve;
  services::Environment environment;
  Access access;
  SystemClock clock;
  SystemRandom random;
  core::State state;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::LogStore> logs;
  services::logs::LiveTailHub live_tail;
  std::unique_ptr<core::Engine> engine;
  std::unique_ptr<auth::KeyRing> keys;
  std::unique_ptr<TurnLoop> turn;
  std::unique_ptr<services::Dispatcher> dispatcher;
  http::WorkerPool workers{limits::bulk_workers};
  std::unique_ptr<Api> api;
  std::unique_ptr<AgentGateway> gateway;
  std::unique_ptr<LogUpkeep> upkeep;
  http::LoopThreads loops{std::max(2u, std::thread::hardware_concurrency() - 1)};
  std::unique_ptr<http::Server> server;
  std::unique_ptr<NodeCredentials> node_credentials;
  std::unique_ptr<LocalNode> node;
  std::uint16_t listening_port = 0;
  bool stopped = false;

  Result<> open_stores();
  Result<> bootstrap(const std::optional<auth::AccessKeyPair>& chosen);
  void start_turn();
  Result<> listen();
  Result<> start_node();
  http::Task<void> serve(http::Exchange& exchange);
};

Result<> Server::Impl::open_stores() {
  auto opened = store::open_rocksdb_store(config.data_dir + "/state");
  if (!opened) return pass(opened);
  store = std::move(*opened);
  auto opened_logs = store::open_log_store(config.data_dir + "/logs");
  if (!opened_logs) return pass(opened_logs);
  logs = std::move(*opened_logs);
  auto loaded = store->load(
      [&](std::string_view row, std::string_view value) { return core::load_row(state, row, value); });
  if (!loaded) return pass(loaded);
  if (auto dropped = services::logs::drop_orphans(state, *logs); !dropped) return pass(dropped);
  engine = std::make_unique<core::Engine>(state, random);
  return {};
}

void Server::Impl::start_turn() {
  keys = std::make_unique<auth::KeyRing>(
      services::iam::build_key_snapshot(state, environment.sealer, environment.sessions));
  TurnLoop::Options options;
  options.complete_effects = [this](std::vector<core::Effect>& effects) {
    for (auto& effect : effects)
      if (auto* changed = std::get_if<core::KeysChanged>(&effect))
        changed->snapshot =
            services::iam::build_key_snapshot(state, environment.sealer, environment.sessions);
  };
  options.effects = [this](std::vector<core::Effect>& effects) {
    for (auto& effect : effects) {
      if (auto* message = std::get_if<core::SendToAgent>(&effect))
        gateway->send(*message);
      else if (auto* changed = std::get_if<core::KeysChanged>(&effect))
        keys->replace(std::static_pointer_cast<const auth::KeySnapshot>(changed->snapshot));
      else if (auto* dropped = std::get_if<core::DropLogStream>(&effect))
        upkeep->dropped(*dropped);
    }
  };
  options.disk_space = [this] { return reserve.look(); };
  options.tick = [this] { return std::make_unique<TickEvent>(environment); };
  turn = std::make_unique<TurnLoop>(*engine, *store, clock, std::move(options));
  gateway = std::make_unique<AgentGateway>(*keys, environment, *turn, clock);
  upkeep = std::make_unique<LogUpkeep>(*turn, *logs, workers);
  dispatcher = std::make_unique<services::Dispatcher>(service_tables(), *keys, environment);
  api = std::make_unique<Api>(*dispatcher, *turn, *logs, live_tail, workers, clock);
  turn->start();
}

// The first start's account, keys, default VPC and default cluster; later starts find them.
Result<> Server::Impl::bootstrap(const std::optional<auth::AccessKeyPair>& chosen) {
  FunctionEvent::Reply reply;
  services::iam::AccountKeys made;
  auto body = [&](core::Turn& t) -> Result<> {
    auto account = services::iam::bootstrap_account(t, environment, config.account, chosen);
    if (!account) return pass(account);
    made = std::move(*account);
    const Realm realm{config.account, config.region};
    services::ec2::bootstrap_default_vpc(t, realm, *Ipv4Cidr::parse(config.default_vpc_block));
    if (!t.state.clusters.find(core::ecs::Cluster::key_of(realm, "default"))) {
      core::ecs::Cluster cluster;
      cluster.realm = realm;
      cluster.name = "default";
      cluster.created_at = t.now();
      t.put(t.state.clusters, std::move(cluster));
    }
    t.emit(core::KeysChanged{});
    return {};
  };
  turn->post(std::make_unique<FunctionEvent>(body, reply));
  auto wait = [](FunctionEvent::Reply to) -> http::Task<Result<>> { co_return co_await to.wait(); };
  if (auto done = http::run_on(loops[0], wait(reply)); !done) return pass(done);
  if (!made.administrator)
    return fail("NoAdministrator",
                "the user `admin` has no active access key; choose one with SLIPWAY_ACCESS_KEY_ID "
                "and SLIPWAY_SECRET_ACCESS_KEY");
  access.administrator = *made.administrator;
  return {};
}

http::Task<void> Server::Impl::serve(http::Exchange& exchange) {
  const std::string_view path = exchange.request().path();
  if (path == "/healthz") {
    http::Response response;
    response.headers.set("Content-Type", "application/json");
    response.body = "{\"status\":\"ok\"}\n";
    auto sent = co_await exchange.respond(std::move(response));
  } else if (path == "/acs/ws") {
    co_await gateway->serve_commands(exchange);
  } else if (path == "/tcs/ws") {
    co_await gateway->serve_telemetry(exchange);
  } else {
    co_await api->serve(exchange);
  }
}

Result<> Server::Impl::listen() {
  server = std::make_unique<http::Server>(loops.loops(), http::ServerOptions{},
                                          [this](http::Exchange& exchange) { return serve(exchange); });
  const auto colon = config.listen.rfind(':');
  std::string address = config.listen.substr(0, colon);
  const int port = std::atoi(config.listen.c_str() + colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (port < 0 || port > 65535)
    return fail("InvalidArgument", "--listen: there is no port " + std::to_string(port));
  http::ListenerOptions options;
  if (!config.tls_cert.empty()) {
    auto tls = http::Tls::server(config.tls_cert, config.tls_key);
    if (!tls) return pass(tls);
    options.tls = std::move(*tls);
  }
  auto bound = server->listen(address, std::uint16_t(port), options);
  if (!bound) return pass(bound);
  listening_port = *bound;
  const std::string reachable =
      address == "0.0.0.0" || address == "::" ? "127.0.0.1" : http::bracketed(address);
  environment.endpoint = std::string(config.tls_cert.empty() ? "http" : "https") + "://" + reachable + ":" +
                         std::to_string(*bound);
  access.endpoint = environment.endpoint;
  return {};
}

// The agent has no private door: it speaks the public API and the agents' WebSockets, over socket pairs whose
// other ends the server serves like any connection.
Result<> Server::Impl::start_node() {
  auto id = node_id_of(config.data_dir);
  if (!id) return pass(id);
  node_credentials = std::make_unique<NodeCredentials>(environment.sessions, config.account, *id, clock);
  LocalNodeOptions options;
  options.data_dir = config.data_dir;
  options.images_dir = config.images_dir.empty() ? config.data_dir + "/images" : config.images_dir;
  options.node_id = *id;
  options.endpoint =
      "http" + environment.endpoint.substr(environment.endpoint.find("://"));  // inside the process
  options.reserved_ports = {22, listening_port};
  options.region = config.region;
  options.pull.registries = config.registries;
  options.pull.docker_config = agent::docker_config_path();
  options.supervisor_timeout_ms = milliseconds_of(config.supervisor_timeout);
  if (config.image_layers == "erofs") options.layers = agent::LayerForm::erofs;
  if (auto cleanup = image_cleanup_of(config)) options.image_cleanup = *cleanup;
  options.pull_behavior =
      agent::parse_pull_behavior(config.image_pull_behavior).value_or(options.pull_behavior);
  options.credentials = [this] { return node_credentials->current(); };
  options.dialer = [this](std::string, std::uint16_t, std::int64_t) -> http::Task<Result<int>> {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
      co_return fail("ConnectFailed", std::string("socketpair: ") + std::strerror(errno));
    server->adopt(ends[1], "agent");
    co_return ends[0];
  };
  auto started = LocalNode::start(std::move(options), clock);
  if (!started) return pass(started);
  node = std::move(*started);
  return {};
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  stop();
}

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config,
                                              const std::optional<auth::AccessKeyPair>& chosen_key) {
  if (auto made = make_data_dir(config.data_dir); !made) return pass(made);
  // Before anything is opened that writes: half a start would have to be undone.
  if (DiskReserve(config.data_dir).look() == DiskSpace::none)
    return fail("NoSpace", "the disk that holds " + config.data_dir + " is full");
  SystemRandom random;
  const bool has_state = ::access((config.data_dir + "/state").c_str(), F_OK) == 0;
  auto key = has_state ? auth::load_key_file(config.data_dir + "/key")
                       : auth::load_or_create_key_file(config.data_dir + "/key", random);
  if (!key) return pass(key);
  auto impl = std::make_unique<Impl>(config, auth::Sealer(*key));
  Impl& server = *impl;
  server.environment.task_credentials_life_ms = milliseconds_of(config.task_credentials_life);
  server.access.region = config.region;
  server.access.account = config.account;
  if (auto opened = server.open_stores(); !opened) return pass(opened);
  server.start_turn();
  auto owner = std::unique_ptr<Server>(new Server(std::move(impl)));
  if (auto done = server.bootstrap(chosen_key); !done) return pass(done);
  if (auto done = server.listen(); !done) return pass(done);
  if (auto done = write_access_file(config.data_dir, server.environment.sealer, server.access); !done)
    return pass(done);
  if (!config.no_agent)
    if (auto done = server.start_node(); !done) return pass(done);
  return owner;
}

const Access& Server::access() const {
  return impl_->access;
}

namespace {

template <class Holds>
bool wait_until(std::int64_t timeout_ms, Holds holds) {
  for (std::int64_t waited_ms = 0; waited_ms < timeout_ms; waited_ms += 5) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace

bool Server::wait_until_joined(std::int64_t timeout_ms) {
  return impl_->node && wait_until(timeout_ms, [this] { return impl_->node->connected(); });
}

bool Server::wait_until_empty(std::int64_t timeout_ms) {
  return !impl_->node || wait_until(timeout_ms, [this] { return impl_->node->tasks() == 0; });
}

void Server::stop() {
  if (impl_->stopped) return;
  impl_->stopped = true;
  if (impl_->node) impl_->node->stop();
  if (impl_->server) http::run_on(impl_->loops[0], impl_->server->stop());
  impl_->upkeep->stop();
  impl_->turn->stop();
  impl_->loops.stop();
}

}  // namespace slipway::daemon
