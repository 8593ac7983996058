// bench_call --operation DescribeTasks [--service ecs|ec2] [--body '{…}'] [--expect text]
// One signed call: the answer's body on stdout. Exits with 1 unless it is a 200 that holds `text`.
#include <cstdio>

#include "call.hpp"
#include "figures.hpp"

using namespace slipway::bench;

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  const int socket = try_connect();
  if (socket < 0) give_up("cannot connect to the server");
  const std::string body = flags.text("body", "{}");
  const std::string request = flags.text("service", "ecs") == "ec2"
                                  ? query_text("ec2", flags.text("operation"), "2016-11-15")
                                  : request_text(flags.text("operation"), body);
  const Answer answer = call(socket, request);
  std::printf("%s\n", answer.body.c_str());
  if (answer.status != 200) give_up("status " + std::to_string(answer.status));
  if (answer.body.find(flags.text("expect")) == std::string::npos) return 1;
}
