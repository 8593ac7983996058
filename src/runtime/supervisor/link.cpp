#include "runtime/supervisor/link.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

using std::chrono::milliseconds;

constexpr int served_already = 3;
constexpr int call_tries = 10;

Result<Fd> connect_to(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX};
  if (path.size() >= sizeof address.sun_path) return fail_errno(path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return fail_errno(path);
  return socket;
}

Result<> send_message(int socket, const Message& message) {
  const std::string bytes = encode_message(message);
  if (bytes.size() > limits::supervisor_message_bytes)
    return fail("InvalidParameterException", "The request is too large.");
  if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return fail_errno("supervisor");
  return {};
}

// Nothing: the connection is gone.
std::optional<Message> receive_message(int socket) {
  std::vector<char> buffer(limits::supervisor_message_bytes);
  for (;;) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    return decode_message({buffer.data(), std::size_t(got)});
  }
}

Result<Message> answer_of(Message message) {
  if (message.size() >= 4 && message[1] == "error") return fail(message[2], message[3], 500);
  if (message.size() < 2 || message[1] != "ok")
    return fail("HostError", "The supervisor's answer is malformed.", 500);
  message.erase(message.begin(), message.begin() + 2);
  return message;
}

constexpr int dying_tries = 50, dying_pause_ms = 20;

std::unexpected<Error> lost() {
  return fail(supervisor_lost, "The supervisor ended before it answered.", 500);
}

std::optional<ContainerEvent> event_from(const Message& message) {
  ContainerEvent event;
  if (message[1] == "exited") {
    auto status = status_from(message, 2);
    if (!status) return std::nullopt;
    event.status = std::move(*status);
    return event;
  }
  if (message[1] != "probed" || message.size() < 7) return std::nullopt;
  const auto code = parse_number(message[4]);
  if (!code) return std::nullopt;
  event.kind = ContainerEvent::Kind::probed;
  event.status.id = message[2];
  event.status.task_id = message[3];
  event.probe = {int(*code), message[5] == "1", message[6]};
  return event;
}

Result<Message> ask(int socket, Message request) {
  request.insert(request.begin(), "0");
  if (auto sent = send_message(socket, request); !sent) return pass(sent);
  auto answer = receive_message(socket);
  if (!answer) return lost();
  return answer_of(std::move(*answer));
}

}  // namespace

SupervisorLink::SupervisorLink(std::string socket_path, std::vector<std::string> command,
                               std::int64_t timeout_ms, std::function<void(ContainerEvent)> happened)
    : socket_path_(std::move(socket_path)),
      command_(std::move(command)),
      timeout_ms_(timeout_ms),
      happened_(std::move(happened)) {}

