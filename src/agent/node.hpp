#pragma once

#include <deque>
#include <string>
#include <utility>

#include "agent/agent.hpp"
#include "agent/api/api_client.hpp"
#include "agent/image_source.hpp"
#include "agent/metadata/endpoint.hpp"
#include "agent/metadata/stats_book.hpp"
#include "http/completion.hpp"

namespace slipway::agent {

// So many at a time, first come first served. Used on one loop.
class Gate {
 public:
  explicit Gate(std::size_t width) : free_(width) {}

  class Pass {
   public:
    explicit Pass(Gate* gate) : gate_(gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  http::Task<Pass> enter() {
    if (free_ > 0) {
      --free_;
    } else {
      http::Completion<> turn;
      waiting_.push_back(turn);
      co_await turn.wait();
    }
    co_return Pass(this);
  }

 private:
  void leave() {
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    http::Completion<> next = waiting_.front();
    waiting_.pop_front();
    next.complete({});
  }

  std::size_t free_;
  std::deque<http::Completion<>> waiting_;
};

class Routers;
class SecurityGroups;
class TaskFiles;

// What every part of a running agent shares. Made by Agent, outlives all of them.
struct Node {
  http::Loop& loop;
  http::WorkerPool& workers;
  runtime::Host& host;
  ImageSource& images;
  Clock& clock;
  Random& random;
  const AgentOptions& options;
  ApiClient& api;
  StatsBook& book;
  MetadataEndpoint& metadata;
  Routers& routers;
  SecurityGroups& groups;
  TaskFiles& files;
  Gate& reports;  // limits::agent_reports_at_a_time
  Gate& starts;   // limits::agent_starts_at_a_time
};

}  // namespace slipway::agent
