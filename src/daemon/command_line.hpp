#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace slipway::daemon {

// Parses the words after a verb. HelpRequested carries the help text, InvalidArgument what is wrong. Included
// by the verbs' .cpp files alone: CLI11 is dear to compile.
inline Result<> parse_words(CLI::App& app, std::span<const char* const> arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return fail("HelpRequested", app.help());
  } catch (const CLI::ParseError& error) {
    return fail("InvalidArgument", error.what());
  }
  return {};
}

}  // namespace slipway::daemon
