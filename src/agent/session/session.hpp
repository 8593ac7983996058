#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/api/api_client.hpp"
#include "agent/api/backoff.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/loop.hpp"
#include "http/task.hpp"
#include "http/url.hpp"
#include "http/websocket.hpp"

namespace slipway::agent {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

struct SessionOptions {
  std::string name;  // for the log: "ACS"
  // Where to connect this time: DiscoverPollEndpoint's answer ("http://host:4566/acs").
  std::function<http::Task<Result<std::string>>()> endpoint;
  std::function<QueryParameters()> query;
  // One text frame; the next is read when it returns.
  std::function<http::Task<void>(std::string frame)> on_frame;
  std::function<void()> on_connected, on_closed;
  std::int64_t inactive_wait_ms = 60 * 60'000;  // after the server said InactiveInstanceException
  Backoff backoff;
};

// A WebSocket that is kept: connects to <endpoint>/ws with a signed handshake, comes back when it is closed
// or silent, renews itself every half hour, all in the stock agent's times. Used on one loop.
class Session {
 public:
  Session(http::Loop& loop, ApiClient& api, Random& random, SessionOptions options);

  // Until stop().
  http::Task<void> run();
  // Cuts the connection, without a Close frame as the stock agent does; run() returns soon.
  void stop();

  bool connected() const { return socket_ != nullptr; }
  // "ConnectionClosed" where there is none.
  http::Task<Result<>> send(std::string frame);
  // Of the connection at hand, query included: what a TCS frame's signature covers.
  const http::Url& url() const { return url_; }

 private:
  http::Task<Result<std::shared_ptr<http::WebSocket>>> connect();
  http::Task<bool> serve(std::shared_ptr<http::WebSocket> socket);
  http::Task<void> watch(std::shared_ptr<http::WebSocket> socket, http::Cancel over);

  http::Loop& loop_;
  ApiClient& api_;
  Random& random_;
  SessionOptions options_;
  http::Cancel stopping_ = http::Cancel::make();
  http::Url url_;
  std::shared_ptr<http::WebSocket> socket_;
  std::int64_t last_frame_ms_ = 0;
};

}  // namespace slipway::agent
