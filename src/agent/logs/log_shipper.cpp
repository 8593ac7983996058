#include "agent/logs/log_shipper.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <tuple>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

// A single coroutine per container reads and ships in turn. While a call is under way lines gather in the
// spool, so a slow service makes batches larger, not memory.
namespace slipway::agent {

namespace {

constexpr int open_tries = 20;  // about eight minutes
constexpr std::size_t read_bytes = 512 * 1024;
constexpr std::int64_t pace_ms = 200;          // between calls, unless a batch is full or all is over
constexpr std::int64_t open_group_ms = 1'000;  // an event of several lines waits so long for its next line
constexpr std::int64_t event_overhead_bytes = 26;  // as PutLogEvents counts
constexpr std::int64_t oldest_ms = 13ll * 24 * 3'600'000;
constexpr std::int64_t batch_span_ms = 24 * 3'600'000;
constexpr std::string_view mark_prefix =
    "slipway-mark ";  // our log service keeps sequence tokens that begin so

wire::Value names(const AwslogsOptions& options) {
  return wire::Value::object({{"logGroupName", options.group}, {"logStreamName", options.stream}});
}

http::Task<Result<>> create(ApiClient& api, AwslogsOptions options, std::string_view operation,
                            http::Cancel cancel) {
  wire::Value input = wire::Value::object({{"logGroupName", options.group}});
  if (operation == "CreateLogStream") input.set("logStreamName", options.stream);
  Result<wire::Value> made = co_await api.call(logs_service, operation, std::move(input),
                                               {.region = options.region, .cancel = cancel});
  if (made || made.error().code == "ResourceAlreadyExistsException") co_return Result<>{};
  co_return pass(made);
}

std::string first_line_of_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool replace_file(const std::string& path, const std::string& text) {
  std::string aside = path + ".new";
  std::ofstream file(aside, std::ios::trunc);
  file << text;
  file.close();
  if (!file.fail() && std::rename(aside.c_str(), path.c_str()) == 0) return true;
  std::remove(aside.c_str());
  return false;
}

LogPosition furthest(LogPosition a, const LogPosition& b) {
  for (std::size_t which : {0, 1}) a.streams[which] = std::max(a.streams[which], b.streams[which]);
  return a;
}

}  // namespace

http::Task<Result<>> create_log_stream(ApiClient& api, AwslogsOptions options, http::Cancel cancel) {
  Result<> made = co_await create(api, options, "CreateLogStream", cancel);
  if (made) co_return made;
  if (made.error().code == "ResourceNotFoundException" && options.create_group) {
    Result<> group = co_await create(api, options, "CreateLogGroup", cancel);
    if (!group)
      co_return fail(group.error().code, "failed to create Cloudwatch log group: " + group.error().code +
                                             ": " + group.error().message);
    made = co_await create(api, options, "CreateLogStream", cancel);
    if (made) co_return made;
  }
  co_return fail(made.error().code,
                 "failed to create Cloudwatch log stream: " + made.error().code + ": " + made.error().message,
                 made.error().http_status);
}

LogShipper::LogShipper(LogShipperContext context, AwslogsOptions options, std::string container_id,
                       std::string position_file, bool begun)
    : context_(context),
      options_(std::move(options)),
      container_id_(std::move(container_id)),
      position_file_(std::move(position_file)),
      begun_(begun) {}

void LogShipper::exited() {
  exited_ = true;
  wake_.request();
}

void LogShipper::stop() {
  stopping_.request();
  wake_.request();
}

http::Task<bool> LogShipper::shipped(std::int64_t timeout_ms) {
  if (!done_) co_await finished_.wait(timeout_ms);
  co_return done_;
}

http::Task<void> LogShipper::run() {
  bool more = false;
  // It may be descriptors or memory that are short: they come back.
  for (int tries = 0; !more && tries < open_tries && !stopping_.requested(); ++tries) {
    more = co_await open();
    if (!more) co_await context_.loop.sleep(backoff_.next_ms(context_.random), stopping_);
  }
  backoff_.reset();
  while (more && !stopping_.requested()) {
    bool exited = exited_;  // asked before reading: what is read afterwards is then all
    Got got = co_await read();
    if (!lines_->events().empty()) {
      co_await ship();
    } else if (got == Got::error) {
      // The host may have too little of something: what it cannot give now is no end of the output.
      co_await context_.loop.sleep(backoff_.next_ms(context_.random), stopping_);
    } else if (got == Got::nothing && exited) {
      lines_->flush_all();
      while (!lines_->events().empty() && !stopping_.requested()) co_await ship();
      break;
    } else if (got == Got::nothing) {
      co_await wait_for_more();
    }
  }
  done_ = !stopping_.requested();
  finished_.set();
}

http::Task<bool> LogShipper::open() {
  std::string path = position_file_;
  std::string text =
      co_await http::run_blocking(context_.workers, [path] { return first_line_of_file(path); });
  if (Result<LogPosition> position = LogPosition::parse(text)) position_ = *position;
  if (begun_) co_await go_on_where_the_stream_is();
  lines_ = std::make_unique<LogLines>(position_, options_.starts_event);
  runtime::Host& host = context_.host;
  std::string id = container_id_;
  std::uint64_t offset = position_.offset();
  while (!stopping_.requested()) {
    Result<std::unique_ptr<runtime::OutputReader>> reader = co_await http::run_blocking(
        context_.workers, [&host, id, offset] { return host.output(id, offset); });
    if (reader) {
      reader_ = std::move(*reader);
      backoff_.reset();
      co_return true;
    }
    log::warn("cannot read a container's output",
              {{"container", container_id_}, {"error", reader.error().message}});
    if (reader.error().code == "ResourceNotFoundException") break;
    co_await context_.loop.sleep(backoff_.next_ms(context_.random), stopping_);
  }
  co_return false;
}

// Asked until it answers: without it the last batch might come twice.
http::Task<void> LogShipper::go_on_where_the_stream_is() {
  while (!stopping_.requested()) {
    Result<std::optional<LogPosition>> told = co_await told_by_the_stream();
    if (told && *told) position_ = furthest(position_, **told);
    if (told || !may_succeed_later(told.error())) break;
    co_await context_.loop.sleep(backoff_.next_ms(context_.random), stopping_);
  }
  backoff_.reset();
}

http::Task<LogShipper::Got> LogShipper::read() {
  // Enough for a full batch; the rest waits in the spool.
  if (lines_->events().size() >= limits::shipped_batch_events) co_return Got::some;
  runtime::OutputReader* reader = reader_.get();
  Result<runtime::OutputChunk> chunk =
      co_await http::run_blocking(context_.workers, [reader] { return reader->read(read_bytes); });
  if (!chunk) {
    if (!std::exchange(unread_, true))
      log::warn("cannot read a container's output",
                {{"container", container_id_}, {"error", chunk.error().message}});
    co_return Got::error;
  }
  unread_ = false;
  if (chunk->dropped_bytes > 0)
    log::warn("output was lost: the log service was away for longer than the spool holds",
              {{"container", container_id_}, {"bytes", chunk->dropped_bytes}});
  for (const runtime::OutputRecord& record : chunk->records) lines_->feed(record);
  co_return chunk->records.empty() ? Got::nothing : Got::some;
}

http::Task<void> LogShipper::wait_for_more() {
  std::int64_t timeout_ms = lines_->group_open() ? open_group_ms : 10'000;
  bool more = co_await context_.loop.readable(reader_->watch_fd(), timeout_ms, wake_);
  if (!more && lines_->group_open()) lines_->flush_lines();
}

std::vector<LogEvent> LogShipper::next_batch() {
  std::deque<LogEvent>& events = lines_->events();
  std::vector<LogEvent> batch;
  std::int64_t bytes = 0;
  Instant first = events.front().time, last = first;
  while (!events.empty() && batch.size() < limits::shipped_batch_events) {
    const LogEvent& next = events.front();
    bytes += static_cast<std::int64_t>(next.message.size()) + event_overhead_bytes;
    first = std::min(first, next.time), last = std::max(last, next.time);
    if (!batch.empty() &&
        (bytes > static_cast<std::int64_t>(limits::shipped_batch_bytes) || last - first > batch_span_ms))
      break;
    batch.push_back(std::move(events.front()));
    events.pop_front();
  }
  return batch;
}

http::Task<void> LogShipper::ship() {
  std::int64_t wait_ms = last_put_ms_ + pace_ms - http::Loop::now_ms();
  if (wait_ms > 0 && lines_->events().size() < limits::shipped_batch_events / 4 && !exited_) {
    co_await context_.loop.sleep(wait_ms, wake_);
    co_await read();
  }
  std::vector<LogEvent> batch = next_batch();
  const LogPosition after = behind(batch);
  for (;;) {
    last_put_ms_ = http::Loop::now_ms();
    Result<> put_done = co_await put(batch, after);
    if (put_done) break;
    const Error& error = put_done.error();
    bool refused = error.code == "InvalidParameterException" || error.code == "SerializationException";
    log::warn(refused ? "log events were refused" : "cannot write log events",
              {{"container", container_id_}, {"error", error.code}, {"message", error.message}});
    if (refused) break;
    if (error.code == "ResourceNotFoundException") {
      Result<> made = co_await create_log_stream(context_.api, options_, stopping_);
      if (made) continue;
    }
    if (!co_await context_.loop.sleep(backoff_.next_ms(context_.random), stopping_)) co_return;
    // The answer may have been lost, and not the call.
    Result<std::optional<LogPosition>> told = co_await told_by_the_stream();
    if (told && *told && **told == after) break;
  }
  backoff_.reset();
  co_await commit(after);
}

http::Task<Result<>> LogShipper::put(std::vector<LogEvent> batch, LogPosition after) {
  // Of a machine whose clock was wrong when they were said: the service takes none from before two weeks ago
  // or from the time to come.
  const Instant now = context_.api.clock().now();
  for (LogEvent& event : batch)
    if (event.time > now || now - event.time > oldest_ms) event.time = now;
  // PutLogEvents wants them by time; those of one stream keep their order.
  std::ranges::sort(batch, {},
                    [](const LogEvent& event) { return std::tuple(event.time, event.stream, event.end); });
  wire::Value events = wire::Value::list();
  events.reserve(batch.size());
  for (LogEvent& event : batch)
    events.push_back(wire::Value::object({{"timestamp", event.time.ms}, {"message", event.message}}));
  wire::Value input = names(options_);
  input.set("logEvents", std::move(events));
  input.set("sequenceToken", std::string(mark_prefix) + container_id_ + " " + after.text());
  Result<wire::Value> answer = co_await context_.api.call(logs_service, "PutLogEvents", std::move(input),
                                                          {.region = options_.region, .cancel = stopping_});
  if (!answer && answer.error().code != "DataAlreadyAcceptedException") co_return pass(answer);
  co_return Result<>{};
}

// The mark of the batch that the stream took last, if it was this container's.
http::Task<Result<std::optional<LogPosition>>> LogShipper::told_by_the_stream() {
  wire::Value input = wire::Value::object(
      {{"logGroupName", options_.group}, {"logStreamNamePrefix", options_.stream}, {"limit", 1}});
  Result<wire::Value> answer = co_await context_.api.call(
      logs_service, "DescribeLogStreams", std::move(input), {.region = options_.region, .cancel = stopping_});
  if (!answer) co_return pass(answer);
  if (answer->get("logStreams").empty()) co_return std::nullopt;
  const wire::Value& stream = answer->get("logStreams").at(0);
  std::string_view token = stream.get("uploadSequenceToken").string();
  const std::string ours = std::string(mark_prefix) + container_id_ + " ";
  if (stream.get("logStreamName").string() != options_.stream || !token.starts_with(ours))
    co_return std::nullopt;
  Result<LogPosition> position = LogPosition::parse(token.substr(ours.size()));
  co_return position ? std::optional(*position) : std::nullopt;
}

// Where the next life goes on once the batch is with the service.
LogPosition LogShipper::behind(const std::vector<LogEvent>& batch) const {
  LogPosition position = position_;
  for (const LogEvent& event : batch)
    position.streams[event.stream] = std::max(position.streams[event.stream], event.end);
  // A stream with nothing on its way has nothing before the other's place either; else a silent stderr would
  // make the next life read from the beginning.
  for (std::size_t which : {0, 1}) {
    bool waits = lines_->pending(which) ||
                 std::ranges::any_of(lines_->events(),
                                     [which](const LogEvent& event) { return event.stream == which; });
    if (!waits) position.streams[which] = std::max(position.streams[which], position.streams[1 - which]);
  }
  return position;
}

http::Task<void> LogShipper::commit(LogPosition position) {
  position_ = position;
  std::string path = position_file_, text = position_.text();
  bool written =
      co_await http::run_blocking(context_.workers, [path, text] { return replace_file(path, text); });
  if (!written) log::warn("cannot keep a log position", {{"file", path}});
}

}  // namespace slipway::agent
