#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/random.hpp"
#include "services/ecs/acs.hpp"
#include "sim/api.hpp"
#include "sim/server.hpp"
#include "sim/timeline.hpp"

namespace slipway::sim {

// How the network is just now.
struct Weather {
  std::int64_t delay_ms = 2;    // of one message, at most
  unsigned slow_per_mille = 0;  // messages that take up to slow_ms instead
  std::int64_t slow_ms = 20'000;
  unsigned lost_per_mille = 0;  // requests or replies that never arrive
};

// One end of an agent's command channel, as the agent holds it. Frames arrive in order, or the link breaks.
struct LinkEnd {
  std::function<void(Result<>)> opened;  // once: open, or refused
  std::function<void(std::string frame)> frame;
  std::function<void()> closed;  // once, after it was open
};

// What lies between clients, agents and the server: API calls, which may be slow or get lost in either
// direction, and the agents' WebSockets with the server's half of them (daemon/agent_gateway.cpp).
class Network {
 public:
  using Done = std::function<void(Result<wire::Value>)>;
  static constexpr std::int64_t call_timeout_ms = 10'000;

  Network(Timeline& timeline, Random& random) : timeline_(timeline), random_(random) {}

  Weather weather;
  CallEvent::Stepped stepped;  // told of every call that the server has stepped
  // Told of every answer that leaves the server, whether or not it arrives.
  std::function<void(const std::string& operation, const Result<wire::Value>& answer)> left;

  // The server's process begins and ends. `server` stays the caller's.
  void server_up(Server* server, const services::Environment* environment);
  void server_down();
  void send(const core::SendToAgent& message);

  // Who is cut off neither reaches the server nor hears of it; links notice after a while.
  void cut(const std::string& who) { cut_.insert(who); }
  void heal(const std::string& who) { cut_.erase(who); }
  bool is_cut(const std::string& who) const { return cut_.contains(who); }

  // `done` is called once, if `caller` still lives then: with the answer, or with the error Timeout or
  // ConnectFailed, after which nobody knows whether the call was stepped.
  void call(const std::string& who, const std::weak_ptr<const void>& caller, ApiCall call, Done done);

  // Opens an agent's channel; the number names it. The agent's process is `caller`.
  std::uint64_t open_link(const std::string& who, const std::weak_ptr<const void>& caller,
                          services::ecs::AgentHello hello, LinkEnd end);
  void send_frame(std::uint64_t link, std::string frame);
  // The connection breaks: each side notices in its own time.
  void break_link(std::uint64_t link);

 private:
  struct Link {
    std::string who, key;
    std::weak_ptr<const void> agent;
    std::weak_ptr<const void> server;
    LinkEnd end;
    bool agent_knows = false;  // that it is open
    bool broken = false;
    Instant last_down{}, last_up{};  // when the last frame arrives, either way
  };

  std::int64_t delay();
  bool lost() { return random_.below(1000) < weather.lost_per_mille; }
  void arrive(std::uint64_t id, services::ecs::AgentHello hello);
  void server_noticed(std::uint64_t id);
  void agent_noticed(std::uint64_t id, std::int64_t after_ms);

  Timeline& timeline_;
  Random& random_;
  Server* server_ = nullptr;
  const services::Environment* environment_ = nullptr;
  std::set<std::string> cut_;
  std::map<std::uint64_t, Link> links_;
  std::map<std::string, std::uint64_t> serving_;  // by instance key: the gateway's table
  std::uint64_t next_link_ = 1;
};

}  // namespace slipway::sim
