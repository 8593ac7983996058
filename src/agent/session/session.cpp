#include "agent/session/session.hpp"

#include <array>
#include <utility>

#include "agent/api/background.hpp"
#include "auth/sign.hpp"
#include "auth/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/log.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

// Times of amazon-ecs-agent 1.105: a silent connection is dropped after 60-120 s, any after 30-35 min. Pongs
// do not count: only frames prove that somebody serves us.
constexpr std::int64_t silence_ms = 60'000, silence_spread_ms = 60'000;
constexpr std::int64_t age_ms = 30 * 60'000, age_spread_ms = 5 * 60'000;
constexpr std::int64_t watch_ms = 5'000;
constexpr std::int64_t settled_ms = 60'000;  // connected so long: the next failure starts from the first wait

std::string encoded(const QueryParameters& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (!query.empty()) query += '&';
    query += percent_encode(name) + "=" + percent_encode(value);
  }
  return query;
}

http::Headers signed_headers(const http::Url& url, const ApiOptions& options, Instant now) {
  std::string host = url.authority();
  std::array<auth::Header, 1> headers{{{"Host", host}}};
  auto added = auth::sign_request(options.credentials(),
                                  {.method = "GET", .path = url.path, .query = url.query, .headers = headers},
                                  {.region = options.region, .service = "ecs"}, now);
  http::Headers out;
  out.add("Host", host);
  for (const auto& [name, value] : added) out.add(name, value);
  out.add("User-Agent", options.user_agent);
  return out;
}

Error refusal(const http::Response& response) {
  Error error{"HandshakeRefused", "status " + std::to_string(response.status), response.status};
  Result<wire::Value> body = wire::parse_json(response.body);
  if (!body) return error;
  if (const wire::Value* inactive = body->find("InactiveInstanceException"))
    return {"InactiveInstanceException", std::string(inactive->string()), response.status};
  if (const wire::Value& type = body->get("type"))
    return {std::string(type.string()), std::string(body->get("message", "message").string()),
            response.status};
  if (const wire::Value& type = body->get("__type")) error.code = std::string(type.string());
  return error;
}

// Codes with which a server asks us to come back: a restart, an end of the connection's time.
bool comes_back_at_once(std::uint16_t code) {
  return code == 1000 || code == 1001 || code == 1005 || code == 1011;
}

}  // namespace

Session::Session(http::Loop& loop, ApiClient& api, Random& random, SessionOptions options)
    : loop_(loop), api_(api), random_(random), options_(std::move(options)) {}

http::Task<void> Session::run() {
  while (!stopping_.requested()) {
    std::int64_t wait_ms = 0;
    Result<std::shared_ptr<http::WebSocket>> socket = co_await connect();
    if (socket) {
      std::int64_t since_ms = http::Loop::now_ms();
      bool at_once = co_await serve(std::move(*socket));
      std::int64_t lived_ms = http::Loop::now_ms() - since_ms;
      if (lived_ms >= settled_ms) options_.backoff.reset();
      if (!at_once || lived_ms < 1'000) wait_ms = options_.backoff.next_ms(random_);
    } else if (!stopping_.requested()) {
      wait_ms = options_.backoff.next_ms(random_);
      if (socket.error().code == "InactiveInstanceException") wait_ms = options_.inactive_wait_ms;
      log::warn("cannot connect", {{"session", options_.name},
                                   {"error", socket.error().code},
                                   {"message", socket.error().message},
                                   {"retry_in_ms", wait_ms}});
    }
    if (wait_ms > 0 && !co_await loop_.sleep(wait_ms, stopping_)) break;
  }
}

http::Task<Result<std::shared_ptr<http::WebSocket>>> Session::connect() {
  Result<std::string> endpoint = co_await options_.endpoint();
  if (!endpoint) co_return pass(endpoint);
  Result<http::Url> url = http::parse_url(*endpoint);
  if (!url) co_return pass(url);
  url_ = std::move(*url);
  url_.path += url_.path.ends_with('/') ? "ws" : "/ws";
  url_.query = encoded(options_.query());
  http::Headers headers = signed_headers(url_, api_.options(), api_.clock().now());
  http::ClientOptions client = api_.client_options();
  Result<http::WebSocketAnswer> answer =
      co_await http::connect_websocket(url_, std::move(headers), std::move(client), {}, stopping_);
  if (!answer) co_return pass(answer);
  if (!answer->socket) co_return std::unexpected(refusal(answer->response));
  co_return std::make_shared<http::WebSocket>(std::move(*answer->socket));
}

// Whether to come back at once.
http::Task<bool> Session::serve(std::shared_ptr<http::WebSocket> socket) {
  socket_ = socket;
  last_frame_ms_ = http::Loop::now_ms();
  log::info("connected", {{"session", options_.name}});
  if (options_.on_connected) options_.on_connected();
  http::Cancel over = http::Cancel::make();
  Background watching(loop_);
  watching.start(watch(socket, over));
  while (!stopping_.requested()) {
    Result<std::optional<std::string>> frame = co_await socket->receive();
    if (!frame || !*frame) break;
    last_frame_ms_ = http::Loop::now_ms();
    co_await options_.on_frame(std::move(**frame));
  }
  socket_ = nullptr;
  over.request();
  co_await watching.join();
  log::info("disconnected", {{"session", options_.name}, {"code", socket->close_code()}});
  if (options_.on_closed) options_.on_closed();
  co_return comes_back_at_once(socket->close_code());
}

http::Task<void> Session::watch(std::shared_ptr<http::WebSocket> socket, http::Cancel over) {
  std::int64_t since_ms = http::Loop::now_ms();
  std::int64_t most_silent_ms = silence_ms + static_cast<std::int64_t>(random_.below(silence_spread_ms));
  std::int64_t oldest_ms = age_ms + static_cast<std::int64_t>(random_.below(age_spread_ms));
  while (co_await loop_.sleep(watch_ms, over)) {
    std::int64_t now_ms = http::Loop::now_ms();
    if (now_ms - last_frame_ms_ > most_silent_ms) {
      log::warn("the server is silent", {{"session", options_.name}, {"ms", now_ms - last_frame_ms_}});
      socket->abort();
      co_return;
    }
    if (now_ms - since_ms > oldest_ms) {
      co_await socket->close(1000, "ConnectionExpired: Reconnect to continue");
      co_return;
    }
  }
}

void Session::stop() {
  stopping_.request();
  if (socket_) socket_->abort();
}

http::Task<Result<>> Session::send(std::string frame) {
  std::shared_ptr<http::WebSocket> socket = socket_;
  if (!socket) co_return fail("ConnectionClosed", options_.name + " is not connected", 0);
  co_return co_await socket->send_text(std::move(frame));
}

}  // namespace slipway::agent
