#include "launchers.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "call.hpp"
#include "figures.hpp"

namespace slipway::bench {
namespace {

void pause_ms(std::int64_t milliseconds) {
  const timespec time{milliseconds / 1'000, milliseconds % 1'000 * 1'000'000};
  ::nanosleep(&time, nullptr);
}

// Output is thrown away, errors are shown. The exit code.
int run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || ::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void must_run(const std::vector<std::string>& command) {
  if (run(command) == 0) return;
  std::string text;
  for (const std::string& argument : command) text += argument + " ";
  give_up("failed: " + text);
}

std::string first_line_of(const std::string& command) {
  std::string line;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char buffer[256] = {};
    if (std::fgets(buffer, sizeof buffer, pipe)) line = buffer;
    ::pclose(pipe);
  }
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  return line;
}

// One task after the other, over one connection as an SDK keeps it.
class Tasks {
 public:
  Tasks(const std::string& task_definition, const std::string& subnet, TaskFigures& figures)
      : figures_(figures), socket_(try_connect()) {
    if (socket_ < 0) give_up("cannot connect to the server");
    run_task_ = R"({"taskDefinition":")" + task_definition +
                R"(","launchType":"FARGATE","networkConfiguration":{"awsvpcConfiguration":{"subnets":[")" +
                subnet + R"("]}}})";
  }
  ~Tasks() { ::close(socket_); }

  void start() {
    const std::string request = request_text("RunTask", run_task_);
    begun_ns_ = monotonic_ns();
    const Answer answer = call(socket_, request);
    figures_.answered_ns.push_back(monotonic_ns() - begun_ns_);
    arn_ = json_member(answer.body, "taskArn");
    if (answer.status != 200 || arn_.empty()) give_up("RunTask: " + answer.body);
  }
  void check() {
    wait_for("RUNNING");
    figures_.reported_ns.push_back(monotonic_ns() - begun_ns_);
  }
  void stop() {
    const Answer answer = call(socket_, request_text("StopTask", R"({"task":")" + arn_ + "\"}"));
    if (answer.status != 200) give_up("StopTask: " + answer.body);
    wait_for("STOPPED");
  }

 private:
  void wait_for(std::string_view status) {
    const std::string request = request_text("DescribeTasks", R"({"tasks":[")" + arn_ + "\"]}");
    for (const std::int64_t begin_ns = monotonic_ns(); monotonic_ns() < begin_ns + 60'000'000'000;) {
      const Answer answer = call(socket_, request);
      if (answer.status != 200) give_up("DescribeTasks: " + answer.body);
      // The task's own status, not a container's: it is what stands right behind launchType.
      if (last_status_of_task(answer.body) == status) return;
      if (last_status_of_task(answer.body) == "STOPPED") give_up("a task stopped: " + answer.body);
      pause_ms(1);
    }
    give_up("a task does not become " + std::string(status));
  }
  // Containers have a lastStatus too; theirs stand inside "containers":[…].
  static std::string last_status_of_task(std::string body) {
    const std::size_t containers = body.find("\"containers\":[");
    if (containers != body.npos) {
      std::size_t depth = 1, at = containers + 14;
      for (; at < body.size() && depth > 0; ++at) depth += (body[at] == '[') - std::size_t(body[at] == ']');
      body.erase(containers, at - containers);
    }
    return json_member(body, "lastStatus");
  }

  TaskFigures& figures_;
  int socket_;
  std::string run_task_, arn_;
  std::int64_t begun_ns_ = 0;
};

void nothing_to_check() {}

}  // namespace

std::string container_command() {
  return std::string(container_shell) + " -c " + container_script;
}

Launcher slipway_launcher(std::string task_definition, std::string subnet, TaskFigures& figures) {
  auto tasks = std::make_shared<Tasks>(task_definition, subnet, figures);
  return {"slipway RunTask, awsvpc", "", [tasks](const std::string&) { tasks->start(); },
          [tasks] { tasks->check(); }, [tasks](const std::string&) { tasks->stop(); }};
}

Launcher crun_launcher(std::string bundle) {
  return {"crun run --detach", first_line_of("crun --version"),
          [bundle](const std::string& id) { must_run({"crun", "run", "--detach", "--bundle", bundle, id}); },
          nothing_to_check, [](const std::string& id) { must_run({"crun", "delete", "--force", id}); }};
}

Launcher engine_launcher(std::string program, std::string image) {
  return {
      program + " run --detach", first_line_of(program + " --version"),
      [program, image](const std::string& id) {
        // Engines raise limits by default, which not every host lets them.
        must_run({program, "run", "--detach", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit",
                  "nproc=1024:1024", "--name", id, image, container_shell, "-c", container_script});
      },
      nothing_to_check, [program](const std::string& id) { must_run({program, "rm", "--force", id}); }};
}

}  // namespace slipway::bench
