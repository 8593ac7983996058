#include "sim/server.hpp"

#include "base/check.hpp"
#include "base/limits.hpp"
#include "services/ec2/bootstrap.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/iam/bootstrap.hpp"
#include "services/iam/key_snapshot.hpp"
#include "services/kms/upkeep.hpp"
#include "services/logs/upkeep.hpp"
#include "services/secretsmanager/upkeep.hpp"
#include "services/ssm/upkeep.hpp"

namespace slipway::sim {

Result<> bootstrap(core::Turn& turn, const services::Environment& environment, const std::string& account,
                   const std::string& region) {
  auto keys = services::iam::bootstrap_account(turn, environment, account, {});
  if (!keys) return pass(keys);
  const Realm realm{account, region};
  services::ec2::bootstrap_default_vpc(turn, realm);
  if (!turn.state.clusters.find(core::ecs::Cluster::key_of(realm, "default"))) {
    core::ecs::Cluster cluster;
    cluster.realm = realm;
    cluster.name = "default";
    cluster.created_at = turn.now();
    turn.put(turn.state.clusters, std::move(cluster));
  }
  turn.emit(core::KeysChanged{});
  return {};
}

Server::Server(Timeline& timeline, FaultyStore& store, Random& ids, Random& chance, const Machine& machine,
               const services::Environment& environment, ServerHooks hooks)
    : timeline_(timeline),
      store_(store),
      ids_(ids),
      chance_(chance),
      machine_(machine),
      environment_(environment),
      hooks_(std::move(hooks)) {
  life_.begin();
}

Server::~Server() = default;

Result<> Server::start(const std::string& account, const std::string& region) {
  auto loaded = store_.load(
      [&](std::string_view row, std::string_view value) { return core::load_row(*state_, row, value); });
  if (!loaded) return pass(loaded);
  engine_ = std::make_unique<core::Engine>(*state_, ids_);
  keys_ = std::make_unique<auth::KeyRing>(
      services::iam::build_key_snapshot(*state_, environment_.sealer, environment_.sessions));
  dispatcher_ = std::make_unique<services::Dispatcher>(service_tables(), *keys_, environment_);
  post(std::make_unique<FunctionEvent>(
      [this, account, region](core::Turn& turn) { return bootstrap(turn, environment_, account, region); }));
  tick();
  sweep_logs();
  return {};
}

void Server::post(std::unique_ptr<core::Event> event) {
  queue_.push_back(std::move(event));
  wake();
}

void Server::call(const ApiCall& call, CallEvent::Done done, CallEvent::Stepped stepped) {
  auto prepared = prepare(call);
  if (!prepared) return done(std::unexpected(std::move(prepared.error())));
  post(std::make_unique<CallEvent>(*dispatcher_, std::move(*prepared), std::move(done), std::move(stepped)));
}

void Server::wake() {
  if (turn_is_due_ || queue_.empty() || commits_.full()) return;
  turn_is_due_ = true;
  const auto wait_ms = std::int64_t(chance_.below(std::uint64_t(machine_.turn_delay_ms) + 1));
  timeline_.after(wait_ms, life(), [this] {
    turn_is_due_ = false;
    run_turn();
    wake();
  });
}

void Server::run_turn() {
  engine_->begin(now());
  for (std::size_t i = 0; i < machine_.turn_events && !queue_.empty(); ++i) {
    auto event = std::move(queue_.front());
    queue_.pop_front();
    if (machine_.disk_almost_full && event->mutates())
      event->refused(Error{"ServiceUnavailableException", "The disk is almost full.", 503});
    else if (!engine_->step(std::move(event)))
      break;
  }
  hand_over(engine_->end());
}

void Server::hand_over(core::Outcome outcome) {
  if (outcome.events.empty() && outcome.changes.empty()) return;
  for (auto& effect : outcome.effects)
    if (auto* changed = std::get_if<core::KeysChanged>(&effect))
      changed->snapshot =
          services::iam::build_key_snapshot(*state_, environment_.sealer, environment_.sessions);
  hooks_.turn_ended(outcome);
  if (!commits_.hand_over(outcome)) return release(outcome);
  const auto notice_ms = std::int64_t(chance_.below(std::uint64_t(machine_.turn_delay_ms) + 1));
  timeline_.after(notice_ms, life(), [this] { try_commit(); });  // the committing thread wakes
}

void Server::try_commit() {
  auto batch = commits_.begin_commit();
  if (batch.empty()) return;
  check(committing_.empty(), "two batches are on their way");
  committing_ = std::move(batch);
  std::vector<store::Write> writes;
  std::size_t turns = 0;
  for (const auto& outcome : committing_) {
    turns += !outcome.changes.empty();
    for (const auto& change : outcome.changes) writes.push_back({change.row, change.value});
  }
  hooks_.commit_began(turns);
  if (writes.empty()) return committed();
  store_.write(writes);
  const auto sync_ms = std::int64_t(chance_.below(std::uint64_t(machine_.commit_ms) + 1));
  timeline_.after(sync_ms, life(), [this] {
    if (auto synced = store_.sync(); !synced) {
      life_.end();
      hooks_.died(synced.error().message);
    } else {
      committed();
    }
  });
}

void Server::committed() {
  hooks_.durable();
  for (auto& outcome : committing_) release(outcome);
  committing_.clear();
  commits_.end_commit();
  try_commit();
  wake();
}

void Server::release(core::Outcome& outcome) {
  for (auto& effect : outcome.effects) {
    if (auto* message = std::get_if<core::SendToAgent>(&effect))
      hooks_.to_agent(*message);
    else if (auto* changed = std::get_if<core::KeysChanged>(&effect))
      keys_->replace(std::static_pointer_cast<const auth::KeySnapshot>(changed->snapshot));
  }
  for (auto& event : outcome.events) event->released();
}

void Server::tick() {
  post(std::make_unique<FunctionEvent>([this](core::Turn& turn) -> Result<> {
    services::ecs::tick(turn, environment_);
    services::kms::upkeep(turn, environment_);
    services::secretsmanager::upkeep(turn);
    services::ssm::upkeep(turn);
    return {};
  }));
  timeline_.after(1'000, life(), [this] { tick(); });
}

// The daemon's log upkeep: one event after another until the walk is done, once a minute.
void Server::sweep_logs() {
  auto done = std::make_shared<bool>(false);
  auto walk = [this, done](core::Turn& turn) -> Result<> {
    *done = services::logs::sweep(turn, sweep_cursor_).done;
    return {};
  };
  post(std::make_unique<FunctionEvent>(walk, [this, done](Result<>) {
    timeline_.after(*done ? limits::log_upkeep_ms : 1, life(), [this] { sweep_logs(); });
  }));
}

}  // namespace slipway::sim