SupervisorLink::~SupervisorLink() {
  closing_ = true;
  {
    std::lock_guard lock(mutex_);
    if (socket_) ::shutdown(socket_->get(), SHUT_RDWR);
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Result<> SupervisorLink::connect() {
  auto opened = open();
  // One that was killed a moment ago still takes connections, and holds its lock.
  if (!opened && opened.error().code == supervisor_lost)
    for (int tries = 0; !opened && tries < dying_tries; ++tries) {
      std::this_thread::sleep_for(milliseconds(dying_pause_ms));
      opened = open();
    }
  if (!opened) return opened;
  thread_ = std::thread([this] { keep(); });
  return {};
}

Result<> SupervisorLink::open() {
  auto socket = connect_to(socket_path_);
  if (!socket) {
    if (auto started = start_supervisor(); !started) return started;
    socket = connect_to(socket_path_);
    if (!socket) return pass(socket);
  }
  auto hello = ask(socket->get(), {"hello", std::to_string(supervisor_protocol_version)});
  if (!hello) return pass(hello);
  if (auto subscribed = ask(socket->get(), {"subscribe"}); !subscribed) return pass(subscribed);
  std::lock_guard lock(mutex_);
  pid_ = hello->size() > 1 ? pid_t(parse_number((*hello)[1]).value_or(0)) : 0;
  socket_ = std::make_shared<Fd>(std::move(*socket));
  connected_ = true;
  silent_ = false;
  changed_.notify_all();
  return {};
}

Result<> SupervisorLink::start_supervisor() {
  auto finished = run_helper(command_, "", limits::supervisor_start_timeout_ms);
  if (!finished) return pass(finished);
  if (finished->exit_code == 0 || finished->exit_code == served_already) return {};
  return fail("HostError",
              "The supervisor does not start: " + finished->err.substr(0, finished->err.find('\n')), 500);
}

Result<Message> SupervisorLink::call(Message request) {
  const bool repeatable = request.at(0) != "run" && request.at(0) != "shutdown";
  for (int tries = 1;; ++tries) {
    auto answer = call_once(request);
    if (answer || answer.error().code != supervisor_lost || !repeatable) return answer;
    if (tries == call_tries) return fail("HostError", answer.error().message, 500);
  }
}

Result<Message> SupervisorLink::call_once(Message request) {
  auto waiting = std::make_shared<Waiting>();
  std::unique_lock lock(mutex_);
  // Whoever hangs is not waited for in full by every caller.
  const auto deadline = std::chrono::steady_clock::now() +
                        milliseconds(silent_ ? limits::supervisor_silent_timeout_ms : timeout_ms_);
  // One that died is being started again.
  if (!changed_.wait_until(lock, deadline, [&] { return connected_ || closing_ || ending_; }) || !connected_)
    return fail("HostError", "There is no supervisor.", 500);
  const std::string number = std::to_string(next_number_++);
  request.insert(request.begin(), number);
  waiting_[number] = waiting;
  // Not under the lock: the reader needs it to empty our side while the supervisor does not read.
  const std::shared_ptr<Fd> socket = socket_;
  lock.unlock();
  auto sent = send_message(socket->get(), request);
  lock.lock();
  if (!sent) {
    waiting_.erase(number);
    if (sent.error().code == "InvalidParameterException") return pass(sent);
    // Where it is gone, the reader hears of it in a moment: not before is there another to ask.
    changed_.wait_until(lock, deadline, [&] { return !connected_ || socket_ != socket || closing_; });
    return lost();
  }
  if (!changed_.wait_until(lock, deadline, [&] { return waiting->done; })) {
    waiting_.erase(number);
    silent_ = true;
    return fail("HostError", "The supervisor does not answer.", 500);
  }
  return std::move(waiting->answer);
}

void SupervisorLink::keep() {
  for (;;) {
    receive_until_lost();
    if (closing_) return;
    if (ending_) return;
    log::warn("the supervisor is gone and is started again", {{"pid", pid_.load()}});
    for (int attempt = 0; !closing_; ++attempt) {
      auto opened = open();
      if (opened) break;
      if (attempt == 3) log::error("no supervisor", {{"error", opened.error().message}});
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, milliseconds(attempt < 10 ? 50 : 1'000), [&] { return closing_.load(); });
    }
    if (closing_) return;
    happened_({.kind = ContainerEvent::Kind::supervisor_restarted});
  }
}

void SupervisorLink::receive_until_lost() {
  std::shared_ptr<Fd> socket;
  {
    std::lock_guard lock(mutex_);
    socket = socket_;
  }
  while (auto message = receive_message(socket->get())) {
    if (message->size() < 2) break;
    silent_ = false;
    if ((*message)[0] == "0") {
      if (auto event = event_from(*message)) happened_(std::move(*event));
      continue;
    }
    std::lock_guard lock(mutex_);
    auto found = waiting_.find((*message)[0]);
    if (found == waiting_.end()) continue;  // its caller gave up
    found->second->answer = answer_of(std::move(*message));
    found->second->done = true;
    waiting_.erase(found);
    changed_.notify_all();
  }
  fail_waiting();
}

void SupervisorLink::fail_waiting() {
  std::lock_guard lock(mutex_);
  connected_ = false;
  for (auto& [number, waiting] : waiting_) {
    waiting->answer = lost();
    waiting->done = true;
  }
  waiting_.clear();
  changed_.notify_all();
}

Result<Message> ask_supervisor(const std::string& socket_path, Message request) {
  auto socket = connect_to(socket_path);
  if (!socket) return pass(socket);
  const timeval patience{.tv_sec = limits::supervisor_call_timeout_ms / 1'000};
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return ask(socket->get(), std::move(request));
}

}  // namespace slipway::runtime
