#include "agent/metadata/endpoint.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/metadata/documents.hpp"
#include "agent/metadata/task_protection.hpp"
#include "base/arn.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/network.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

http::Response json(int status, const wire::Value& body) {
  http::Response response{.status = status, .body = wire::write_json(body)};
  response.headers.add("Content-Type", "application/json");
  return response;
}

// amazon-ecs-agent's tmds, handlers/v2: the words that SDKs print.
http::Response credentials_error(int status, const char* code, const char* message) {
  return json(status, wire::Value::object({{"code", code}, {"message", message}, {"HTTPErrorCode", status}}));
}

// "/v4/id/task" → {"v4", "id", "task"}. Nothing is decoded or resolved: ".." is a name that nobody has.
std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  while (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    path.remove_prefix(1);
    std::size_t end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

// Every other path is the API's. A registry's names may begin like ours: "/v2/credentials/manifests/1".
bool is_ours(const std::vector<std::string>& path) {
  if (path.size() < 2) return false;
  if (path[0] == "v3" || path[0] == "v4" || path[0] == "api") return true;
  if (path[0] != "v2" || path.size() > 3) return false;
  for (std::string_view own : {"credentials", "metadata", "metadataWithTags", "stats"})
    if (path[1] == own) return true;
  return false;
}

// The rest of a path, "task/stats".
std::string rest_of(const std::vector<std::string>& path, std::size_t from) {
  std::string rest;
  for (std::size_t i = from; i < path.size(); ++i) rest += (rest.empty() ? "" : "/") + path[i];
  return rest;
}

bool lives(const TaskMachine& task) {
  return std::ranges::any_of(task.state().containers, [](const ContainerState& container) {
    return container.phase != ContainerState::Phase::stopped;
  });
}

bool has_address(const TaskMachine& task, std::string_view network, std::string_view address) {
  const TaskSpec& spec = task.spec();
  if (!lives(task) || address.empty()) return false;
  if (spec.network_interface) return network == spec.vpc_id && address == spec.network_interface->ip;
  if (network != runtime::bridge_router) return false;
  return std::ranges::any_of(task.state().containers, [address](const ContainerState& container) {
    return container.phase != ContainerState::Phase::stopped && container.ip == address;
  });
}

http::ServerOptions server_options() {
  http::ServerOptions options;
  options.connections_per_peer = limits::metadata_connections;
  options.bodies_bytes = limits::metadata_bodies_bytes;
  options.bodies_bytes_per_peer = limits::metadata_peer_bodies_bytes;
  options.body_timeout_ms = limits::metadata_body_timeout_ms;
  options.body_policy = [](const http::Request& head) {
    http::BodyPolicy policy;
    if (is_ours(segments(head.path()))) policy.limit_bytes = limits::metadata_body_bytes;
    return policy;
  };
  return options;
}

}  // namespace

MetadataEndpoint::MetadataEndpoint(http::Loop& loop, Clock& clock, StatsBook& book, MetadataOptions options)
    : loop_(loop), clock_(clock), book_(book), options_(std::move(options)) {
  server_ = std::make_unique<http::Server>(std::vector<http::Loop*>{&loop_}, server_options(),
                                           [this](http::Exchange& exchange) -> http::Task<void> {
                                             http::Response response =
                                                 co_await answer(std::move(exchange.request()));
                                             // A caller that is gone needs no answer.
                                             (void)co_await exchange.respond(std::move(response));
                                           });
}

void MetadataEndpoint::add(const TaskMachine& task) {
  tasks_[task.spec().id] = &task;
}

void MetadataEndpoint::remove(const std::string& task_id) {
  tasks_.erase(task_id);
}

Result<http::Server::ListenerId> MetadataEndpoint::listen(const std::string& network, int fd) {
  return server_->adopt_listener(fd, {.label = network});
}

void MetadataEndpoint::close(http::Server::ListenerId id) {
  server_->close_listener(id);
}

