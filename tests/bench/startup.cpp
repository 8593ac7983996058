// bench_startup --count 5 --kind fresh|existing|loaded -- SERVER ARGUMENTS…
// From fork to the first signed GetCallerIdentity that is answered, and to /healthz, over a port that the
// arguments name and AWS_ENDPOINT_URL repeats. "fresh": `--data-dir` of the arguments is emptied before each.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "call.hpp"
#include "figures.hpp"

using namespace slipway::bench;

namespace {

pid_t start(const std::vector<char*>& arguments) {
  pid_t pid = 0;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (int fd : {1, 2}) ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", 1, 0);
  if (::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ) != 0)
    give_up(std::string("cannot run ") + arguments[0]);
  return pid;
}

// Until the call is answered with 200.
void wait_for(const std::string& request) {
  for (const std::int64_t begin_ns = monotonic_ns(); monotonic_ns() < begin_ns + 30'000'000'000;) {
    if (const int socket = try_connect(); socket >= 0) {
      const Answer answer = call(socket, request);
      ::close(socket);
      if (answer.status == 200) return;
      give_up("the first answer is " + std::to_string(answer.status) + ": " + answer.body);
    }
    const timespec moment{0, 500'000};
    ::nanosleep(&moment, nullptr);
  }
  give_up("the server does not answer");
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  auto begin =
      std::find_if(argv, argv + argc, [](const char* text) { return std::string_view(text) == "--"; });
  if (begin + 1 >= argv + argc) give_up("no server is named");
  std::vector<char*> server(begin + 1, argv + argc);
  const std::string data_dir = Flags(int(argv + argc - begin - 1), begin + 1).text("data-dir");
  server.push_back(nullptr);
  const bool fresh = flags.text("kind") == "fresh";
  const std::string identity = query_text("sts", "GetCallerIdentity", "2011-06-15"),
                    health = request_text("/healthz", "");

  std::vector<std::int64_t> signed_ns, stop_ns;
  for (std::int64_t turn = 0; turn < flags.number("count", 5); ++turn) {
    if (fresh) std::filesystem::remove_all(data_dir);
    const std::int64_t begin_ns = monotonic_ns();
    const pid_t pid = start(server);
    wait_for(identity);
    signed_ns.push_back(monotonic_ns() - begin_ns);
    wait_for(health);
    const timespec while_the_node_joins{1, 0};
    ::nanosleep(&while_the_node_joins, nullptr);
    const std::int64_t stop_begin_ns = monotonic_ns();
    ::kill(pid, SIGTERM);
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
      give_up("the server did not end in order");
    stop_ns.push_back(monotonic_ns() - stop_begin_ns);
  }
  JsonLine("cold-start")
      .add("kind", flags.text("kind"))
      .add("count", double(signed_ns.size()))
      .add_latency("answer_", signed_ns)
      .add_latency("stop_", stop_ns)
      .print();
}
