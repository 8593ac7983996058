#include "runtime/net/resolvers.hpp"

#include <sstream>

#include "runtime/net/address.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

// resolv.conf(5).
Resolvers parse_resolvers(const std::string& text, bool& saw_loopback, bool with_loopback = false) {
  Resolvers found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, value;
    words >> key;
    if (key == "nameserver" && words >> value) {
      auto ip = parse_ipv4(value);
      if (!ip) continue;  // version 6: tasks have version 4 only
      const bool loopback = *ip >> 24 == 127;
      saw_loopback |= loopback;
      if (!loopback || with_loopback) found.servers.push_back(value);
    }
    if (key == "search" || key == "domain") {
      found.search.clear();
      while (words >> value) found.search.push_back(value);
    }
  }
  return found;
}

}  // namespace

Resolvers host_resolvers() {
  bool ignored = false;
  return parse_resolvers(read_file_or_empty("/etc/resolv.conf"), ignored, true);
}

std::vector<std::uint32_t> name_servers(const std::string& resolv_conf) {
  bool ignored = false;
  std::vector<std::uint32_t> servers;
  for (const std::string& text : parse_resolvers(read_file_or_empty(resolv_conf), ignored, true).servers)
    servers.push_back(*parse_ipv4(text));
  return servers;
}

Resolvers reachable_resolvers() {
  bool saw_loopback = false;
  Resolvers found = parse_resolvers(read_file_or_empty("/etc/resolv.conf"), saw_loopback);
  if (!found.servers.empty()) {
    if (saw_loopback)
      found.note = "the host's resolver on 127.0.0.0/8 is not reachable from a task and left out";
    return found;
  }
  // systemd-resolved listens on 127.0.0.53 and keeps the list of real servers here.
  bool ignored = false;
  Resolvers real = parse_resolvers(read_file_or_empty("/run/systemd/resolve/resolv.conf"), ignored);
  if (!real.servers.empty()) {
    if (real.search.empty()) real.search = found.search;
    real.note =
        "the host's resolver on 127.0.0.0/8 is not reachable from a task; systemd-resolved's own servers are "
        "used";
    return real;
  }
  found.note = saw_loopback ? "the host has only a resolver on 127.0.0.0/8, which a task cannot reach"
                            : "the host has no name server in /etc/resolv.conf";
  return found;
}

}  // namespace slipway::runtime
