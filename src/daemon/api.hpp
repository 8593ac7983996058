#pragma once

#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "daemon/turn_loop.hpp"
#include "http/server.hpp"
#include "http/workers.hpp"
#include "services/common/dispatch.hpp"
#include "services/logs/live_tail.hpp"
#include "store/log_store.hpp"

namespace slipway::daemon {

// Carries an API call over the turn: reads it on the connection's loop, steps it in the turn, does bulk work
// on a worker, answers on the loop.
class Api {
 public:
  Api(const services::Dispatcher& dispatcher, TurnLoop& turn, store::LogStore& logs,
      services::logs::LiveTailHub& live_tail, http::WorkerPool& workers, Clock& clock);

  http::Task<void> serve(http::Exchange& exchange);

 private:
  http::Task<void> tail(http::Exchange& exchange, std::string request_id, wire::HttpResponseParts head,
                        wire::Value plan);

  const services::Dispatcher& dispatcher_;
  TurnLoop& turn_;
  store::LogStore& logs_;
  services::logs::LiveTailHub& live_tail_;
  http::WorkerPool& workers_;
  Clock& clock_;
};

// Every table that this build serves: routing, and the page that says what is implemented.
std::span<const services::ServiceTable> service_tables();

}  // namespace slipway::daemon
