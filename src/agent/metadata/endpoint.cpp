#include "agent/metadata/endpoint.hpp"

#include <algorithm>
#include <utility>

#include "agent/metadata/documents.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/network.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

constexpr std::string_view credentials_prefix = "/v2/credentials";
constexpr std::size_t buckets_most = 4'096;

http::Response json(int status, const wire::Value& body) {
  http::Response response{.status = status, .body = wire::write_json(body)};
  response.headers.add("Content-Type", "application/json");
  return response;
}

// amazon-ecs-agent's tmds, handlers/v2: the words that SDKs print.
http::Response credentials_error(int status, const char* code, const char* message) {
  return json(status, wire::Value::object({{"code", code}, {"message", message}, {"HTTPErrorCode", status}}));
}

bool has_address(const TaskMachine& task, std::string_view network, std::string_view address) {
  const TaskSpec& spec = task.spec();
  if (spec.network_interface) return network == spec.vpc_id && address == spec.network_interface->ip;
  if (network != runtime::bridge_router) return false;
  return std::ranges::any_of(task.state().containers,
                             [address](const ContainerState& container) { return container.ip == address; });
}

}  // namespace

MetadataEndpoint::MetadataEndpoint(http::Loop& loop, Clock& clock, StatsBook& book, MetadataOptions options)
    : loop_(loop), clock_(clock), book_(book), options_(std::move(options)) {
  server_ = std::make_unique<http::Server>(std::vector<http::Loop*>{&loop_}, http::ServerOptions{},
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
  std::string path(request.path());
  bool ours = path.starts_with(credentials_prefix) || path.starts_with("/v3/") || path.starts_with("/v4/") ||
              path.starts_with("/api/");
  if (!ours) {
    Result<http::Response> forwarded = co_await options_.forward(std::move(request));
    if (forwarded) co_return std::move(*forwarded);
    co_return json(502, wire::Value::object({{"__type", "ServiceUnavailableException"},
                                             {"message", "The Slipway server cannot be reached."}}));
  }
  if (!within_rate(request)) {
    http::Response response{.status = 429, .body = "You have reached maximum request limit."};
    co_return response;
  }
  if (request.method != "GET") co_return json(405, wire::Value("method not allowed"));
  if (path.starts_with(credentials_prefix)) {
    std::string_view id = std::string_view(path).substr(credentials_prefix.size());
    if (id.starts_with('/')) id.remove_prefix(1);
    co_return credentials(request, id);
  }
  if (path.starts_with("/api/")) co_return json(404, wire::Value("this agent API is not served"));
  co_return co_await metadata(std::move(request), path.substr(4));
}

// The caller is whose address it has. Containers in the host's network have the host's, which is no task's.
bool MetadataEndpoint::may_see(const http::Request& request, const TaskMachine& task) const {
  bool owned = std::ranges::any_of(tasks_, [&request](const auto& entry) {
    return has_address(*entry.second, request.listener, request.remote_address);
  });
  if (owned) return has_address(task, request.listener, request.remote_address);
  return task.spec().network_mode == TaskSpec::NetworkMode::host &&
         request.listener == runtime::bridge_router;
}

bool MetadataEndpoint::within_rate(const http::Request& request) {
  if (buckets_.size() > buckets_most) buckets_.clear();
  std::int64_t now_ms = clock_.now().ms;
  auto [at, fresh] = buckets_.try_emplace(request.listener + " " + request.remote_address);
  Bucket& bucket = at->second;
  constexpr double most = static_cast<double>(limits::metadata_burst);
  if (fresh)
    bucket = {most, now_ms};
  else
    bucket.tokens += static_cast<double>((now_ms - bucket.at_ms) * limits::metadata_requests_per_s) / 1000;
  bucket.tokens = std::min(bucket.tokens, most);
  bucket.at_ms = now_ms;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

http::Response MetadataEndpoint::credentials(const http::Request& request, std::string_view id) const {
  if (id.empty())
    return credentials_error(400, "NoIdInRequest", "CredentialsV2Request: No Credential ID in the request");
  for (const auto& [task_id, task] : tasks_) {
    const RoleCredentials& role = task->spec().role;
    if (role.credentials_id != id || !may_see(request, *task)) continue;
    if (!role.delivered())
      return credentials_error(503, "CredentialsUninitialized",
                               "CredentialsV2Request: Credentials uninitialized for ID");
    return json(200, credentials_document(role));
  }
  return credentials_error(400, "InvalidIdInRequest", "CredentialsV2Request: Credentials not found");
}

http::Task<http::Response> MetadataEndpoint::metadata(http::Request request, std::string rest) {
  std::size_t slash = rest.find('/');
  std::string id = rest.substr(0, slash), what = slash == rest.npos ? "" : rest.substr(slash);
  while (what.ends_with('/')) what.pop_back();
  Place place;
  for (const auto& [task_id, task] : tasks_)
    for (std::size_t i = 0; i < task->state().containers.size(); ++i)
      if (task->state().containers[i].endpoint_id == id && may_see(request, *task)) place = {task, i};
  if (!place.task)
    co_return json(404,
                   wire::Value("V4 container metadata handler: unable to get container ID from request"));
  if (what.empty()) co_return json(200, container_document(*place.task, place.container));
  if (what == "/task") co_return json(200, task_document(*place.task, options_.cluster, false));
  if (what == "/taskWithTags") co_return json(200, task_document(*place.task, options_.cluster, true));
  if (what == "/stats") co_return co_await stats(place, false);
  if (what == "/task/stats") co_return co_await stats(place, true);
  co_return json(404, wire::Value("404 page not found"));
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
