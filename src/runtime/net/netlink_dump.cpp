// What a namespace holds: links, addresses, routes.
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "runtime/net/netlink.hpp"

namespace slipway::runtime {
namespace {

template <class Header>
bool take(std::string_view& payload, Header& header) {
  if (payload.size() < sizeof header) return false;
  std::memcpy(&header, payload.data(), sizeof header);
  payload.remove_prefix(std::min(payload.size(), NLMSG_ALIGN(sizeof header)));
  return true;
}

// The value of the first attribute of this type; empty where there is none.
std::string_view attribute_of(std::string_view payload, std::uint16_t type) {
  while (payload.size() >= sizeof(rtattr)) {
    rtattr header;
    std::memcpy(&header, payload.data(), sizeof header);
    if (header.rta_len < sizeof header || header.rta_len > payload.size()) break;
    if (header.rta_type == type) return payload.substr(sizeof header, header.rta_len - sizeof header);
    payload.remove_prefix(std::min(payload.size(), std::size_t(RTA_ALIGN(header.rta_len))));
  }
  return {};
}

std::uint32_t number_of(std::string_view value) {
  std::uint32_t number = 0;
  if (value.size() == sizeof number) std::memcpy(&number, value.data(), sizeof number);
  return number;
}

template <class Header>
std::string_view bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

}  // namespace

Result<> Netlink::dump(std::uint16_t type, std::string_view request,
                       const std::function<void(std::uint16_t, std::string_view)>& each) {
  std::lock_guard lock(mutex_);
  nlmsghdr header{.nlmsg_len = std::uint32_t(sizeof(nlmsghdr) + request.size()),
                  .nlmsg_type = type,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                  .nlmsg_seq = sequence_++};
  std::string bytes(bytes_of(header));
  bytes += request;
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) return fail_errno("netlink");
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("netlink");
    for (std::size_t at = 0; at + sizeof header <= std::size_t(got);) {
      nlmsghdr answer;
      std::memcpy(&answer, buffer.data() + at, sizeof answer);
      if (answer.nlmsg_len < sizeof answer || at + answer.nlmsg_len > std::size_t(got)) break;
      if (answer.nlmsg_seq == header.nlmsg_seq) {
        if (answer.nlmsg_type == NLMSG_DONE) return {};
        if (answer.nlmsg_type == NLMSG_ERROR) return fail("HostError", "netlink refused to list", 500);
        each(answer.nlmsg_type, {buffer.data() + at + sizeof answer, answer.nlmsg_len - sizeof answer});
      }
      at += NLMSG_ALIGN(answer.nlmsg_len);
    }
  }
}

Result<std::vector<LinkInfo>> Netlink::links() {
  std::vector<LinkInfo> found;
  auto listed =
      dump(RTM_GETLINK, bytes_of(ifinfomsg{.ifi_family = AF_UNSPEC}),
           [&](std::uint16_t, std::string_view payload) {
             ifinfomsg info;
             if (!take(payload, info)) return;
             std::string name(attribute_of(payload, IFLA_IFNAME));
             found.push_back({info.ifi_index, name.c_str(), number_of(attribute_of(payload, IFLA_MTU))});
           });
  if (!listed) return pass(listed);
  return found;
}

Result<std::vector<AddressInfo>> Netlink::addresses() {
  std::vector<AddressInfo> found;
  auto listed = dump(
      RTM_GETADDR, bytes_of(ifaddrmsg{.ifa_family = AF_INET}), [&](std::uint16_t, std::string_view payload) {
        ifaddrmsg info;
        if (!take(payload, info) || info.ifa_family != AF_INET) return;
        found.push_back({int(info.ifa_index), ntohl(number_of(attribute_of(payload, IFA_LOCAL)))});
      });
  if (!listed) return pass(listed);
  return found;
}

Result<std::vector<RouteInfo>> Netlink::routes() {
  std::vector<RouteInfo> found;
  auto listed = dump(RTM_GETROUTE, bytes_of(rtmsg{.rtm_family = AF_INET}),
                     [&](std::uint16_t, std::string_view payload) {
                       rtmsg info;
                       if (!take(payload, info) || info.rtm_family != AF_INET) return;
                       const std::uint32_t table = number_of(attribute_of(payload, RTA_TABLE));
                       if ((table ? table : info.rtm_table) != RT_TABLE_MAIN) return;
                       found.push_back({{ntohl(number_of(attribute_of(payload, RTA_DST))), info.rtm_dst_len},
                                        int(number_of(attribute_of(payload, RTA_OIF)))});
                     });
  if (!listed) return pass(listed);
  return found;
}

}  // namespace slipway::runtime
