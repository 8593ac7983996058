#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auth/access_key.hpp"
#include "base/random.hpp"
#include "core/commit_queue.hpp"
#include "core/turn.hpp"
#include "services/common/dispatch.hpp"
#include "sim/api.hpp"
#include "sim/faulty_store.hpp"
#include "sim/timeline.hpp"

namespace slipway::sim {

// How the simulated machine under the server behaves; may change while it runs.
struct Machine {
  std::int64_t clock_skew_ms = 0;  // of its wall clock
  std::int64_t turn_delay_ms = 1;  // events wait up to so long for company
  std::int64_t commit_ms = 2;      // a sync takes up to so long
  std::size_t turn_events = 64;
  bool disk_almost_full = false;
};

// What the world around a server sees of it.
struct ServerHooks {
  std::function<void(const core::SendToAgent&)> to_agent;
  std::function<void(const core::Outcome&)> turn_ended;
  std::function<void(std::size_t turns)> commit_began;  // how many of its turns changed something
  std::function<void()> durable;                        // the batch is, and its replies leave now
  std::function<void(std::string why)> died;            // a commit failed: the process is gone
};

// One life of the control plane: the real engine, state, operations and commit queue, driven as the daemon's
// two threads drive them (daemon/turn_loop.cpp), in virtual time. Its destruction is kill -9.
class Server {
 public:
  Server(Timeline& timeline, FaultyStore& store, Random& ids, Random& chance, const Machine& machine,
         const services::Environment& environment, ServerHooks hooks);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Loads what is durable and posts what the daemon posts first: account, keys, VPC, cluster.
  Result<> start(const std::string& account, const std::string& region);

  void post(std::unique_ptr<core::Event> event);
  // Parses, then posts. `done` is called at once for what cannot be parsed.
  void call(const ApiCall& call, CallEvent::Done done, CallEvent::Stepped stepped);

  core::State& state() { return *state_; }
  Instant now() const { return timeline_.now() + machine_.clock_skew_ms; }
  std::weak_ptr<const void> life() const { return life_.token(); }

 private:
  void wake();
  void run_turn();
  void hand_over(core::Outcome outcome);
  void try_commit();
  void committed();
  void release(core::Outcome& outcome);
  void tick();
  void sweep_logs();

  Timeline& timeline_;
  FaultyStore& store_;
  Random& ids_;
  Random& chance_;
  const Machine& machine_;
  const services::Environment& environment_;
  ServerHooks hooks_;

  std::unique_ptr<core::State> state_ = std::make_unique<core::State>();
  std::unique_ptr<core::Engine> engine_;
  std::unique_ptr<auth::KeyRing> keys_;
  std::unique_ptr<services::Dispatcher> dispatcher_;
  std::deque<std::unique_ptr<core::Event>> queue_;
  core::CommitQueue commits_;
  std::vector<core::Outcome> committing_;
  bool turn_is_due_ = false;
  std::string sweep_cursor_;
  Life life_;
};

// The account's first rows, as daemon::Server makes them.
Result<> bootstrap(core::Turn& turn, const services::Environment& environment, const std::string& account,
                   const std::string& region);

}  // namespace slipway::sim
