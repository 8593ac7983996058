// bench_load --name describe-tasks --operation DescribeTasks --body '{"tasks":["…"]}' [--connections 32]
//            [--seconds 5] [--server-pid N] [--least-bytes 2] [--expect text]
// One JSON line: rate, latency, CPU for each request. "%c" in a body is the connection's number. Exits with 1
// if any answer was not what it should be.
#include <cstdio>

#include "call.hpp"
#include "closed_loop.hpp"
#include "figures.hpp"

using namespace slipway::bench;

namespace {

std::string with_number(std::string body, std::size_t number) {
  for (std::size_t at; (at = body.find("%c")) != body.npos;) body.replace(at, 2, std::to_string(number));
  return body;
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  const std::string operation = flags.text("operation");
  const auto connections = std::size_t(flags.number("connections", 32));
  LoopPlan plan{.warm_up_ms = flags.number("warm-up-ms", 1'000),
                .measured_ms = flags.number("seconds", 5) * 1'000,
                .server_pid = int(flags.number("server-pid", 0)),
                .least_body_bytes = std::size_t(flags.number("least-bytes", 2)),
                .expected = flags.text("expect")};
  for (std::size_t at = 0; at < connections; ++at)
    plan.requests.push_back(request_text(operation, with_number(flags.text("body", "{}"), at)));

  const LoopResult result = run_closed_loop(plan);
  const double requests = double(result.latencies_ns.size()), seconds = double(result.wall_ns) / 1e9;
  if (result.latencies_ns.empty()) give_up("no answer came");
  const double foreign_ns = double(result.machine_cpu_ns - result.client_cpu_ns - result.server_cpu_ns);
  JsonLine(flags.text("name", operation))
      .add("connections", double(connections))
      .add("requests", requests)
      .add("ops_per_s", requests / seconds)
      .add_latency("", result.latencies_ns)
      .add("server_cpu_us_per_op", double(result.server_cpu_ns) / 1e3 / requests)
      .add("client_cpu_us_per_op", double(result.client_cpu_ns) / 1e3 / requests)
      .add("foreign_cpu_share", std::max(0.0, foreign_ns / double(result.wall_ns)))
      .add("errors", double(result.errors))
      .print();
  if (result.errors == 0) return 0;
  std::fprintf(stderr, "bench: %zu wrong answers, the first:\n%s\n", result.errors,
               result.first_error.c_str());
  return 1;
}
