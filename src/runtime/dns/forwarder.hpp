#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/dns/message.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Answers tasks' questions: names of the VPC itself, and for all others what the host's own name servers say
// (one on 127.0.0.53 as well: they are asked from the host's network). One thread for all routers of the
// node.
//
// Every question goes out from a port and with an id of its own, both random, and only an answer with that id
// and that question, from that server, counts (RFC 5452). Per task: so many questions a second, so many that
// wait; who asks more is not answered.
class DnsForwarder {
 public:
  DnsForwarder();
  ~DnsForwarder();

  // Bound UDP sockets and listening TCP sockets, non-blocking, inside a router. Gives a number for remove().
  Result<int> add(DnsZone zone, std::vector<Fd> datagrams, std::vector<Fd> streams);
  // A block that the VPC got later: its addresses have names too.
  void add_blocks(int router, const std::vector<Cidr>& blocks);
  void remove(int router);

  // Another file than /etc/resolv.conf, and another port than 53; for tests.
  void use(std::string resolv_conf, std::uint16_t port);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::runtime
