#include "daemon/api.hpp"

#include <algorithm>
#include <array>

#include "http/completion.hpp"
#include "services/ec2/table.hpp"
#include "services/ecs/table.hpp"
#include "services/iam/table.hpp"
#include "services/kms/table.hpp"
#include "services/logs/table.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/ssm/table.hpp"
#include "services/sts/table.hpp"
#include "wire/event_stream.hpp"

namespace slipway::daemon {
namespace {

// A call on its way through the turn. The reply leaves when everything that it saw is durable.
class CallEvent final : public core::Event, public TakenOnLowDisk {
 public:
  using Reply = http::Completion<Result<wire::Value>>;

  CallEvent(const services::Dispatcher& dispatcher, const services::Prepared& call, Reply reply)
      : dispatcher_(dispatcher), call_(call), reply_(std::move(reply)) {}

  bool mutates() const override { return call_.route->access == services::Access::write; }
  bool taken_on_low_disk() const override {
    const std::string_view name = call_.route->operation->name;
    return std::ranges::any_of(std::array{"Stop", "Delete", "Deregister", "Submit"},
                               [name](const char* verb) { return name.starts_with(verb); });
  }
  Result<> step(core::Turn& turn) override {
    output_ = dispatcher_.step(turn, call_);
    if (!output_) return std::unexpected(output_.error());
    return {};
  }
  void released() override { reply_.complete(std::move(output_)); }
  void refused(const Error& error) override { reply_.complete(std::unexpected(error)); }

 private:
  const services::Dispatcher& dispatcher_;
  const services::Prepared& call_;  // lives in the coroutine that waits for the reply
  Reply reply_;
  Result<wire::Value> output_;
};

wire::HttpRequestParts parts_of(http::Request& request) {
  wire::HttpRequestParts parts;
  parts.method = request.method;
  parts.path = request.path();
  parts.query = request.query();
  parts.headers.reserve(request.headers.size());
  for (const auto field : request.headers)
    parts.headers.push_back({std::string(field.name), std::string(field.value)});
  parts.body = std::move(request.body);
  return parts;
}

http::Response response_of(wire::HttpResponseParts parts) {
  http::Response response;
  response.status = parts.status;
  for (const auto& header : parts.headers) response.headers.add(header.name, header.value);
  response.body = std::move(parts.body);
  return response;
}

// A request's id needs to be unique, not secret.
std::string new_request_id() {
  static thread_local SeededRandom random = [] {
    SystemRandom system;
    return SeededRandom(system.next());
  }();
  return random_uuid(random);
}

}  // namespace

Api::Api(const services::Dispatcher& dispatcher, TurnLoop& turn, store::LogStore& logs,
         services::logs::LiveTailHub& live_tail, http::WorkerPool& workers, Clock& clock)
    : dispatcher_(dispatcher),
      turn_(turn),
      logs_(logs),
      live_tail_(live_tail),
      workers_(workers),
      clock_(clock) {}

http::Task<void> Api::serve(http::Exchange& exchange) {
  const bool protected_by_tls = exchange.request().tls;
  const wire::HttpRequestParts request = parts_of(exchange.request());
  auto prepared = dispatcher_.prepare(request, protected_by_tls, clock_.now(), new_request_id(),
                                      exchange.request().remote_address);
  if (!prepared) {
    auto sent = co_await exchange.respond(response_of(std::move(prepared.error())));
    co_return;  // a peer that is gone needs no answer
  }
  CallEvent::Reply reply;
  turn_.post(std::make_unique<CallEvent>(dispatcher_, *prepared, reply));
  Result<wire::Value> output = co_await reply.wait();

  if (output && services::logs::is_streaming(*prepared->route->operation)) {
    co_await tail(exchange, prepared->request_id,
                  services::Dispatcher::answer(*prepared, wire::Value::object()), std::move(*output));
    co_return;
  }
  if (output && prepared->route->work) {
    services::BulkCall bulk{logs_, prepared->input, *output, clock_.now(), &live_tail_};
    auto work = [&] { return prepared->route->work(bulk); };
    Result<wire::Value> done = co_await http::run_blocking(workers_, work);
    output = std::move(done);
  }
  auto sent = co_await exchange.respond(response_of(services::Dispatcher::answer(*prepared, output)));
}

http::Task<void> Api::tail(http::Exchange& exchange, std::string request_id, wire::HttpResponseParts head,
                           wire::Value plan) {
  auto session = live_tail_.open(plan, request_id, clock_.now());
  if (!session) {
    const auto* service = wire::service_by_id("logs");
    auto sent =
        co_await exchange.respond(response_of(wire::write_error(*service, session.error(), request_id)));
    co_return;
  }
  http::Response response = response_of(std::move(head));
  response.body.clear();
  response.headers.set("Content-Type", wire::event_stream_content_type);
  auto writer = co_await exchange.respond_streaming(std::move(response));
  if (!writer) co_return;
  while (!exchange.peer_gone() && !(*session)->over()) {
    const std::string bytes = (*session)->take(clock_.now());
    if (!bytes.empty() && !co_await writer->write(bytes)) co_return;
    if (!co_await http::Loop::current().sleep(limits::live_tail_poll_ms, exchange.stopping())) break;
  }
  auto finished = co_await writer->finish();
}

std::span<const services::ServiceTable> service_tables() {
  static const services::ServiceTable tables[] = {services::ecs::table(), services::logs::table(),
                                                  services::iam::table(), services::sts::table(),
                                                  services::ec2::table(), services::kms::table(),
                                                  services::ssm::table(), services::secretsmanager::table()};
  return tables;
}

}  // namespace slipway::daemon
