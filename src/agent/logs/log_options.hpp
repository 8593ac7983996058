#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::agent {

// Options of Docker's awslogs driver ("Amazon CloudWatch Logs logging driver").
struct AwslogsOptions {
  std::string region;  // empty: the node's
  std::string group, stream;
  bool create_group = false;
  // Whether a line begins an event; none: every line does. Of awslogs-multiline-pattern or
  // awslogs-datetime-format.
  std::function<bool(std::string_view line)> starts_event;
};

// "InvalidParameterException" with Docker's words for a missing group, a bad pattern, or both patterns.
Result<AwslogsOptions> parse_awslogs(const std::map<std::string, std::string>& options,
                                     std::string_view default_stream);

// strftime's format as a regular expression, as the driver translates it.
std::string datetime_pattern(std::string_view format);

}  // namespace slipway::agent
