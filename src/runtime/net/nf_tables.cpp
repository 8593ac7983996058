#include "runtime/net/nf_tables.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace slipway::runtime {
namespace {

constexpr std::size_t align(std::size_t size) {
  return (size + 3) & ~std::size_t(3);
}

// Messages one after another. Lengths are filled in by whoever ends.
class Buffer {
 public:
  std::size_t begin(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence, std::uint8_t family,
                    std::uint16_t resource) {
    const std::size_t at = bytes_.size();
    const nlmsghdr header{.nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = sequence};
    put(&header, sizeof header);
    const nfgenmsg general{.nfgen_family = family, .version = NFNETLINK_V0, .res_id = htons(resource)};
    put(&general, sizeof general);
    return at;
  }
  void end(std::size_t at) { length<std::uint32_t>(at); }
  std::size_t open(std::uint16_t type) {
    const std::size_t at = bytes_.size();
    const nlattr header{.nla_len = 0, .nla_type = std::uint16_t(type | NLA_F_NESTED)};
    put(&header, sizeof header);
    return at;
  }
  void close(std::size_t at) { length<std::uint16_t>(at); }
  void attribute(std::uint16_t type, const void* data, std::size_t size) {
    const nlattr header{.nla_len = std::uint16_t(sizeof(nlattr) + size), .nla_type = type};
    put(&header, sizeof header);
    put(data, size);
  }
  void text(std::uint16_t type, const std::string& value) {
    attribute(type, value.c_str(), value.size() + 1);
  }
  void number(std::uint16_t type, std::uint32_t value) {
    value = htonl(value);
    attribute(type, &value, sizeof value);
  }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  template <class Size>
  void length(std::size_t at) {
    const auto size = Size(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &size, sizeof size);
  }
  void put(const void* data, std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + align(size));
    std::memcpy(bytes_.data() + at, data, size);
  }

  std::vector<char> bytes_;
};

void put_element(Buffer& buffer, const std::string& table, const ElementChange& change,
                 std::uint32_t sequence) {
  const std::uint16_t type =
      NFNL_SUBSYS_NFTABLES << 8 | (change.add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM);
  const std::size_t message = buffer.begin(
      type, std::uint16_t(NLM_F_REQUEST | NLM_F_ACK | (change.add ? NLM_F_CREATE : 0)), sequence, AF_INET, 0);
  buffer.text(NFTA_SET_ELEM_LIST_TABLE, table);
  buffer.text(NFTA_SET_ELEM_LIST_SET, change.set);
  const std::size_t list = buffer.open(NFTA_SET_ELEM_LIST_ELEMENTS), element = buffer.open(NFTA_LIST_ELEM);
  const std::size_t key = buffer.open(NFTA_SET_ELEM_KEY);
  buffer.number(NFTA_DATA_VALUE, change.key);
  buffer.close(key);
  if (change.add && change.verdict) {
    const std::size_t data = buffer.open(NFTA_SET_ELEM_DATA), verdict = buffer.open(NFTA_DATA_VERDICT);
    buffer.number(NFTA_VERDICT_CODE, change.verdict->empty() ? NF_ACCEPT : std::uint32_t(NFT_GOTO));
    if (!change.verdict->empty()) buffer.text(NFTA_VERDICT_CHAIN, *change.verdict);
    buffer.close(verdict);
    buffer.close(data);
  }
  buffer.close(element);
  buffer.close(list);
  buffer.end(message);
}

}  // namespace

Result<NfTables> NfTables::open() {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  if (!socket) return fail_errno("nf_tables socket");
  const int size = 1024 * 1024;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  // Every message is answered; a kernel that does not is not waited for.
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr_nl address{.nl_family = AF_NETLINK};
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail_errno("nf_tables socket");
  return NfTables(std::move(socket));
}

Result<> NfTables::execute(const std::string& table, std::span<const ElementChange> changes) {
  if (changes.empty()) return {};
  Buffer buffer;
  const std::uint32_t first = sequence_;
  buffer.end(buffer.begin(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, sequence_++, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
  for (const ElementChange& change : changes) put_element(buffer, table, change, sequence_++);
  buffer.end(buffer.begin(NFNL_MSG_BATCH_END, NLM_F_REQUEST, sequence_++, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
  if (::send(socket_.get(), buffer.bytes().data(), buffer.bytes().size(), 0) < 0)
    return fail_errno("nf_tables");
  std::vector<char> answer(64 * 1024);
  for (std::size_t answered = 0; answered < changes.size();) {
    const ssize_t got = ::recv(socket_.get(), answer.data(), answer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("nf_tables");
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= std::size_t(got);) {
      nlmsghdr header;
      std::memcpy(&header, answer.data() + at, sizeof header);
      if (header.nlmsg_len < sizeof header) break;
      // An older transaction's answers are passed over: it failed, and nobody waited for the rest.
      if (header.nlmsg_type == NLMSG_ERROR && header.nlmsg_seq - first < sequence_ - first) {
        nlmsgerr error;
        std::memcpy(&error, answer.data() + at + sizeof header, sizeof error);
        if (error.error != 0) return fail_errno("nf_tables " + table, -error.error);
        ++answered;
      }
      at += align(header.nlmsg_len);
    }
  }
  return {};
}

}  // namespace slipway::runtime
