#include "runtime/supervisor/upgrade.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "runtime/system/files.hpp"

namespace slipway::runtime {

std::string handover_text(const Handover& handover) {
  std::ostringstream text;
  text << "listener " << handover.listener << "\nlock " << handover.lock << '\n';
  for (auto [fd, subscribed] : handover.clients) text << "client " << fd << ' ' << subscribed << '\n';
  for (const auto& [id, kept] : handover.stdio)
    text << "stdio " << id << ' ' << kept.out << ' ' << kept.err << ' ' << kept.console << '\n';
  text << "asking " << handover.asking_client << ' ' << handover.asking_number << '\n';
  return text.str();
}

Handover parse_handover(const std::string& text) {
  Handover handover;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "listener") words >> handover.listener;
    if (kind == "lock") words >> handover.lock;
    if (kind == "asking") words >> handover.asking_client >> handover.asking_number;
    if (kind == "client") {
      int fd = -1;
      bool subscribed = false;
      if (words >> fd >> subscribed) handover.clients[fd] = subscribed;
    }
    if (kind == "stdio") {
      std::string id;
      Stdio::Kept kept;
      if (words >> id >> kept.out >> kept.err >> kept.console) handover.stdio[id] = kept;
    }
  }
  return handover;
}

void keep_over_exec(const Handover& handover, bool keep) {
  std::vector<int> fds = {handover.listener, handover.lock};
  for (auto [fd, subscribed] : handover.clients) fds.push_back(fd);
  for (const auto& [id, kept] : handover.stdio) fds.insert(fds.end(), {kept.out, kept.err, kept.console});
  for (int fd : fds)
    if (fd >= 0) ::fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

Error exec_with(const std::string& path, const std::vector<std::string>& arguments,
                const Handover& handover) {
  Fd memory(::memfd_create("slipway-supervisor", 0));
  const std::string text = handover_text(handover);
  if (!memory || ::write(memory.get(), text.data(), text.size()) != ssize_t(text.size()))
    return fail_errno("memfd").error();
  std::vector<std::string> argv = arguments;
  argv.insert(argv.end(), {"--resume-fd", std::to_string(memory.get())});
  std::vector<char*> pointers;
  for (std::string& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  keep_over_exec(handover, true);
  ::execv(path.c_str(), pointers.data());
  Error error = fail_errno(path).error();
  keep_over_exec(handover, false);
  return error;
}

}  // namespace slipway::runtime
