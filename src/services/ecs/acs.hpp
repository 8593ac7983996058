#pragma once

#include <string>

#include "services/common/call.hpp"
#include "services/common/security_groups.hpp"

// The agent's command channel, the server's half (ACS; agent-wire.md §5). Connections and frames are somebody
// else's: here a message is JSON text that goes out as an effect, or comes in as an event.
namespace slipway::services::ecs {

// PayloadMessage that starts the task, or stops it. Nothing is sent while the agent is away: connected() says
// everything again.
void send_task(core::Turn& turn, const Environment& environment, const core::ecs::Task& task);
void send_stop(core::Turn& turn, const core::ecs::Task& task);

// An agent's ACS connection is open. Sends a manifest of its tasks, then every payload again: both sides
// agree afterwards, whatever was lost.
struct AgentHello {
  std::string container_instance_arn;
  std::string agent_version, agent_hash, docker_version;
  // Takes SlipwaySecurityGroupMessage. A stock agent does not say so, and gets none.
  bool takes_security_groups = false;
};
Result<> connected(core::Turn& turn, const Environment& environment, const std::string& instance_key,
                   const AgentHello& hello);
void disconnected(core::Turn& turn, const std::string& instance_key);

// One frame from the agent. Acks need nothing; a TaskStopVerificationMessage is answered. An Error names what
// is wrong with the frame.
Result<> received(core::Turn& turn, const std::string& instance_key, std::string_view frame);

std::string heartbeat(Random& random);

// New role sessions for running tasks whose old ones end soon (IAMRoleCredentialsMessage).
void renew_credentials(core::Turn& turn, const Environment& environment);

}  // namespace slipway::services::ecs
