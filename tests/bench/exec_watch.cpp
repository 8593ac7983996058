#include "exec_watch.hpp"

#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "figures.hpp"

namespace slipway::bench {
namespace {

// "/bin/sh -c …", or "" for one that is gone already.
std::string command_of(int pid) {
  const int file = ::open(("/proc/" + std::to_string(pid) + "/cmdline").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char buffer[4096];
  const ssize_t got = ::read(file, buffer, sizeof buffer);
  ::close(file);
  std::string text(buffer, std::size_t(std::max<ssize_t>(got, 0)));
  std::ranges::replace(text, '\0', ' ');
  return text;
}

}  // namespace

ExecWatch::ExecWatch() : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR)) {
  sockaddr_nl address{.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
  const int room = 8 << 20;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot listen to the kernel's process events; run as root, outside of any container");
  const proc_cn_mcast_op operation = PROC_CN_MCAST_LISTEN;
  struct {
    nlmsghdr header;
    char payload[sizeof(cn_msg) + sizeof operation];
  } message{};
  cn_msg head{.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof operation};
  std::memcpy(message.payload, &head, sizeof head);
  std::memcpy(message.payload + sizeof head, &operation, sizeof operation);
  message.header.nlmsg_len = NLMSG_LENGTH(sizeof message.payload);
  message.header.nlmsg_type = NLMSG_DONE;
  if (::send(socket_, &message, message.header.nlmsg_len, 0) < 0)
    give_up("the kernel gives no process events");
}

ExecWatch::~ExecWatch() {
  ::close(socket_);
}

void ExecWatch::drain() {
  char buffer[4096];
  while (::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
  }
}

ExecWatch::Exec ExecWatch::wait_for(std::string_view command, std::int64_t timeout_ms) {
  const std::int64_t deadline_ns = monotonic_ns() + timeout_ms * 1'000'000;
  for (;;) {
    const std::int64_t left_ms = (deadline_ns - monotonic_ns()) / 1'000'000;
    pollfd ready{socket_, POLLIN, 0};
    if (left_ms <= 0 || ::poll(&ready, 1, int(left_ms)) <= 0) return {};
    alignas(nlmsghdr) char buffer[4096];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got < ssize_t(NLMSG_LENGTH(sizeof(cn_msg) + sizeof(proc_event)))) continue;
    proc_event event;
    std::memcpy(&event, buffer + NLMSG_LENGTH(sizeof(cn_msg)), sizeof event);
    if (event.what != proc_event::PROC_EVENT_EXEC) continue;
    const int pid = event.event_data.exec.process_tgid;
    if (command_of(pid).starts_with(command)) return {pid, std::int64_t(event.timestamp_ns)};
  }
}

}  // namespace slipway::bench