http::Task<void> MetadataEndpoint::stop() {
  co_await server_->stop(1'000);
}

http::Task<http::Response> MetadataEndpoint::answer(http::Request request) {
  if (is_ours(segments(request.path()))) co_return co_await answer_ours(std::move(request));
  Result<http::Response> forwarded = co_await options_.forward(std::move(request));
  if (forwarded) co_return std::move(*forwarded);
  co_return json(502, wire::Value::object({{"__type", "ServiceUnavailableException"},
                                           {"message", "The Slipway server cannot be reached."}}));
}

http::Task<http::Response> MetadataEndpoint::answer_ours(http::Request request) {
  std::vector<std::string> path = segments(request.path());
  bool by_credentials = path[0] == "v2" && path[1] == "credentials", by_address = path[0] == "v2";
  std::string id = path.size() > 2 ? path[2] : "";
  Place place;
  if (by_credentials)
    place.task = find_credentials(request, id);
  else
    place = by_address ? find_by_address(request, id) : find_endpoint(request, path[1]);
  if (!within_rate(request, place.task)) {
    http::Response response{.status = 429, .body = "You have reached maximum request limit."};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    co_return response;
  }
  if (path[0] == "api") {
    if (rest_of(path, 2) != "task-protection/v1/state") co_return json(404, "404 page not found");
    co_return co_await protection(place, std::move(request));
  }
  if (request.method != "GET") co_return http::Response{.status = 405};
  if (by_credentials) co_return credentials(id, place.task);
  if (by_address) co_return co_await metadata_v2(place, path[1], id.empty());
  co_return co_await metadata(place, path[0], path[1], rest_of(path, 2));
}

// --- Whose it is ---

// The caller is whose address it has. Containers in the host's network have the host's, which is no task's.
bool MetadataEndpoint::may_see(const http::Request& request, const TaskMachine& task) const {
  if (task.spec().network_mode != TaskSpec::NetworkMode::host)
    return has_address(task, request.listener, request.remote_address);
  bool anothers = std::ranges::any_of(tasks_, [&request](const auto& entry) {
    return has_address(*entry.second, request.listener, request.remote_address);
  });
  return !anothers && lives(task) && request.listener == runtime::bridge_router;
}

MetadataEndpoint::Place MetadataEndpoint::find_endpoint(const http::Request& request,
                                                        std::string_view endpoint_id) const {
  for (const auto& [task_id, task] : tasks_)
    for (std::size_t i = 0; i < task->state().containers.size(); ++i)
      if (task->state().containers[i].endpoint_id == endpoint_id)
        return may_see(request, *task) ? Place{task, i} : Place{};
  return {};
}

const TaskMachine* MetadataEndpoint::find_credentials(const http::Request& request,
                                                      std::string_view credentials_id) const {
  if (credentials_id.empty()) return nullptr;
  for (const auto& [task_id, task] : tasks_)
    if (task->spec().role.credentials_id == credentials_id) return may_see(request, *task) ? task : nullptr;
  return nullptr;
}

// Version 2 knows callers by their interface alone. Without a runtime id it is the task that is meant.
MetadataEndpoint::Place MetadataEndpoint::find_by_address(const http::Request& request,
                                                          std::string_view runtime_id) const {
  for (const auto& [task_id, task] : tasks_) {
    if (!task->spec().network_interface || !may_see(request, *task)) continue;
    for (std::size_t i = 0; i < task->state().containers.size(); ++i)
      if (runtime_id.empty() || task->state().containers[i].id == runtime_id) return {task, i};
  }
  return {};
}

// By task, so that those in the host's network do not share one measure; strangers by address.
bool MetadataEndpoint::within_rate(const http::Request& request, const TaskMachine* task) {
  return rate_.take(task ? task->spec().id : request.listener + " " + request.remote_address, clock_.now());
}

// --- Answers ---

http::Response MetadataEndpoint::credentials(std::string_view id, const TaskMachine* task) const {
  if (id.empty())
    return credentials_error(400, "NoIdInRequest", "CredentialsV2Request: No Credential ID in the request");
  if (!task)
    return credentials_error(400, "InvalidIdInRequest", "CredentialsV2Request: Credentials not found");
  if (!task->spec().role.delivered())
    return credentials_error(503, "CredentialsUninitialized",
                             "CredentialsV2Request: Credentials uninitialized for ID");
  return json(200, credentials_document(task->spec().role));
}

wire::Value MetadataEndpoint::whole_document(const TaskMachine& task, bool with_tags) const {
  return task_document(task, options_.cluster, with_tags, book_.disk_bytes(task.spec().id), clock_.now());
}

http::Task<http::Response> MetadataEndpoint::metadata(Place place, std::string_view version,
                                                      std::string endpoint_id, std::string what) {
  bool container = what.empty() || what == "stats", figures = what.ends_with("stats");
  if (!container && !figures && what != "task" && what != "taskWithTags")
    co_return json(404, "404 page not found");
  if (!place) {
    std::string kind = container ? "container" : "task", sought = container ? "docker ID" : "task Arn";
    co_return json(404, (version == "v3" ? "V3 " : "V4 ") + kind + (figures ? " stats" : " metadata") +
                            " handler: unable to get " + (container ? "container ID" : "task arn") +
                            " from request: unable to get " + sought +
                            " from v3 endpoint ID: " + endpoint_id);
  }
  if (figures) co_return co_await stats(place, !container);
  if (container) co_return json(200, container_document(*place.task, place.container));
  co_return json(200, whole_document(*place.task, what == "taskWithTags"));
}

http::Task<http::Response> MetadataEndpoint::metadata_v2(Place place, std::string what, bool whole_task) {
  if (!place)
    co_return json(400, "Unable to get task arn from request: unable to associate the address with a task");
  if (what == "stats") co_return co_await stats(place, whole_task);
  if (!whole_task) co_return json(200, container_document(*place.task, place.container));
  co_return json(200, whole_document(*place.task, what == "metadataWithTags"));
}

http::Task<http::Response> MetadataEndpoint::protection(Place place, http::Request request) {
  bool put = request.method == "PUT";
  if (!put && request.method != "GET") co_return http::Response{.status = 405};
  Result<ProtectionRequest> wanted = put ? parse_protection(request.body) : ProtectionRequest{};
  if (!wanted) co_return json(400, protection_error("", wanted.error()));
  if (!place)
    co_return json(
        404, protection_error("", {"ResourceNotFoundException", "Failed to find a task for the request"}));
  // Copies: the call takes time, in which the task may go.
  const TaskSpec& task = place.task->spec();
  std::string arn = task.arn, region = Arn::parse(arn).value_or(Arn{}).region;
  RoleCredentials role = task.role;
  Result<wire::Value> input = protection_input(task, put ? &*wanted : nullptr);
  if (!input) co_return json(input.error().http_status, protection_error(arn, input.error()));
  Result<wire::Value> output =
      co_await options_.call_as(std::move(role), std::move(region),
                                put ? "UpdateTaskProtection" : "GetTaskProtection", std::move(*input));
  if (output) co_return json(200, protection_document(*output));
  int status = output.error().http_status;
  co_return json(status >= 400 ? status : 500, protection_error(arn, output.error()));
}

http::Task<const Readings*> MetadataEndpoint::readings(const ContainerState& container) {
  std::string id = container.id;
  bool runs = container.phase == ContainerState::Phase::running;
  if (const Readings* known = book_.find(id); known || !runs) co_return known;
  Result<runtime::ContainerStats> read = co_await options_.read_stats(id);
  if (!read) co_return nullptr;
  book_.add(id, std::move(*read));
  co_return book_.find(id);
}

http::Task<http::Response> MetadataEndpoint::stats(Place place, bool whole_task) {
  std::string task_id = place.task->spec().id;
  std::size_t first = whole_task ? 0 : place.container;
  std::size_t end = whole_task ? place.task->state().containers.size() : place.container + 1;
  wire::Value all = wire::Value::object(), one;
  for (std::size_t i = first; i < end; ++i) {
    // Looked up anew: reading takes time, in which the task may go.
    auto task = tasks_.find(task_id);
    if (task == tasks_.end()) break;
    std::string id = task->second->state().containers[i].id;
    std::string name = docker_name(task->second->spec(), task->second->state(), i);
    one = stats_document(co_await readings(task->second->state().containers[i]), id, name);
    all.set(id, one);
  }
  co_return json(200, whole_task ? all : one);
}

}  // namespace slipway::agent
