#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/api/api_client.hpp"
#include "agent/api/backoff.hpp"
#include "agent/logs/log_lines.hpp"
#include "agent/logs/log_options.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/completion.hpp"
#include "http/loop.hpp"
#include "http/workers.hpp"
#include "runtime/host.hpp"

namespace slipway::agent {

// Makes the stream, and its group where asked. The error's message is what follows dockerd's "failed to
// initialize logging driver: ".
http::Task<Result<>> create_log_stream(ApiClient& api, AwslogsOptions options, http::Cancel cancel);

struct LogShipperContext {
  http::Loop& loop;
  http::WorkerPool& workers;
  runtime::Host& host;
  ApiClient& api;
  Random& random;
};

// Takes one container's output to CloudWatch Logs, live. How far it came is on disk after each
// acknowledgement, so that another life goes on there: no line is lost. That a batch arrived whose
// acknowledgement did not is told by the stream itself: each batch carries the place behind it as its
// sequence token, which our log service keeps. Where another one does not, the lines of the last batch may
// come twice.
class LogShipper {
 public:
  // `begun`: an earlier life may have shipped some of it.
  LogShipper(LogShipperContext context, AwslogsOptions options, std::string container_id,
             std::string position_file, bool begun);

  // Once. Until everything is shipped after exited(), or until stop().
  http::Task<void> run();
  // The container has exited: what the spool holds is all.
  void exited();
  void stop();
  // True when everything is shipped, waiting at most so long. May be called again.
  http::Task<bool> shipped(std::int64_t timeout_ms);
  bool done() const { return done_; }

 private:
  http::Task<bool> open();
  enum class Got { nothing, some, error };
  http::Task<Got> read();
  http::Task<void> wait_for_more();
  http::Task<void> ship();
  http::Task<Result<>> put(std::vector<LogEvent> batch, LogPosition behind);
  std::vector<LogEvent> next_batch();
  LogPosition behind(const std::vector<LogEvent>& batch) const;
  http::Task<Result<std::optional<LogPosition>>> told_by_the_stream();
  http::Task<void> go_on_where_the_stream_is();
  http::Task<void> commit(LogPosition position);

  LogShipperContext context_;
  AwslogsOptions options_;
  std::string container_id_, position_file_;
  const bool begun_;
  std::unique_ptr<runtime::OutputReader> reader_;
  LogPosition position_;
  std::unique_ptr<LogLines> lines_;
  Backoff backoff_{500, 2, 30'000};
  bool unread_ = false;                       // reading fails: there may be more
  http::Cancel wake_ = http::Cancel::make();  // exited or stopped: nothing to wait for any more
  http::Cancel stopping_ = http::Cancel::make();
  bool exited_ = false, done_ = false;
  std::int64_t last_put_ms_ = 0;
  http::Signal finished_;
};

}  // namespace slipway::agent
