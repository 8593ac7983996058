#include "runtime/supervisor/server.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace slipway::runtime {

Server::Server(Loop& loop, int listener) : loop_(loop), listener_(listener) {
  loop_.watch(listener_, EPOLLIN, [this](std::uint32_t) { accept(); });
}

Server::~Server() {
  loop_.forget(listener_);
  for (auto& [fd, client] : clients_) loop_.forget(fd);
}

void Server::accept() {
  Fd fd(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::geteuid()) {
    log::warn("a stranger was turned away", {{"uid", peer.uid}});
    return;
  }
  if (clients_.size() >= limits::supervisor_clients) return;
  adopt(fd.release(), false);
}

void Server::adopt(int client, bool subscribed) {
  clients_[client].fd.reset(client);
  clients_[client].subscribed = subscribed;
  watch(client);
}

void Server::watch(int client) {
  loop_.watch(client, EPOLLIN, [this, client](std::uint32_t events) {
    if (events & EPOLLOUT) flush(client);
    if (clients_.contains(client) && events & ~std::uint32_t(EPOLLOUT)) readable(client);
  });
}

void Server::readable(int client) {
  if (upgrade_) return;
  std::vector<char> buffer(limits::supervisor_message_bytes);
  const ssize_t got = ::recv(client, buffer.data(), buffer.size(), MSG_TRUNC | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || std::size_t(got) > buffer.size()) return drop(client);
  auto message = decode_message({buffer.data(), std::size_t(got)});
  if (!message || message->size() < 2) return drop(client);
  handle(client, *message);
}

void Server::handle(int client, const Message& message) {
  const std::string& number = message[0];
  const std::string& verb = message[1];
  if (verb == "hello") {
    greet(client, number);
  } else if (verb == "run" && message.size() >= 3) {
    containers_->run(message[2], [this, client, number](Result<StartRecord> started) {
      if (started)
        answer(client, number, Message{std::to_string(started->pid), std::to_string(started->started_ns)});
      else
        answer(client, number, pass(started));
      answer_greetings();
    });
  } else if (verb == "remove" && message.size() >= 3) {
    containers_->remove(message[2], [this, client, number](Result<> removed) {
      if (!removed) return answer(client, number, pass(removed));
      answer(client, number, Message{});
    });
  } else if (verb == "upgrade" && message.size() >= 4) {
    upgrade_ = Upgrade{client, number, message[2], message[3]};
  } else {
    answer(client, number, answer_now(clients_.at(client), message));
  }
}

// Whoever comes after an owner that was killed must find what that one asked for last: what is not read of it
// yet is read first, and starts under way are waited for. It would take their directories and networks for
// rubbish otherwise, and start the containers a second time.
void Server::greet(int client, const std::string& number) {
  std::vector<int> others;
  for (const auto& [fd, other] : clients_)
    if (fd != client) others.push_back(fd);
  for (int other : others)
    for (std::size_t read = 0; read < limits::supervisor_containers; ++read) {
      pollfd waiting{other, POLLIN, 0};
      if (upgrade_ || !clients_.contains(other) || ::poll(&waiting, 1, 0) <= 0) break;
      readable(other);
    }
  greetings_.push_back({client, number});
  answer_greetings();
}

void Server::answer_greetings() {
  if (containers_->launching() > 0) return;
  for (const Greeting& greeting : std::exchange(greetings_, {}))
    answer(greeting.client, greeting.number,
           Message{std::to_string(supervisor_protocol_version), std::to_string(::getpid())});
}

Result<Message> Server::answer_now(Client& client, const Message& message) {
  const std::string& verb = message[1];
  if (verb == "signal" && message.size() >= 4) {
    auto number = parse_number(message[3]);
    if (!number || *number < 1 || *number > 64) return fail("InvalidParameterException", "No such signal.");
    if (auto sent = containers_->signal(message[2], int(*number)); !sent) return pass(sent);
    return Message{};
  }
  if (verb == "probe" && message.size() >= 4) {
    auto timeout_ms = parse_number(message[3]);
    if (!timeout_ms || *timeout_ms < 1) return fail("InvalidParameterException", "No such timeout.");
    if (auto begun = containers_->probe(message[2], *timeout_ms); !begun) return pass(begun);
    return Message{};
  }
  if (verb == "get" && message.size() >= 3) {
    auto status = containers_->get(message[2]);
    if (!status) return fail("ResourceNotFoundException", "There is no container " + message[2] + ".");
    Message answer;
    append_status(answer, *status);
    return answer;
  }
  if (verb == "list") return list(message.size() > 2 ? message[2] : "");
  if (verb == "subscribe") {
    client.subscribed = true;
    return Message{};
  }
  if (verb == "shutdown") {
    if (containers_->running() > 0)
      return fail("Conflict", std::to_string(containers_->running()) + " containers are running.");
    shutting_down_ = true;
    return Message{};
  }
  return fail("InvalidParameterException", "Unknown request: " + verb);
}

Message Server::list(const std::string& after) const {
  Message answer;
  for (const ContainerStatus& status : containers_->list(after, list_page)) append_status(answer, status);
  return answer;
}

void Server::answer(int client, const std::string& number, Result<Message> result) {
  if (!clients_.contains(client)) return;  // it has gone; what it asked for is done all the same
  Message message{number};
  if (result) {
    message.push_back("ok");
    std::ranges::move(*result, std::back_inserter(message));
  } else {
    message.insert(message.end(), {"error", result.error().code, result.error().message});
  }
  send(client, message);
}

void Server::publish(const ContainerStatus& exited) {
  Message message{"0", "exited"};
  append_status(message, exited);
  send_to_subscribed(message);
}

void Server::publish(const LaunchRecord& probed, const ProbeResult& result) {
  send_to_subscribed({"0", "probed", probed.id, probed.task_id, std::to_string(result.exit_code),
                      result.timed_out ? "1" : "0", result.output});
}

void Server::send_to_subscribed(const Message& message) {
  std::vector<int> subscribed;
  for (const auto& [fd, client] : clients_)
    if (client.subscribed) subscribed.push_back(fd);
  for (int client : subscribed) send(client, message);
}

void Server::send(int fd, const Message& message) {
  Client& client = clients_.at(fd);
  std::string bytes = encode_message(message);
  client.backlog_bytes += bytes.size();
  client.backlog.push_back(std::move(bytes));
  if (client.backlog_bytes > limits::supervisor_client_backlog_bytes) {
    log::warn("a client does not read and was cut off");
    return drop(fd);
  }
  flush(fd);
}

void Server::flush(int fd) {
  Client& client = clients_.at(fd);
  while (!client.backlog.empty()) {
    const std::string& bytes = client.backlog.front();
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) break;
      return drop(fd);
    }
    client.backlog_bytes -= bytes.size();
    client.backlog.pop_front();
  }
  loop_.change(fd, client.backlog.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Server::drop(int client) {
  loop_.forget(client);
  std::erase_if(greetings_, [client](const Greeting& greeting) { return greeting.client == client; });
  clients_.erase(client);
}

std::map<int, bool> Server::clients() const {
  std::map<int, bool> all;
  for (const auto& [fd, client] : clients_) all[fd] = client.subscribed;
  return all;
}

void Server::refuse_upgrade(Error error) {
  const Upgrade upgrade = *std::exchange(upgrade_, std::nullopt);
  answer(upgrade.client, upgrade.number, std::unexpected(std::move(error)));
}

bool Server::finished() const {
  return shutting_down_ &&
         std::ranges::all_of(clients_, [](const auto& entry) { return entry.second.backlog.empty(); });
}

}  // namespace slipway::runtime
