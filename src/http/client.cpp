#include "http/client.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "http/dial.hpp"
#include "http/inbound.hpp"
#include "http/write_head.hpp"

namespace slipway::http {
namespace {

constexpr std::size_t sink_bytes = 64 * 1024;

struct Link {
  Link(std::unique_ptr<Stream> connected, std::size_t header_bytes)
      : stream(std::move(connected)), inbound(*stream, header_bytes) {}

  std::unique_ptr<Stream> stream;
  Inbound inbound;
  std::unique_ptr<ResponseParser> parser = make_response_parser();
};

// One call on one connection.
struct Call {
  const ClientOptions& options;
  const ClientRequest& request;
  const BodySink& sink;

  std::int64_t timeout_ms() const { return request.call_timeout_ms.value_or(options.call_timeout_ms); }
  std::size_t body_bytes() const { return request.body_bytes.value_or(options.body_bytes); }
  bool repeatable() const {
    constexpr std::array<std::string_view, 6> methods = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    return std::ranges::find(methods, request.method) != methods.end();
  }
};

Error explained(Error error, const ClientRequest& request) {
  if (request.cancel.requested()) return {"Cancelled", "The call was cancelled.", 499};
  if (error.code == "InvalidMessage")
    return {"InvalidResponse", "The server's answer is no valid HTTP.", 502};
  if (error.code == "MessageTooLarge")
    return {"ResponseTooLarge", "The answer is too large: " + error.message, 502};
  if (error.code == "Timeout") return {"Timeout", request.url.authority() + " did not answer in time.", 504};
  if (error.code == "ConnectionClosed")
    return {"ConnectionClosed", request.url.authority() + " closed the connection.", 503};
  return error;
}

std::string head_of(const ClientRequest& request) {
  HeadFraming framing;
  bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                  request.method == "PATCH";
  if (has_body) framing.content_length = request.body.size();
  if (request.headers.has_token("Connection", "close")) framing.connection = "close";
  std::string head;
  append_request_head(head, request.method, request.url.target(), request.url.authority(), request.headers,
                      framing);
  return head;
}

// The final head: those of 1xx are passed over (RFC 9110 §15.2).
Task<Result<>> read_final_head(Link& link, const Call& call, Response& response, std::int64_t deadline_ms) {
  do {
    link.parser->start(response, call.options.header_bytes, call.request.method == "HEAD");
    Result<> head = co_await link.inbound.read_head(*link.parser, deadline_ms);
    if (!head) co_return head;
  } while (response.status < 200 && response.status != 101);
  co_return Result<>();
}

Task<Result<>> read_to_sink(Link& link, const Call& call) {
  auto chunk = std::make_unique_for_overwrite<char[]>(sink_bytes);
  while (!link.inbound.body_done()) {
    Result<std::size_t> got =
        co_await link.inbound.read_body({chunk.get(), sink_bytes}, Loop::now_ms() + call.timeout_ms());
    if (!got) co_return pass(got);
    if (*got == 0) break;
    Result<> taken = co_await call.sink({chunk.get(), *got});
    if (!taken) co_return taken;
  }
  co_return Result<>();
}

// `heard`: whether the server said anything.
Task<Result<Response>> exchange(Link& link, const Call& call, bool& heard) {
  std::int64_t deadline_ms = Loop::now_ms() + call.timeout_ms();
  std::string head = head_of(call.request);
  Stream::Pieces pieces{head, call.request.body};
  Result<> sent = co_await link.stream->write(pieces, call.timeout_ms());
  if (!sent && sent.error().code != "ConnectionClosed") co_return pass(sent);

  // Even where sending failed: a server that refuses a large body answers and closes.
  Response response;
  Result<> got = co_await read_final_head(link, call, response, deadline_ms);
  heard = got || got.error().http_status != 0;
  if (!got) co_return pass(got);
  link.inbound.begin_body(*link.parser);
  bool sinks = call.sink && response.status / 100 == 2;
  Result<> body = sinks
                      ? co_await read_to_sink(link, call)
                      : co_await link.inbound.read_whole_body(response.body, call.body_bytes(), deadline_ms);
  if (!body) co_return pass(body);
  co_return response;
}

}  // namespace

struct Client::Impl {
  struct Kept {
    std::string to;
    std::unique_ptr<Link> link;
    std::int64_t until_ms;
  };

