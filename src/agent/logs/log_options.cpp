#include "agent/logs/log_options.hpp"

#include <memory>
#include <regex>
#include <utility>

namespace slipway::agent {

namespace {

struct Directive {
  char letter;
  const char* pattern;
};

// The driver's documentation lists these directives.
constexpr Directive directives[] = {
    {'a', "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"},
    {'A', "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"},
    {'w', "[0-6]"},
    {'d', "(?:0[1-9]|[1-2][0-9]|3[0-1])"},
    {'b', "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"},
    {'B', "(?:January|February|March|April|May|June|July|August|September|October|November|December)"},
    {'m', "(?:0[1-9]|1[0-2])"},
    {'Y', "[0-9]{4}"},
    {'y', "[0-9]{2}"},
    {'H', "(?:[0-1][0-9]|2[0-3])"},
    {'I', "(?:0[0-9]|1[0-2])"},
    {'p', "[AP]M"},
    {'M', "[0-5][0-9]"},
    {'S', "[0-5][0-9]"},
    {'f', "[0-9]{6}"},
    {'L', "\\.[0-9]{3}"},
    {'z', "[+-][0-9]{4}"},
    {'Z', "[A-Z]{1,4}T"},
    {'j', "(?:0[0-9][1-9]|[1,2][0-9][0-9]|3[0-5][0-9]|36[0-6])"},
};

std::string option(const std::map<std::string, std::string>& options, const char* name) {
  auto at = options.find(name);
  return at == options.end() ? "" : at->second;
}

Result<std::function<bool(std::string_view)>> matcher(const std::string& pattern) {
  try {
    // Shared: a std::function is copied, a compiled expression should not be.
    auto compiled =
        std::make_shared<const std::regex>(pattern, std::regex::ECMAScript | std::regex::optimize);
    return [compiled](std::string_view line) {
      // libstdc++ matches by recursion: the start of a very long line must do.
      constexpr std::size_t searched_bytes = 4'096;
      line = line.substr(0, searched_bytes);
      return std::regex_search(line.begin(), line.end(), *compiled);
    };
  } catch (const std::regex_error&) {
    return fail("InvalidParameterException",
                "awslogs could not parse multiline pattern key \"" + pattern + "\"");
  }
}

}  // namespace

std::string datetime_pattern(std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size()) {
      ++i;
      for (const Directive& directive : directives)
        if (directive.letter == format[i]) out += directive.pattern;
      continue;
    }
    if (std::string_view(".^$|()[]{}*+?\\/").find(format[i]) != std::string_view::npos) out += '\\';
    out += format[i];
  }
  return out;
}

Result<AwslogsOptions> parse_awslogs(const std::map<std::string, std::string>& options,
                                     std::string_view default_stream) {
  AwslogsOptions out;
  out.region = option(options, "awslogs-region");
  out.group = option(options, "awslogs-group");
  out.stream = option(options, "awslogs-stream");
  if (out.stream.empty()) out.stream = default_stream;
  if (out.group.empty())
    return fail("InvalidParameterException", "must specify a value for log opt 'awslogs-group'");
  out.create_group = option(options, "awslogs-create-group") == "true";
  std::string pattern = option(options, "awslogs-multiline-pattern");
  std::string format = option(options, "awslogs-datetime-format");
  if (!pattern.empty() && !format.empty())
    return fail(
        "InvalidParameterException",
        "you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the "
        "same time");
  if (!format.empty()) pattern = datetime_pattern(format);
  if (pattern.empty()) return out;
  Result<std::function<bool(std::string_view)>> starts = matcher(pattern);
  if (!starts) return pass(starts);
  out.starts_event = std::move(*starts);
  return out;
}

}  // namespace slipway::agent
