#include "runtime/net/netlink.hpp"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace slipway::runtime {
namespace {

constexpr std::size_t receive_bytes = 64 * 1024;
constexpr std::size_t align(std::size_t size) {
  return (size + 3) & ~std::size_t(3);
}

}  // namespace

// An attribute that holds others: its length is known when it ends.
struct NetlinkBatch::Nest {
  NetlinkBatch& batch;
  const std::size_t at;

  Nest(NetlinkBatch& b, std::uint16_t type) : batch(b), at(b.bytes_.size()) {
    const rtattr header{.rta_len = 0, .rta_type = type};
    batch.put(&header, sizeof header);
  }
  ~Nest() {
    const auto length = std::uint16_t(batch.bytes_.size() - at);
    std::memcpy(batch.bytes_.data() + at, &length, sizeof length);
  }
  Nest(const Nest&) = delete;
};

std::size_t NetlinkBatch::begin(std::string what, std::uint16_t type, std::uint16_t flags) {
  names_.push_back(std::move(what));
  const std::size_t at = bytes_.size();
  const nlmsghdr header{.nlmsg_type = type, .nlmsg_flags = std::uint16_t(NLM_F_REQUEST | NLM_F_ACK | flags)};
  put(&header, sizeof header);
  return at;
}

void NetlinkBatch::end(std::size_t message) {
  const auto length = std::uint32_t(bytes_.size() - message);
  std::memcpy(bytes_.data() + message, &length, sizeof length);
}

void NetlinkBatch::put(const void* data, std::size_t size) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + align(size));
  std::memcpy(bytes_.data() + at, data, size);
}

void NetlinkBatch::attribute(std::uint16_t type, const void* data, std::size_t size) {
  const rtattr header{.rta_len = std::uint16_t(sizeof(rtattr) + size), .rta_type = type};
  put(&header, sizeof header);
  put(data, size);
}

void NetlinkBatch::number(std::uint16_t type, std::uint32_t value) {
  attribute(type, &value, sizeof value);
}

void NetlinkBatch::text(std::uint16_t type, std::string_view value) {
  const std::string terminated(value);
  attribute(type, terminated.c_str(), terminated.size() + 1);
}

