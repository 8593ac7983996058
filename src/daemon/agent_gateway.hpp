#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "auth/key_snapshot.hpp"
#include "base/time.hpp"
#include "core/turn.hpp"
#include "daemon/turn_loop.hpp"
#include "http/server.hpp"
#include "services/common/call.hpp"

namespace slipway::daemon {

// The agents' two WebSockets (agent-wire.md §5 and §6): /acs/ws carries commands, /tcs/ws telemetry. One
// command connection a container instance; a newer one takes the place of an older.
class AgentGateway {
 public:
  AgentGateway(const auth::KeyRing& keys, const services::Environment& environment, TurnLoop& turn,
               Clock& clock);
  ~AgentGateway();

  http::Task<void> serve_commands(http::Exchange& exchange);
  http::Task<void> serve_telemetry(http::Exchange& exchange);

  // From the committing thread: a message for the agent, dropped when it is not connected (it is told
  // everything when it comes back).
  void send(const core::SendToAgent& message);

 private:
  struct Connection;

  Result<auth::Principal> authenticate(const http::Request& request) const;
  http::Task<void> pump(std::shared_ptr<Connection> connection, http::WebSocket& socket, http::Cancel ended);
  http::Task<void> take_health(auth::Principal from, std::string instance_arn, wire::Value message);
  void disconnect(const std::string& instance_key, const std::shared_ptr<Connection>& connection);

  const auth::KeyRing& keys_;
  const services::Environment& environment_;
  TurnLoop& turn_;
  Clock& clock_;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Connection>> connections_;
};

}  // namespace slipway::daemon
