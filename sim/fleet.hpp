#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/check_state.hpp"
#include "sim/faulty_store.hpp"
#include "sim/network.hpp"
#include "sim/node.hpp"
#include "sim/progress.hpp"
#include "sim/server.hpp"
#include "sim/shadow.hpp"
#include "sim/timeline.hpp"
#include "sim/transcript.hpp"

namespace slipway::sim {

inline constexpr const char* account = "000000000000";
inline constexpr const char* region = "us-east-1";
inline constexpr Instant epoch{1'795'527'920'000};  // 2026-11-24T13:45:20Z

// The user `admin` that every server makes.
auth::Principal administrator();

// A control plane that may die at any time, its disk, its network and its nodes, with every check in place.
// What happens to them is somebody else's: the random runs' or a golden transcript's.
class Fleet {
 public:
  // All randomness is drawn from `seed`.
  Fleet(std::uint64_t seed, bool print);

  Timeline timeline{epoch};
  Transcript transcript;
  Machine machine;
  FaultyStore store;

  Random& chance() { return chance_; }
  Network& network() { return network_; }
  std::vector<std::unique_ptr<Node>>& nodes() { return nodes_; }
  Node& add_node(NodeOptions options, Fates fates);

  // What lies in `store` before the first start counts as acknowledged.
  void adopt_disk() { (void)shadow_.reload(store); }
  void start_server();
  // kill -9, or with a power cut on top. Nothing happens to a server that is down.
  void crash_server(const std::string& why);
  bool server_is_up() const { return server_ != nullptr; }
  Server* server() { return server_.get(); }
  // Called when a commit failed and took the process with it.
  std::function<void()> on_death;

  // The first thing that was wrong; the run should end.
  const Wrong& wrong() const { return wrong_; }
  void fail(std::string what);
  void check(Wrong wrong) {
    if (wrong) fail(std::move(*wrong));
  }

  // Compares memory, disk and a state built anew. Dear.
  void check_all();
  // After the quiet: every task is where it should be, on the server and on its node.
  void check_settled();

  std::uint64_t turns = 0, calls = 0, crashes = 0;

 private:
  void turn_ended(const core::Outcome& outcome);
  void call_stepped(const services::Prepared& call, const Result<wire::Value>& output);
  void answer_left(const std::string& operation, const Result<wire::Value>& answer);
  void check_networks();
  std::string node_view(const std::string& task_id) const;
  void check_settled(Node& node);

  SeededRandom ids_, chance_, network_random_, node_random_;
  auth::Sealer sealer_{auth::SealKey{}};
  services::Environment environment_{"http://127.0.0.1:4566", sealer_, auth::SessionSealer(sealer_)};
  Shadow shadow_;
  Progress progress_;
  Network network_;
  std::unique_ptr<Server> server_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::size_t failed_calls_ = 0;  // of the turn under way
  std::string token_;             // of the RunTask stepped last
  Wrong wrong_;
};

}  // namespace slipway::sim
