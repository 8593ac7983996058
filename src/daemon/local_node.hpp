#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/image/pull.hpp"
#include "auth/sign.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "daemon/image_cleanup.hpp"
#include "http/client.hpp"

namespace slipway::daemon {

struct LocalNodeOptions {
  std::string data_dir;
  std::string images_dir;
  std::string node_id;
  std::string endpoint;
  std::vector<std::uint16_t> reserved_ports;  // that tasks cannot publish
  std::string region;
  http::Dialer dialer;
  std::function<auth::Credentials()> credentials;
  agent::PullOptions pull;
  agent::PullBehavior pull_behavior = agent::PullBehavior::once;
  ImageCleanup image_cleanup;
  agent::LayerForm layers = agent::LayerForm::directory;
  std::int64_t supervisor_timeout_ms = limits::supervisor_call_timeout_ms;
};

// This host as a node: an agent on a loop and a thread of its own, its host and its images.
class LocalNode {
 public:
  static Result<std::unique_ptr<LocalNode>> start(LocalNodeOptions options, Clock& clock);
  ~LocalNode();

  bool connected();
  // Tasks that are not yet cleaned up.
  std::size_t tasks();
  // Ends the agent; tasks run on. A host on which nothing runs is left as it was found.
  void stop();

  struct Impl;

 private:
  explicit LocalNode(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The 8 hexadecimal digits that are part of every name of ours on this host; made once per data directory.
Result<std::string> node_id_of(const std::string& data_dir);

}  // namespace slipway::daemon
