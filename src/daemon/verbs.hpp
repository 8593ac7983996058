#pragma once

#include <span>

#include "base/result.hpp"

// The commands of the slipway binary that work on this host. Each takes the arguments after its name and
// returns the process's exit code; errors are one sentence on stderr.
namespace slipway::daemon {

struct Verb {
  const char* name;
  const char* help;
  int (*run)(std::span<const char* const> arguments);
};
std::span<const Verb> verbs();

int run_server(std::span<const char* const> arguments);
int run_local(std::span<const char* const> arguments);
int run_image(std::span<const char* const> arguments);
int run_doctor(std::span<const char* const> arguments);
int run_store(std::span<const char* const> arguments);
int run_env(std::span<const char* const> arguments);
int run_operations(std::span<const char* const> arguments);
int run_settings(std::span<const char* const> arguments);
int run_version(std::span<const char* const> arguments);

// Prints the error and returns 1 (2 for a wrong argument, 0 for help).
int report_error(const Error& error);

}  // namespace slipway::daemon
