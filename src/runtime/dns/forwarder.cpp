#include "runtime/dns/forwarder.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "runtime/dns/budget.hpp"
#include "runtime/net/resolvers.hpp"

namespace slipway::runtime {
namespace {

constexpr std::size_t stream_bytes = 2 + 65'535;
constexpr std::int64_t stream_idle_ms = 10'000;
constexpr std::int64_t servers_kept_ms = 5'000;
constexpr int datagrams_at_once = 64;

std::int64_t now_ms() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000 + now.tv_nsec / 1'000'000;
}

}  // namespace

struct DnsForwarder::Impl {
  struct Router {
    DnsZone zone;
    std::map<std::uint64_t, Fd> datagrams, streams;  // by key
    std::size_t connections = 0;
    DnsBudgets budgets;
  };
  // A question that waits for one of the host's servers.
  struct Question {
    int router = 0;
    std::uint64_t from = 0;  // the datagram socket it came to
    sockaddr_in client{};
    std::string message;
    DnsQuestion question;
    std::uint16_t id = 0;
    Fd socket;
    int tries = 0;
    std::int64_t until_ms = 0;
  };
  // A TCP connection of a task, and the one that its question is passed on over.
  struct Stream {
    int router = 0;
    Fd client, server;
    std::uint64_t server_key = 0;
    std::string in, answer;
    DnsQuestion question;
    std::uint16_t id = 0, asked_id = 0;
    std::int64_t until_ms = 0;
  };

  std::mutex mutex;
  Fd epoll, wake;
  bool ending = false;
  int next_router = 1;
  std::uint64_t next_key = 1;  // 0 wakes
  std::map<int, Router> routers;
  std::map<std::uint64_t, int> listeners;  // datagram and stream sockets
  std::map<std::uint64_t, Question> questions;
  std::map<std::uint64_t, Stream> streams;
  std::map<std::uint64_t, std::uint64_t> stream_of_server;
  std::string resolv_conf = "/etc/resolv.conf";
  std::uint16_t port = 53;
  std::vector<std::uint32_t> servers;
  std::int64_t servers_until_ms = 0, forget_at_ms = 0;
  SystemRandom random;
  std::thread thread;