  // Closes kept connections whose time is over.
  class Reaper : Timer {
   public:
    Reaper(Loop& loop, Impl& impl) : Timer(loop), impl_(impl) {}
    void expect(std::int64_t due_ms) {
      if (!armed()) arm(due_ms);
    }

   private:
    void fire() override {
      std::int64_t now = Loop::now_ms();
      while (!impl_.kept.empty() && impl_.kept.front().until_ms <= now) impl_.kept.pop_front();
      if (!impl_.kept.empty()) arm(impl_.kept.front().until_ms);
    }
    Impl& impl_;
  };

  ClientOptions options;
  std::deque<Kept> kept;  // oldest first
  std::optional<Reaper> reaper;

  // The system's authorities are read once, with the first call that needs them.
  Result<> trust(const Url& url) {
    if (!url.tls() || options.tls) return {};
    Result<Tls> standard = Tls::client();
    if (!standard) return pass(standard);
    options.tls = std::move(*standard);
    return {};
  }

  // The one used last, which is the least likely to be closed by the server.
  std::unique_ptr<Link> take(const std::string& to) {
    for (auto at = kept.rbegin(); at != kept.rend(); ++at) {
      if (at->to != to) continue;
      std::unique_ptr<Link> link = std::move(at->link);
      kept.erase(std::next(at).base());
      if (!link->stream->peer_gone()) return link;
      return take(to);
    }
    return nullptr;
  }

  void keep(std::string to, std::unique_ptr<Link> link) {
    if (options.idle_connections == 0) return;
    if (kept.size() >= options.idle_connections) kept.pop_front();
    link->inbound.shrink();
    std::int64_t until_ms = Loop::now_ms() + options.idle_timeout_ms;
    kept.push_back({std::move(to), std::move(link), until_ms});
    if (!reaper) reaper.emplace(Loop::current(), *this);
    reaper->expect(until_ms);
  }
};

namespace {

Task<Result<Response>> send_on(std::shared_ptr<Client::Impl> impl, ClientRequest request, BodySink sink) {
  Call call{impl->options, request, sink};
  std::string to = (request.url.tls() ? "tls " : "plain ") + request.url.authority();
  std::unique_ptr<Link> link = impl->take(to);
  while (true) {
    bool kept = link != nullptr;
    if (!link) {
      Result<> trusted = impl->trust(request.url);
      if (!trusted) co_return pass(trusted);
      auto stream = co_await dial(request.url, impl->options);
      if (!stream) co_return std::unexpected(explained(std::move(stream.error()), request));
      link = std::make_unique<Link>(std::move(*stream), impl->options.header_bytes);
    }
    bool heard = false;
    Result<Response> response = fail("Cancelled", "The call was cancelled.");
    {
      CloseOnCancel watch(request.cancel, *link->stream);
      response = co_await exchange(*link, call, heard);
    }
    if (!response) {
      bool dead =
          kept && !heard && response.error().code == "ConnectionClosed" && !request.cancel.requested();
      link.reset();
      if (dead && call.repeatable()) continue;
      co_return std::unexpected(explained(std::move(response.error()), request));
    }
    bool reusable = link->parser->keep_alive() && link->inbound.empty() && response->status != 101;
    if (reusable) impl->keep(std::move(to), std::move(link));
    co_return response;
  }
}

}  // namespace

Client::Client(ClientOptions options) : impl_(std::make_shared<Impl>()) {
  impl_->options = std::move(options);
  if (!impl_->options.dialer) impl_->options.dialer = tcp_dialer();
}

Client::~Client() = default;

Task<Result<Response>> Client::send(ClientRequest request) {
  return send_on(impl_, std::move(request), {});
}
Task<Result<Response>> Client::send(ClientRequest request, BodySink sink) {
  return send_on(impl_, std::move(request), std::move(sink));
}

}  // namespace slipway::http
