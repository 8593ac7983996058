#include "sim/network.hpp"

#include <algorithm>

#include "base/arn.hpp"

namespace slipway::sim {
namespace {

std::string instance_key(const std::string& text) {
  const auto arn = Arn::parse(text);
  if (!arn) return {};
  return core::ecs::ContainerInstance::key_of({arn->account, arn->region},
                                              arn->resource.substr(arn->resource.rfind('/') + 1));
}

}  // namespace

std::int64_t Network::delay() {
  const bool slow = random_.below(1000) < weather.slow_per_mille;
  return 1 + std::int64_t(random_.below(std::uint64_t(slow ? weather.slow_ms : weather.delay_ms) + 1));
}

void Network::server_up(Server* server, const services::Environment* environment) {
  server_ = server;
  environment_ = environment;
}

// The kernel closes the dead process's connections: agents that can be reached know at once.
void Network::server_down() {
  server_ = nullptr;
  serving_.clear();
  std::vector<std::uint64_t> ids;
  for (const auto& [id, link] : links_) ids.push_back(id);
  for (const auto id : ids) {
    if (links_.at(id).broken) continue;
    links_.at(id).broken = true;
    agent_noticed(id, delay());
  }
}

// --- API calls ---

void Network::call(const std::string& who, const std::weak_ptr<const void>& caller, ApiCall call, Done done) {
  auto pending = std::make_shared<Done>(std::move(done));
  auto finish = [pending, caller](Result<wire::Value> result) {
    if (!*pending) return;
    Done once = std::exchange(*pending, nullptr);
    if (!caller.expired()) once(std::move(result));
  };
  timeline_.after(call_timeout_ms, [finish] { finish(fail("Timeout", "no answer", 0)); });
  if (is_cut(who) || lost()) return;
  auto answer = [this, who, finish, operation = call.operation](Result<wire::Value> result) {
    if (left) left(operation, result);
    if (is_cut(who) || lost()) return;
    timeline_.after(delay(), [finish, result = std::move(result)]() mutable { finish(std::move(result)); });
  };
  timeline_.after(delay(), [this, call = std::move(call), finish, answer] {
    if (!server_) return finish(fail("ConnectFailed", "connection refused", 0));
    server_->call(call, answer, stepped);
  });
}

// --- Command channels ---

std::uint64_t Network::open_link(const std::string& who, const std::weak_ptr<const void>& caller,
                                 services::ecs::AgentHello hello, LinkEnd end) {
  const std::uint64_t id = next_link_++;
  links_[id] = {who, instance_key(hello.container_instance_arn), caller, {}, std::move(end)};
  timeline_.after(delay(), [this, id, hello = std::move(hello)] { arrive(id, hello); });
  return id;
}

void Network::arrive(std::uint64_t id, services::ecs::AgentHello hello) {
  auto found = links_.find(id);
  if (found == links_.end()) return;
  Link& link = found->second;
  auto refuse = [this, id](Error error) {
    auto at = links_.find(id);
    if (at == links_.end() || at->second.broken) return;
    Link gone = std::move(at->second);
    links_.erase(at);
    timeline_.after(delay(), gone.agent, [opened = gone.end.opened, error = std::move(error)]() mutable {
      opened(std::unexpected(std::move(error)));
    });
  };
  if (!server_ || is_cut(link.who)) return refuse({"ConnectFailed", "cannot connect", 0});
  link.server = server_->life();
  // As the gateway: the slot is taken before the turn knows, and whoever had it is cut.
  auto [slot, fresh] = serving_.try_emplace(link.key, id);
  if (!fresh) break_link(std::exchange(slot->second, id));
  const std::string key = link.key;
  auto connect = [this, key, hello](core::Turn& turn) {
    return services::ecs::connected(turn, *environment_, key, hello);
  };
  server_->post(std::make_unique<FunctionEvent>(connect, [this, id, refuse](Result<> connected) {
    auto at = links_.find(id);
    if (at == links_.end()) return;
    if (!connected) {
      server_noticed(id);
      return refuse(connected.error());
    }
    Link& opened = at->second;
    if (opened.broken) return;
    opened.last_down = std::max(opened.last_down, timeline_.now() + delay());
    timeline_.at(opened.last_down, [this, id] {
      auto still = links_.find(id);
      if (still == links_.end() || still->second.broken || still->second.agent.expired()) return;
      still->second.agent_knows = true;
      auto call_opened = still->second.end.opened;
      call_opened({});
    });
  }));
}

// The connect event's own frames leave before its reply does; they wait for the link to be open.
void Network::send(const core::SendToAgent& message) {
  auto slot = serving_.find(message.container_instance_key);
  if (slot == serving_.end()) return;
  const std::uint64_t id = slot->second;
  Link& link = links_.at(id);
  if (link.broken || is_cut(link.who)) return;
  link.last_down = std::max(link.last_down, timeline_.now() + delay() + 3);
  timeline_.at(link.last_down, [this, id, frame = message.frame] {
    auto at = links_.find(id);
    if (at == links_.end() || at->second.broken || at->second.agent.expired() || is_cut(at->second.who))
      return;
    auto take = at->second.end.frame;
    take(frame);
  });
}

void Network::send_frame(std::uint64_t id, std::string frame) {
  auto found = links_.find(id);
  if (found == links_.end() || found->second.broken || is_cut(found->second.who)) return;
  Link& link = found->second;
  link.last_up = std::max(link.last_up, timeline_.now() + delay());
  timeline_.at(link.last_up, link.server, [this, id, frame = std::move(frame)] {
    auto at = links_.find(id);
    if (at == links_.end() || at->second.broken) return;
    auto receive = [key = at->second.key, frame](core::Turn& turn) {
      return services::ecs::received(turn, key, frame);
    };
    server_->post(std::make_unique<FunctionEvent>(receive));
  });
}

void Network::break_link(std::uint64_t id) {
  auto found = links_.find(id);
  if (found == links_.end() || found->second.broken) return;
  Link& link = found->second;
  link.broken = true;
  const bool silent = is_cut(link.who);  // nothing tells them but the clock
  timeline_.after(silent ? 30'000 + std::int64_t(random_.below(150'000)) : delay(), link.server,
                  [this, id] { server_noticed(id); });
  agent_noticed(id, silent ? 60'000 + std::int64_t(random_.below(60'000)) : delay());
}

void Network::server_noticed(std::uint64_t id) {
  auto found = links_.find(id);
  if (found == links_.end()) return;
  const std::string key = found->second.key;
  auto slot = serving_.find(key);
  if (slot == serving_.end() || slot->second != id) return;  // a newer one serves already
  serving_.erase(slot);
  server_->post(std::make_unique<FunctionEvent>([key](core::Turn& turn) -> Result<> {
    services::ecs::disconnected(turn, key);
    return {};
  }));
}

// An agent that waits for the link to open learns that it will not.
void Network::agent_noticed(std::uint64_t id, std::int64_t after_ms) {
  timeline_.after(after_ms, [this, id] {
    auto found = links_.find(id);
    if (found == links_.end()) return;
    const Link& link = found->second;
    if (link.agent.expired()) return;
    auto closed = link.end.closed;
    auto opened = link.end.opened;
    if (link.agent_knows)
      closed();
    else
      opened(fail("ConnectFailed", "the connection broke", 0));
  });
}

}  // namespace slipway::sim
