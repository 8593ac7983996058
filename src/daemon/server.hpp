#pragma once

#include <memory>
#include <optional>
#include <string>

#include "auth/access_key.hpp"
#include "base/result.hpp"
#include "daemon/access_file.hpp"
#include "daemon/config.hpp"

namespace slipway::daemon {

// A whole Slipway in one process: stores, turn, APIs and, unless switched off, this host's agent.
class Server {
 public:
  // Opens the data directory (made on the first start), loads the state, and serves when it returns. Errors
  // are one sentence for the operator: DataDirectoryInUse, DataDirectoryTooNew, AddressInUse, KeyFile …
  static Result<std::unique_ptr<Server>> start(const ServerConfig& config,
                                               const std::optional<auth::AccessKeyPair>& chosen_key);
  ~Server();

  const Access& access() const;
  // Whether this host's agent has joined the cluster; false at once without an agent, or after the time.
  bool wait_until_joined(std::int64_t timeout_ms);
  // Whether this host's agent has cleaned up after every task, within the time.
  bool wait_until_empty(std::int64_t timeout_ms);
  // Stops serving. Tasks run on; a host without tasks keeps nothing of ours.
  void stop();

  struct Impl;

 private:
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::daemon
