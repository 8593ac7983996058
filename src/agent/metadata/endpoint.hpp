#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/metadata/request_rate.hpp"
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
  // One call of ECS with the session of a task's role.
  std::function<http::Task<Result<wire::Value>>(RoleCredentials role, std::string region,
                                                std::string operation, wire::Value input)>
      call_as;
  // Reads a container that the book has nothing of yet.
  std::function<http::Task<Result<runtime::ContainerStats>>(std::string container_id)> read_stats;
};

// 169.254.170.2 in every router: credentials of task roles, metadata v2 to v4, the agent API, and our API.
//
//   GET /v2/credentials/<credentials id>
//   GET /v4/<endpoint id>[/task|/taskWithTags|/stats|/task/stats], /v3 likewise
//   GET /v2/metadata, /v2/metadata/<container's runtime id>, /v2/stats, …  (awsvpc: the address says whose)
//   GET and PUT /api/<endpoint id>/task-protection/v1/state
//
// Whose a request is: an id that cannot be guessed, from the address of the task that it belongs to. What a
// header says of addresses counts for nothing. Tasks in the host's network share the host's address, so there
// the id alone decides, as with the stock agent. A task whose containers have all ended has nothing any more:
// its address may be another's by now. 40 requests a second and bursts of 60 per task, as the stock agent;
// calls of the API are not counted, but no caller holds more than limits::metadata_connections connections or
// limits::metadata_peer_bodies_bytes of bodies.
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
  struct Place {
    const TaskMachine* task = nullptr;
    std::size_t container = 0;

    explicit operator bool() const { return task != nullptr; }
  };

  http::Task<http::Response> answer_ours(http::Request request);
  bool may_see(const http::Request& request, const TaskMachine& task) const;
  Place find_endpoint(const http::Request& request, std::string_view endpoint_id) const;
  const TaskMachine* find_credentials(const http::Request& request, std::string_view credentials_id) const;
  Place find_by_address(const http::Request& request, std::string_view runtime_id) const;
  bool within_rate(const http::Request& request, const TaskMachine* task);
  http::Response credentials(std::string_view id, const TaskMachine* task) const;
  wire::Value whole_document(const TaskMachine& task, bool with_tags) const;
  http::Task<http::Response> metadata(Place place, std::string_view version, std::string endpoint_id,
                                      std::string what);
  http::Task<http::Response> metadata_v2(Place place, std::string what, bool whole_task);
  http::Task<http::Response> protection(Place place, http::Request request);
  http::Task<http::Response> stats(Place place, bool whole_task);
  http::Task<const Readings*> readings(const ContainerState& container);

  http::Loop& loop_;
  Clock& clock_;
  StatsBook& book_;
  MetadataOptions options_;
  std::map<std::string, const TaskMachine*> tasks_;  // by id
  RequestRate rate_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace slipway::agent
