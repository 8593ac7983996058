#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/image_source.hpp"
#include "auth/sign.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/cancel.hpp"
#include "http/client.hpp"
#include "http/loop.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"
#include "runtime/host.hpp"

namespace slipway::agent {

struct AgentOptions {
  std::string endpoint;  // of the API: "http://127.0.0.1:4566"
  http::Dialer dialer;   // how to reach it; none: TCP. WebSockets go through it as well
  std::string region = "us-east-1";
  std::string cluster = "default";
  // The node's own key, asked for before every call: it may change at any time.
  std::function<auth::Credentials()> credentials;
  std::string data_dir;  // ours is <data_dir>/agent, mode 0700
  std::string node_id;   // 8 hexadecimal digits, as the host's
  std::string host_id;   // which machine this is, told to the server: one ledger per machine
  std::string version = "0.1.0";
  std::string container_endpoint_url = "http://169.254.170.2";  // AWS_ENDPOINT_URL in containers
  std::int64_t reserved_memory_mib = 0;                         // kept from tasks
  std::vector<std::uint16_t> reserved_ports = {22};             // told as taken: tasks cannot publish them
};

// A node of a cluster. It has no private door: it registers, reports and writes logs by the public API, and
// takes commands over the ECS agent's WebSockets (ACS; TCS for telemetry), as the stock agent does.
//
// Everything happens on `loop`; calls of `host` and file access on `workers`. All references outlive run().
class Agent {
 public:
  Agent(http::Loop& loop, http::WorkerPool& workers, runtime::Host& host, ImageSource& images, Clock& clock,
        Random& random, AgentOptions options);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  // Prepares the host, recovers the tasks of earlier lives, registers, and serves until `stopping` is
  // requested; tasks then run on. Once; on `loop`. An error where the node cannot be one: the host cannot be
  // prepared, the data directory not be written, or the server refuses to register it for good
  // (InvalidParameterException, ClientException, AccessDeniedException, ClusterNotFoundException).
  http::Task<Result<>> run(http::Cancel stopping);

  // On `loop`.
  const std::string& container_instance_arn() const;  // empty before it is registered
  bool connected() const;                             // ACS is up
  // Not yet forgotten. After run(): those that another life will find, so the host must not be cleared.
  std::size_t tasks() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::agent