  std::uint64_t watch(int fd, std::uint32_t events) {
    const std::uint64_t key = next_key++;
    epoll_event event{.events = events, .data = {.u64 = key}};
    ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event);
    return key;
  }

  sockaddr_in server(int tries) {
    if (now_ms() > servers_until_ms) {
      servers = name_servers(resolv_conf);
      servers_until_ms = now_ms() + servers_kept_ms;
    }
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
    if (!servers.empty()) address.sin_addr.s_addr = htonl(servers[std::size_t(tries) % servers.size()]);
    return address;
  }

  void run() {
    epoll_event events[64];
    for (;;) {
      std::int64_t wait_ms = -1;
      {
        std::lock_guard lock(mutex);
        if (ending) return;
        wait_ms = expire();
      }
      const int count = ::epoll_wait(epoll.get(), events, std::size(events), int(wait_ms));
      std::lock_guard lock(mutex);
      for (int i = 0; i < count; ++i) handle(events[i].data.u64, events[i].events);
    }
  }

  void handle(std::uint64_t key, std::uint32_t events) {
    if (key == 0) {
      std::uint64_t count;
      (void)!::read(wake.get(), &count, sizeof count);
    } else if (auto listener = listeners.find(key); listener != listeners.end()) {
      Router& router = routers.at(listener->second);
      if (auto it = router.datagrams.find(key); it != router.datagrams.end())
        take_datagrams(listener->second, router, key, it->second.get());
      else
        take_streams(listener->second, router, router.streams.at(key).get());
    } else if (questions.contains(key)) {
      take_answer(key);
    } else if (streams.contains(key)) {
      take_stream(key);
    } else if (auto it = stream_of_server.find(key); it != stream_of_server.end()) {
      take_server(it->second, events);
    }
  }

  // --- Datagrams ---

  void take_datagrams(int number, Router& router, std::uint64_t key, int fd) {
    std::string buffer(limits::dns_message_bytes + 1, '\0');
    for (int taken = 0; taken < datagrams_at_once; ++taken) {
      sockaddr_in client{};
      socklen_t size = sizeof client;
      const ssize_t got =
          ::recvfrom(fd, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&client), &size);
      if (got < 0) return;
      const std::string_view message(buffer.data(), std::size_t(got));
      const std::uint32_t ip = ntohl(client.sin_addr.s_addr);
      const auto question = parse_dns_query(message);
      if (!question || !router.budgets.ask(ip, now_ms())) continue;
      if (auto own = answer_from(router.zone, message, *question)) {
        (void)::sendto(fd, own->data(), own->size(), 0, reinterpret_cast<sockaddr*>(&client), size);
        continue;
      }
      if (!router.budgets.wait(ip)) continue;
      ask({.router = number,
           .from = key,
           .client = client,
           .message = std::string(message),
           .question = *question});
    }
  }

  void ask(Question question) {
    while (question.tries < limits::dns_tries) {
      const sockaddr_in to = server(question.tries++);
      if (to.sin_addr.s_addr == 0) break;
      question.socket.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      question.id = std::uint16_t(random.below(65'536));
      std::string message = question.message;
      set_dns_id(message, question.id);
      // Connected: the kernel takes answers of this server only, at a port that it drew.
      if (::connect(question.socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
          ::send(question.socket.get(), message.data(), message.size(), 0) < 0)
        continue;
      question.until_ms = now_ms() + limits::dns_answer_ms;
      const std::uint64_t key = watch(question.socket.get(), EPOLLIN);
      questions.emplace(key, std::move(question));
      return;
    }
    reply(question, dns_answer(question.message, question.question, DnsCode::server_failure));
  }

  void reply(Question& question, const std::string& answer) {
    Router& router = routers.at(question.router);
    router.budgets.answered(ntohl(question.client.sin_addr.s_addr));
    (void)::sendto(router.datagrams.at(question.from).get(), answer.data(), answer.size(), 0,
                   reinterpret_cast<sockaddr*>(&question.client), sizeof question.client);
  }

  void take_answer(std::uint64_t key) {
    Question& question = questions.at(key);
    std::string buffer(limits::dns_message_bytes + 1, '\0');
    const ssize_t got = ::recv(question.socket.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got >= 0) {
      buffer.resize(std::size_t(got));
      // A wrong one changes nothing: the right one may still come.
      if (buffer.size() > limits::dns_message_bytes || !is_dns_answer(buffer, question.id, question.question))
        return;
      set_dns_id(buffer, dns_id(question.message));
      reply(question, buffer);
      questions.erase(key);
      return;
    }
    Question again = std::move(question);  // nobody listens there
    questions.erase(key);
    ask(std::move(again));
  }

  // --- Streams ---

  void take_streams(int number, Router& router, int fd) {
    for (;;) {
      Fd client(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!client) return;
      if (router.connections >= limits::dns_streams) continue;
      ++router.connections;
      const std::uint64_t key = watch(client.get(), EPOLLIN);
      Stream stream{.router = number, .client = std::move(client)};
      stream.until_ms = now_ms() + stream_idle_ms;
      streams.emplace(key, std::move(stream));
    }
  }

  void close_stream(std::uint64_t key) {
    auto it = streams.find(key);
    if (it == streams.end()) return;
    --routers.at(it->second.router).connections;
    stream_of_server.erase(it->second.server_key);
    streams.erase(it);
  }

  static bool send_all(int fd, const std::string& bytes) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size());
  }

  // One question at a time; the next is read when this one is answered.
  void take_stream(std::uint64_t key) {
    Stream& stream = streams.at(key);
    char buffer[4'096];
    const ssize_t got = ::recv(stream.client.get(), buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 || stream.in.size() > 2 + limits::dns_message_bytes) return close_stream(key);
    stream.in.append(buffer, std::size_t(got));
    if (!stream.server) next_of_stream(key);
  }

  void next_of_stream(std::uint64_t key) {
    Stream& stream = streams.at(key);
    for (auto message = dns_unframed(stream.in); message; message = dns_unframed(stream.in)) {
      stream.in.erase(0, 2 + message->size());
      const auto question = parse_dns_query(*message);
      Router& router = routers.at(stream.router);
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      ::getpeername(stream.client.get(), reinterpret_cast<sockaddr*>(&peer), &size);
      if (!question || !router.budgets.ask(ntohl(peer.sin_addr.s_addr), now_ms())) return close_stream(key);
      stream.until_ms = now_ms() + stream_idle_ms;
      if (auto own = answer_from(router.zone, *message, *question)) {
        if (!send_all(stream.client.get(), dns_framed(*own))) return close_stream(key);
        continue;
      }
      const sockaddr_in to = server(0);
      stream.server.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      if (to.sin_addr.s_addr == 0 ||
          (::connect(stream.server.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
           errno != EINPROGRESS))
        return close_stream(key);
      stream.question = *question;
      stream.asked_id = dns_id(*message);
      stream.id = std::uint16_t(random.below(65'536));
      set_dns_id(*message, stream.id);
      stream.answer = dns_framed(*message);  // until it is sent; then the answer's bytes
      stream.server_key = watch(stream.server.get(), EPOLLIN | EPOLLOUT);
      stream_of_server[stream.server_key] = key;
      return;
    }
  }

  void take_server(std::uint64_t key, std::uint32_t events) {
    Stream& stream = streams.at(key);
    if (events & EPOLLOUT) {  // connected, or refused: the send says which
      if (!send_all(stream.server.get(), stream.answer)) return close_stream(key);
      stream.answer.clear();
      epoll_event event{.events = EPOLLIN, .data = {.u64 = stream.server_key}};
      ::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, stream.server.get(), &event);
      return;
    }
    char buffer[16'384];
    const ssize_t got = ::recv(stream.server.get(), buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return close_stream(key);
    stream.answer.append(buffer, std::size_t(got));
    auto message = dns_unframed(stream.answer);
    if (!message && stream.answer.size() < stream_bytes) return;
    if (!message || !is_dns_answer(*message, stream.id, stream.question)) return close_stream(key);
    set_dns_id(*message, stream.asked_id);
    stream_of_server.erase(stream.server_key);
    stream.server.reset();
    stream.answer.clear();
    stream.until_ms = now_ms() + stream_idle_ms;
    if (!send_all(stream.client.get(), dns_framed(*message))) return close_stream(key);
    next_of_stream(key);
  }

  // --- Time ---

  // Ends what waited too long; the wait until the next of them.
  std::int64_t expire() {
    const std::int64_t now = now_ms();
    std::vector<std::uint64_t> late;
    std::int64_t next = -1;
    const auto note = [&](std::uint64_t key, std::int64_t until) {
      if (until <= now)
        late.push_back(key);
      else if (next < 0 || until - now < next)
        next = until - now;
    };
    for (const auto& [key, stream] : streams) note(key, stream.until_ms);
    for (const std::uint64_t key : std::exchange(late, {})) close_stream(key);
    for (const auto& [key, question] : questions) note(key, question.until_ms);
    for (const std::uint64_t key : late) {
      Question again = std::move(questions.at(key));
      questions.erase(key);
      ask(std::move(again));
    }
    if (now >= forget_at_ms) {
      forget_at_ms = now + 60'000;
      for (auto& [number, router] : routers) router.budgets.forget(now);
    }
    if (!late.empty() && !questions.empty()) return next < 0 ? limits::dns_answer_ms : next;
    return next;
  }
};

DnsForwarder::DnsForwarder() : impl_(new Impl) {
  impl_->epoll.reset(::epoll_create1(EPOLL_CLOEXEC));
  impl_->wake.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = 0}};
  ::epoll_ctl(impl_->epoll.get(), EPOLL_CTL_ADD, impl_->wake.get(), &event);
}

DnsForwarder::~DnsForwarder() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->ending = true;
  }
  const std::uint64_t one = 1;
  (void)!::write(impl_->wake.get(), &one, sizeof one);
  if (impl_->thread.joinable()) impl_->thread.join();
}

Result<int> DnsForwarder::add(DnsZone zone, std::vector<Fd> datagrams, std::vector<Fd> streams) {
  if (!impl_->epoll || !impl_->wake) return fail("HostError", "no epoll for the DNS forwarder", 500);
  std::lock_guard lock(impl_->mutex);
  const int number = impl_->next_router++;
  Impl::Router& router = impl_->routers[number];
  router.zone = std::move(zone);
  for (Fd& fd : datagrams) {
    const std::uint64_t key = impl_->watch(fd.get(), EPOLLIN);
    impl_->listeners[key] = number;
    router.datagrams.emplace(key, std::move(fd));
  }
  for (Fd& fd : streams) {
    const std::uint64_t key = impl_->watch(fd.get(), EPOLLIN);
    impl_->listeners[key] = number;
    router.streams.emplace(key, std::move(fd));
  }
  // With the first router: a node without tasks has no thread for them. It is in the host's network, whoever
  // calls.
  if (!impl_->thread.joinable()) impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
  return number;
}

void DnsForwarder::add_blocks(int number, const std::vector<Cidr>& blocks) {
  std::lock_guard lock(impl_->mutex);
  if (auto router = impl_->routers.find(number); router != impl_->routers.end())
    router->second.zone.blocks.insert(router->second.zone.blocks.end(), blocks.begin(), blocks.end());
}

void DnsForwarder::remove(int number) {
  std::lock_guard lock(impl_->mutex);
  auto router = impl_->routers.find(number);
  if (router == impl_->routers.end()) return;
  std::erase_if(impl_->questions, [&](const auto& each) { return each.second.router == number; });
  std::erase_if(impl_->stream_of_server,
                [&](const auto& each) { return impl_->streams.at(each.second).router == number; });
  std::erase_if(impl_->streams, [&](const auto& each) { return each.second.router == number; });
  std::erase_if(impl_->listeners, [&](const auto& each) { return each.second == number; });
  impl_->routers.erase(router);
}

void DnsForwarder::use(std::string resolv_conf, std::uint16_t port) {
  std::lock_guard lock(impl_->mutex);
  impl_->resolv_conf = std::move(resolv_conf);
  impl_->port = port;
  impl_->servers_until_ms = 0;
}

}  // namespace slipway::runtime
