#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/metadata/stats_book.hpp"
#include "agent/task/task_machine.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/loop.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "http/task.hpp"

namespace slipway::agent {

struct MetadataOptions {
  std::string cluster;  // its name
  // Everything that is not ours goes to the API this way: the address is AWS_ENDPOINT_URL in containers.
  std::function<http::Task<Result<http::Response>>(http::Request)> forward;
  // Reads a container that the book has nothing of yet.
  std::function<http::Task<Result<runtime::ContainerStats>>(std::string container_id)> read_stats;
};

// 169.254.170.2 in every router: credentials of task roles, metadata v3 and v4, and our API.
//
//   GET /v2/credentials/<credentials id>
//   GET /v4/<endpoint id>[/task|/taskWithTags|/stats|/task/stats], /v3 likewise
//
// Ids cannot be guessed, and hold only for the task that the caller's address belongs to. 40 requests a
// second and bursts of 60 per caller, as the stock agent; calls of the API are not counted.
class MetadataEndpoint {
 public:
  MetadataEndpoint(http::Loop& loop, Clock& clock, StatsBook& book, MetadataOptions options);

  // The machine stays until remove().
  void add(const TaskMachine& task);
  void remove(const std::string& task_id);

  // A listener in the router of a VPC, or of runtime::bridge_router: `network` tells callers of equal
  // addresses apart.
  Result<http::Server::ListenerId> listen(const std::string& network, int fd);
  void close(http::Server::ListenerId id);
  http::Task<void> stop();

  // What would be answered; for tests.
  http::Task<http::Response> answer(http::Request request);

 private:
  struct Bucket {
    double tokens = 0;
    std::int64_t at_ms = 0;
  };
  struct Place {
    const TaskMachine* task = nullptr;
    std::size_t container = 0;
  };

  bool may_see(const http::Request& request, const TaskMachine& task) const;
  bool within_rate(const http::Request& request);
  http::Response credentials(const http::Request& request, std::string_view id) const;
  http::Task<http::Response> metadata(http::Request request, std::string rest);
  http::Task<http::Response> stats(Place place, bool whole_task);
  http::Task<const Readings*> readings(const ContainerState& container);

  http::Loop& loop_;
  Clock& clock_;
  StatsBook& book_;
  MetadataOptions options_;
  std::map<std::string, const TaskMachine*> tasks_;  // by id
  std::map<std::string, Bucket> buckets_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace slipway::agent
