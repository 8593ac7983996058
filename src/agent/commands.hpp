#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agent/session/session.hpp"
#include "agent/tasks.hpp"
#include "http/task.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// ACS: the server's commands, and our acknowledgements (amazon-ecs-agent's acs model). Frames that are no
// JSON, of unknown type or without what they must have are logged and otherwise ignored.
class Commands {
 public:
  Commands(Tasks& tasks, std::string cluster, const std::string& container_instance_arn);

  // Acknowledgements go here.
  void answer_to(Session& session) { session_ = &session; }
  http::Task<void> take(std::string frame);

 private:
  http::Task<void> send(std::string_view type, wire::Value message);
  http::Task<void> acknowledge(const wire::Value& message);
  http::Task<void> acknowledge_credentials(std::string message_id, std::string credentials_id,
                                           std::string expiration);
  http::Task<void> payload(wire::Value message);
  http::Task<void> credentials(wire::Value message);
  http::Task<void> manifest(wire::Value message);
  http::Task<void> stop_verified(wire::Value message);
  void saw(std::int64_t sequence_number);

  Tasks& tasks_;
  std::string cluster_;
  const std::string& instance_arn_;
  Session* session_ = nullptr;
  // Payload.seqNum and TaskManifest.timeline are one counter. Not on disk: a new life learns it from the
  // first manifest, which is the newest.
  std::int64_t sequence_number_ = 0;
  std::string manifest_id_;
};

}  // namespace slipway::agent