void NetlinkBatch::add_veth(const VethEnd& near, const VethEnd& far, unsigned mtu) {
  const std::size_t message = begin("link " + near.name, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  const auto describe = [&](const VethEnd& end) {
    const ifinfomsg info{.ifi_family = AF_UNSPEC, .ifi_index = end.index};
    put(&info, sizeof info);
    text(IFLA_IFNAME, end.name);
    number(IFLA_MTU, mtu);
    if (end.mac.size() == 6) attribute(IFLA_ADDRESS, end.mac.data(), end.mac.size());
    if (end.netns >= 0) number(IFLA_NET_NS_FD, std::uint32_t(end.netns));
  };
  describe(near);
  {
    Nest link_info(*this, IFLA_LINKINFO);
    text(IFLA_INFO_KIND, "veth");
    Nest data(*this, IFLA_INFO_DATA);
    Nest peer(*this, VETH_INFO_PEER);
    describe(far);
  }
  end(message);
}

void NetlinkBatch::set_up(int link) {
  const std::size_t message = begin("link up", RTM_NEWLINK, 0);
  const ifinfomsg info{.ifi_family = AF_UNSPEC, .ifi_index = link, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  put(&info, sizeof info);
  end(message);
}

void NetlinkBatch::add_address(int link, std::uint32_t address, unsigned prefix) {
  const std::size_t message =
      begin("address " + ipv4_text(address), RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
  const ifaddrmsg info{.ifa_family = AF_INET,
                       .ifa_prefixlen = std::uint8_t(prefix),
                       .ifa_flags = 0,
                       .ifa_scope = RT_SCOPE_UNIVERSE,
                       .ifa_index = std::uint32_t(link)};
  put(&info, sizeof info);
  number(IFA_LOCAL, htonl(address));
  number(IFA_ADDRESS, htonl(address));
  end(message);
}

void NetlinkBatch::add_route(const RouteSpec& route) {
  const std::size_t message = begin("route to " + route.destination.text(), RTM_NEWROUTE,
                                    NLM_F_CREATE | (route.replace ? NLM_F_REPLACE : NLM_F_EXCL));
  const rtmsg info{
      .rtm_family = AF_INET,
      .rtm_dst_len = std::uint8_t(route.destination.prefix),
      .rtm_table = RT_TABLE_MAIN,
      .rtm_protocol = RTPROT_STATIC,
      .rtm_scope = std::uint8_t(route.gateway || route.unreachable ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK),
      .rtm_type = std::uint8_t(route.unreachable ? RTN_UNREACHABLE : RTN_UNICAST),
      .rtm_flags = route.on_link ? unsigned(RTNH_F_ONLINK) : 0};
  put(&info, sizeof info);
  number(RTA_DST, htonl(route.destination.address));
  if (route.gateway) number(RTA_GATEWAY, htonl(*route.gateway));
  if (!route.unreachable) number(RTA_OIF, std::uint32_t(route.link));
  end(message);
}

void NetlinkBatch::delete_route(const Cidr& destination, int link) {
  const std::size_t message = begin("no route to " + destination.text(), RTM_DELROUTE, 0);
  const rtmsg info{.rtm_family = AF_INET,
                   .rtm_dst_len = std::uint8_t(destination.prefix),
                   .rtm_table = RT_TABLE_MAIN,
                   .rtm_scope = RT_SCOPE_NOWHERE};
  put(&info, sizeof info);
  number(RTA_DST, htonl(destination.address));
  number(RTA_OIF, std::uint32_t(link));
  end(message);
}

void NetlinkBatch::delete_link(int link) {
  const std::size_t message = begin("no link " + std::to_string(link), RTM_DELLINK, 0);
  const ifinfomsg info{.ifi_family = AF_UNSPEC, .ifi_index = link};
  put(&info, sizeof info);
  end(message);
}

Result<Netlink> Netlink::open() {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket) return fail_errno("netlink socket");
  const int size = 1024 * 1024;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  const sockaddr_nl address{.nl_family = AF_NETLINK};
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail_errno("netlink socket");
  return Netlink(std::move(socket));
}

Result<> Netlink::execute(const NetlinkBatch& batch) {
  std::lock_guard lock(mutex_);
  std::vector<char> bytes = batch.bytes_;
  const std::uint32_t first = sequence_;
  for (std::size_t at = 0; at < bytes.size();) {
    nlmsghdr header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    header.nlmsg_seq = sequence_++;
    std::memcpy(bytes.data() + at, &header, sizeof header);
    at += align(header.nlmsg_len);
  }
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) return fail_errno("netlink");

  Result<> result;
  std::vector<char> buffer(receive_bytes);
  for (std::uint32_t answered = 0; answered < sequence_ - first;) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("netlink");
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= std::size_t(got);) {
      nlmsghdr header;
      std::memcpy(&header, buffer.data() + at, sizeof header);
      if (header.nlmsg_len < sizeof header) break;
      if (header.nlmsg_type == NLMSG_ERROR && header.nlmsg_seq - first < sequence_ - first) {
        nlmsgerr answer;
        std::memcpy(&answer, buffer.data() + at + sizeof header, sizeof answer);
        ++answered;
        if (answer.error != 0 && result) {
          auto failed = fail_errno(batch.names_[header.nlmsg_seq - first], -answer.error);
          if (answer.error == -EEXIST) failed.error().code = "Exists";
          if (answer.error == -ENODEV || answer.error == -ESRCH || answer.error == -EADDRNOTAVAIL)
            failed.error().code = "NotFound";
          result = failed;
        }
      }
      at += align(header.nlmsg_len);
    }
  }
  return result;
}

}  // namespace slipway::runtime
