#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "services/logs/filter_pattern.hpp"
#include "store/log_store.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

// StartLiveTail: new events of some groups, pushed once a second (CloudWatch Logs API reference,
// StartLiveTail). Independent of HTTP: the daemon asks a session for bytes and writes them to the response.
namespace slipway::services::logs {

// True for the operations that answer with an event stream: the step's plan goes to LiveTailHub::open().
bool is_streaming(const wire::Operation& operation);

class LiveTailSession;

// Between the calls that put events and the sessions that watch. Thread-safe. One for a server.
class LiveTailHub {
 public:
  // After the events are durable. Never blocks on a reader: a slow one loses its oldest updates.
  void publish(std::string_view group_arn, std::string_view stream_name,
               std::span<const store::LogEvent> events);

  // `plan` is what the step of StartLiveTail answered. LimitExceededException where the account, or the
  // server, has too many sessions (limits::live_tail_*).
  Result<std::unique_ptr<LiveTailSession>> open(const wire::Value& plan, std::string_view request_id,
                                                Instant now);

 private:
  friend class LiveTailSession;
  struct Subscriber;
  void close(const Subscriber* subscriber);

  std::mutex mutex_;
  std::vector<std::shared_ptr<Subscriber>> subscribers_;
};

// One response. Closed by its destructor; must not outlive the hub.
class LiveTailSession {
 public:
  ~LiveTailSession();
  LiveTailSession(const LiveTailSession&) = delete;
  LiveTailSession& operator=(const LiveTailSession&) = delete;

  // Event-stream messages that are due (wire/event_stream.hpp), "" when none are: at first the initial
  // response and sessionStart, then a sessionUpdate for each second that has passed, after three hours
  // SessionTimeoutException. To be called a few times a second.
  std::string take(Instant now);
  // Whether the response ends, once what take() gave is written.
  bool over() const { return over_; }

 private:
  friend class LiveTailHub;
  LiveTailSession(LiveTailHub& hub, std::shared_ptr<LiveTailHub::Subscriber> subscriber, std::string greeting,
                  Instant ends);

  LiveTailHub& hub_;
  std::shared_ptr<LiveTailHub::Subscriber> subscriber_;
  std::string greeting_;
  Instant ends_;
  bool over_ = false;
};

}  // namespace slipway::services::logs
