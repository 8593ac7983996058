#include "services/logs/live_tail.hpp"

#include <algorithm>

#include "base/arn.hpp"
#include "base/limits.hpp"
#include "wire/event_stream.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

namespace gen = wire::logs;
using Texts = std::vector<std::string>;

const wire::Operation& operation() {
  return gen::operations::StartLiveTail;
}

Texts texts(const wire::Value& list) {
  Texts out;
  for (const wire::Value& item : list.items()) out.emplace_back(item.string());
  return out;
}

// One second's events. Of more than fit, each has the same chance to be among those that stay (reservoir
// sampling, Vitter's algorithm R).
struct Update {
  struct Event {
    std::string group_arn;
    std::string stream;
    store::LogEvent event;
  };
  std::vector<Event> events;
  std::size_t matched = 0;
  std::size_t bytes = 0;
  bool sampled = false;

  void add(Event event, std::uint64_t random) {
    ++matched;
    std::size_t place = events.size();
    if (place == limits::live_tail_update_events) {
      sampled = true;
      place = random % matched;
      if (place >= events.size()) return;
    }
    const std::size_t freed = place < events.size() ? events[place].event.message.size() : 0;
    if (bytes - freed + event.event.message.size() > limits::live_tail_update_bytes) {
      sampled = true;
      return;
    }
    bytes += event.event.message.size() - freed;
    if (place == events.size())
      events.push_back(std::move(event));
    else
      events[place] = std::move(event);
  }

  std::string message() && {
    std::ranges::sort(events, {}, [](const Event& event) { return event.event.sequence; });
    gen::LiveTailSessionUpdate update;
    update.set_session_metadata(gen::LiveTailSessionMetadata().set_sampled(sampled)).set_session_results({});
    for (Event& event : events) {
      gen::LiveTailSessionLogEvent out;
      out.set_log_stream_name(event.stream)
          .set_log_group_identifier(event.group_arn)
          .set_message(event.event.message)
          .set_timestamp(event.event.timestamp.ms)
          .set_ingestion_time(event.event.ingested.ms);
      update.add_session_results(std::move(out));
    }
    return wire::write_event(gen::service, operation(),
                             wire::Value::object({{"sessionUpdate", std::move(update).raw()}}));
  }
};

}  // namespace

// A session as the hub sees it. `mutex` guards what follows it; the rest does not change.
struct LiveTailHub::Subscriber {
  std::string account;
  Texts groups, streams, prefixes;
  FilterPattern pattern;

  std::mutex mutex;
  Update current;
  Instant current_ends;
  std::deque<Update> due;
  std::uint64_t random = 0x9e3779b97f4a7c15;

  bool watches(std::string_view group_arn, std::string_view stream) const {
    if (std::ranges::find(groups, group_arn) == groups.end()) return false;
    if (!streams.empty()) return std::ranges::find(streams, stream) != streams.end();
    return prefixes.empty() || std::ranges::any_of(prefixes, [&](const std::string& prefix) {
             return stream.starts_with(prefix);
           });
  }

  void add(std::string_view group_arn, std::string_view stream, const store::LogEvent& event) {
    std::lock_guard lock(mutex);
    close_seconds(event.ingested);
    random = random * 6364136223846793005ull + 1442695040888963407ull;  // any will do: nothing is secret here
    current.add({std::string(group_arn), std::string(stream), event}, random >> 33);
  }

  // Ends the seconds that are over at `now`. A reader that does not come loses the oldest.
  void close_seconds(Instant now) {
    const std::int64_t kept_ms = std::int64_t(limits::live_tail_updates_queued) * limits::live_tail_update_ms;
    while (now >= current_ends) {
      due.push_back(std::exchange(current, {}));
      if (due.size() > limits::live_tail_updates_queued) due.pop_front();
      current_ends = std::max(current_ends + limits::live_tail_update_ms, now - kept_ms);
    }
  }
};

void LiveTailHub::publish(std::string_view group_arn, std::string_view stream_name,
                          std::span<const store::LogEvent> events) {
  std::vector<std::shared_ptr<Subscriber>> watching;
  {
    std::lock_guard lock(mutex_);
    for (const auto& subscriber : subscribers_)
      if (subscriber->watches(group_arn, stream_name)) watching.push_back(subscriber);
  }
  for (const auto& subscriber : watching)
    for (const store::LogEvent& event : events)
      if (subscriber->pattern.matches(event.message)) subscriber->add(group_arn, stream_name, event);
}

Result<std::unique_ptr<LiveTailSession>> LiveTailHub::open(const wire::Value& plan,
                                                           std::string_view request_id, Instant now) {
  const gen::StartLiveTailRequest request(plan.get("request"));
  auto pattern = FilterPattern::parse(request.log_event_filter_pattern());
  if (!pattern) return pass(pattern);
  auto subscriber = std::make_shared<Subscriber>();
  subscriber->account = plan.get("account").string();
  subscriber->groups = texts(plan.get("groups"));
  subscriber->streams = texts(request.log_stream_names().raw());
  subscriber->prefixes = texts(request.log_stream_name_prefixes().raw());
  subscriber->pattern = std::move(*pattern);
  subscriber->current_ends = now + limits::live_tail_update_ms;
  {
    std::lock_guard lock(mutex_);
    const auto of_account =
        std::ranges::count(subscribers_, subscriber->account,
                           [](const auto& other) -> const std::string& { return other->account; });
    if (subscribers_.size() >= limits::live_tail_sessions ||
        std::size_t(of_account) >= limits::live_tail_sessions_per_account)
      return fail("LimitExceededException", "Resource limit exceeded.");
    subscribers_.push_back(subscriber);
  }

  gen::LiveTailSessionStart start;
  start.set_request_id(request_id)
      .set_session_id(plan.get("sessionId").string())
      .set_log_group_identifiers(request.log_group_identifiers())
      .set_log_stream_names(request.log_stream_names())
      .set_log_stream_name_prefixes(request.log_stream_name_prefixes())
      .set_log_event_filter_pattern(request.log_event_filter_pattern());
  std::string greeting = wire::write_initial_response(gen::service, operation(), wire::Value::object());
  greeting += wire::write_event(gen::service, operation(),
                                wire::Value::object({{"sessionStart", std::move(start).raw()}}));
  return std::unique_ptr<LiveTailSession>(new LiveTailSession(
      *this, std::move(subscriber), std::move(greeting), now + limits::live_tail_session_ms));
}

void LiveTailHub::close(const Subscriber* subscriber) {
  std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [&](const auto& other) { return other.get() == subscriber; });
}

LiveTailSession::LiveTailSession(LiveTailHub& hub, std::shared_ptr<LiveTailHub::Subscriber> subscriber,
                                 std::string greeting, Instant ends)
    : hub_(hub), subscriber_(std::move(subscriber)), greeting_(std::move(greeting)), ends_(ends) {}

LiveTailSession::~LiveTailSession() {
  hub_.close(subscriber_.get());
}

std::string LiveTailSession::take(Instant now) {
  if (over_) return {};
  std::string out = std::exchange(greeting_, {});
  std::deque<Update> due;
  {
    std::lock_guard lock(subscriber_->mutex);
    subscriber_->close_seconds(now);
    due.swap(subscriber_->due);
  }
  for (Update& update : due) out += std::move(update).message();
  if (now >= ends_) {
    over_ = true;
    out += wire::write_event(
        gen::service, operation(),
        wire::Value::object(
            {{"SessionTimeoutException",
              wire::Value::object({{"message", "The Live Tail session has been open for three hours."}})}}));
  }
  return out;
}

}  // namespace slipway::services::logs
