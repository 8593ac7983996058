// The slipway binary: one verb, the rest of the line is its own.
#include <csignal>
#include <cstdio>
#include <cstring>

#include "agent/image/unpack.hpp"
#include "daemon/verbs.hpp"
#include "runtime/supervisor.hpp"

namespace {

int usage(std::FILE* to) {
  std::fprintf(to, "usage: slipway VERB [ARGUMENT ...]\n\n");
  for (const auto& verb : slipway::daemon::verbs()) std::fprintf(to, "  %-12s %s\n", verb.name, verb.help);
  std::fprintf(to, "\n`slipway VERB --help` tells more.\n");
  return to == stdout ? 0 : 2;
}

}  // namespace

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::span<const char* const> all(arguments, std::size_t(count));
  if (all.size() < 2) return usage(stderr);
  const char* name = all[1];
  const auto rest = all.subspan(2);

  // Two verbs that the program calls itself with: the containers' parent, and the unpacker of layers.
  if (std::strcmp(name, "supervisor") == 0) {
    slipway::runtime::SupervisorOptions options;
    if (!slipway::runtime::parse_supervisor_arguments(rest, options)) return usage(stderr);
    return slipway::runtime::supervisor_main(options);
  }
  if (std::strcmp(name, "unpack-layer") == 0) return slipway::agent::unpack_main(rest);

  for (const auto& verb : slipway::daemon::verbs())
    if (std::strcmp(verb.name, name) == 0) return verb.run(rest);
  if (std::strcmp(name, "--help") == 0 || std::strcmp(name, "help") == 0) return usage(stdout);
  std::fprintf(stderr, "slipway: there is no verb %s\n", name);
  return usage(stderr);
}
