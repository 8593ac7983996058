#include "agent/image/unpack.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "agent/image/files.hpp"
#include "agent/image/unpack_protocol.hpp"
#include "base/limits.hpp"

// The parent's half: start the child with the tar as its input and the target as its directory, and read the
// one line that it has to say.
namespace slipway::agent {
namespace {

class Spawn {
 public:
  Spawn() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // The child starts with no signal blocked or ignored, whatever this thread does with them.
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Spawn() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  Result<pid_t> start(std::vector<std::string> argv, const std::string& directory, int input, int output) {
    std::vector<char*> arguments;
    for (std::string& argument : argv) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    char* environment[] = {nullptr};
    ::posix_spawn_file_actions_adddup2(&actions_, input, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, 1);
    ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    pid_t pid;
    const int error =
        ::posix_spawn(&pid, argv[0].c_str(), &actions_, &attributes_, arguments.data(), environment);
    if (error != 0) return disk_error("start", argv[0], error);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::string read_message(int descriptor) {
  std::string text;
  char buffer[1024];
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    if (text.size() < limits::unpack_message_bytes) text.append(buffer, std::size_t(got));
  }
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return "the unpacking process was ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
           ::strsignal(WTERMSIG(status)) + ")";
  return "the unpacking process ended with code " + std::to_string(WEXITSTATUS(status)) + " and no word";
}

}  // namespace

std::vector<std::string> erofs_maker(const UnpackCommand& command) {
  std::vector<std::string> argv = command.argv;
  argv.push_back("erofs");
  return argv;
}

Result<Unpacked> unpack(const UnpackCommand& command, UnpackKind kind, int descriptor,
                        const std::string& target) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return disk_error("pipe", target);
  const Fd from_child(ends[0]);
  Fd to_parent(ends[1]);

  std::vector<std::string> argv = command.argv;
  argv.push_back(kind == UnpackKind::layer ? "layer" : "archive");
  Spawn spawn;
  auto pid = spawn.start(std::move(argv), target, descriptor, to_parent.get());
  if (!pid) return pass(pid);
  to_parent.reset();
  const std::string message = read_message(from_child.get());
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  auto result = parse_unpack_message(message);
  if (!result) return fail("ImageStoreError", how_it_ended(status), 500);
  return std::move(*result);
}

}  // namespace slipway::agent
