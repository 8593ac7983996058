#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/api/background.hpp"
#include "agent/files.hpp"
#include "agent/metadata/endpoint.hpp"
#include "agent/node.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/server.hpp"
#include "http/task.hpp"
#include "runtime/host.hpp"

namespace slipway::agent {

// The routers that this node's tasks need: made with the first task of a VPC, each with the metadata endpoint
// inside, and taken down a while after the last.
class Routers {
 public:
  Routers(http::Loop& loop, http::WorkerPool& workers, runtime::Host& host, MetadataEndpoint& metadata,
          TaskFiles& files);

  // Those of earlier lives, which go as well unless a task of this one wants them. Once, first.
  http::Task<void> recover();

  // vpc_id runtime::bridge_router: the node's own. An error leaves nothing held.
  http::Task<Result<>> hold(runtime::VpcSpec vpc);
  bool ready(const std::string& vpc_id) const {
    auto at = routers_.find(vpc_id);
    return at != routers_.end() && at->second.ready;
  }
  void release(const std::string& vpc_id);
  http::Task<void> stop();

 private:
  struct Router {
    std::size_t holders = 0;
    bool ready = false;
    bool made = false;                       // on the host, by this life or an earlier one
    std::uint64_t generation = 0;            // a take-down waits: another holder came and went meanwhile
    std::set<std::string> blocks, gateways;  // that it was told of
    http::Server::ListenerId listener = 0;
    Gate gate{1};
  };

  http::Task<Result<>> make(Router& router, runtime::VpcSpec vpc);
  // Of a subnet or block that came after the router.
  http::Task<Result<>> extend(runtime::VpcSpec vpc);
  static bool has_all(const Router& router, const runtime::VpcSpec& vpc);
  http::Task<void> remember();
  http::Task<void> take_down_later(std::string vpc_id, std::uint64_t generation);

  http::Loop& loop_;
  http::WorkerPool& workers_;
  runtime::Host& host_;
  MetadataEndpoint& metadata_;
  TaskFiles& files_;
  http::Cancel stopping_ = http::Cancel::make();
  Background background_;
  std::map<std::string, Router> routers_;  // an entry stays: its gate may be waited for
};

}  // namespace slipway::agent
