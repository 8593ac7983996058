#include "closed_loop.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "call.hpp"
#include "figures.hpp"

namespace slipway::bench {
namespace {

struct Connection {
  int fd = -1;
  std::int64_t sent_ns = 0;
  std::string received;
};

std::int64_t own_cpu_ns() {
  timespec time;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

// The counters' values at the measured time's edges: subtracted at its begin, added at its end.
void count_cpu(LoopResult& result, const LoopPlan& plan, int sign) {
  result.client_cpu_ns += sign * own_cpu_ns();
  result.server_cpu_ns += sign * process_cpu_ns(plan.server_pid);
  result.machine_cpu_ns += sign * machine_cpu_ns();
  result.wall_ns += sign * monotonic_ns();
}

void send_request(Connection& connection, const std::string& request) {
  connection.sent_ns = monotonic_ns();
  connection.received.clear();
  if (::send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size()))
    give_up("the server does not take a request");
}

// False: it was not what it should be.
bool good(const LoopPlan& plan, int status, std::string_view body) {
  return status == 200 && body.size() >= plan.least_body_bytes &&
         (plan.expected.empty() || body.find(plan.expected) != body.npos);
}

}  // namespace

LoopResult run_closed_loop(const LoopPlan& plan) {
  LoopResult result;
  result.latencies_ns.reserve(2'000'000);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections(plan.requests.size());
  for (std::size_t at = 0; at < connections.size(); ++at) {
    connections[at].fd = try_connect();
    if (connections[at].fd < 0) give_up("cannot connect to the server");
    connections[at].received.reserve(64 * 1024);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = at}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[at].fd, &event);
    send_request(connections[at], plan.requests[at]);
  }
  const std::int64_t begin_ns = monotonic_ns() + plan.warm_up_ms * 1'000'000;
  const std::int64_t end_ns = begin_ns + plan.measured_ms * 1'000'000;
  bool measuring = false;
  std::array<epoll_event, 256> events;
  std::array<char, 64 * 1024> buffer;
  for (std::int64_t now_ns = monotonic_ns(); now_ns < end_ns; now_ns = monotonic_ns()) {
    if (!measuring && now_ns >= begin_ns) {
      measuring = true;
      count_cpu(result, plan, -1);
    }
    const int ready = ::epoll_wait(poll, events.data(), events.size(), 1'000);
    for (int at = 0; at < ready; ++at) {
      Connection& connection = connections[events[at].data.u64];
      const ssize_t got = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) give_up("the server closed a connection");
      connection.received.append(buffer.data(), std::size_t(got));
      int status = 0;
      std::size_t body_at = 0;
      if (whole_answer(connection.received, status, body_at) == 0) continue;
      const std::int64_t answered_ns = monotonic_ns();
      if (measuring && answered_ns < end_ns) result.latencies_ns.push_back(answered_ns - connection.sent_ns);
      if (!good(plan, status, std::string_view(connection.received).substr(body_at)) && result.errors++ == 0)
        result.first_error = connection.received.substr(0, 600);
      send_request(connection, plan.requests[events[at].data.u64]);
    }
  }
  count_cpu(result, plan, +1);
  for (const Connection& connection : connections) ::close(connection.fd);
  ::close(poll);
  return result;
}

}  // namespace slipway::bench
