#include "runtime/net/nft.hpp"

#include <string_view>

#include "base/limits.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

std::string set(const char* name, const std::vector<std::string>& links) {
  std::string text = "  set " + std::string(name) + " {\n    type ifname\n";
  if (!links.empty()) text += "    elements = { " + quoted(links) + " }\n";
  return text + "  }\n";
}

bool on_one_address(const PortMapping& port) {
  return port.host_ip != "0.0.0.0";
}

const char* set_of(const PortMapping& port) {
  return port.is_host() ? "host_ports" : on_one_address(port) ? "ports_on" : "ports";
}

std::string key(const PortMapping& port, unsigned i) {
  return (on_one_address(port) ? port.host_ip + " . " : std::string()) + port.protocol + " . " +
         std::to_string(port.host_port + i);
}

std::string value(const PortMapping& port, unsigned i) {
  return port.container_ip + " . " + std::to_string(port.container_port + i);
}

std::string elements(const std::string& verb, const std::string& table, const std::vector<PortMapping>& ports,
                     bool values) {
  std::string text;
  for (const PortMapping& port : ports) {
    text += verb + " element ip " + table + " " + set_of(port) + " { ";
    for (unsigned i = 0; i < port.count; ++i)
      text += (i ? ", " : "") + key(port, i) + (values && !port.is_host() ? " : " + value(port, i) : "");
    text += " }\n";
  }
  return text;
}

}  // namespace

std::string host_ruleset(const HostRules& rules) {
  std::vector<std::string> links = rules.vpc_links;
  links.insert(links.end(), rules.bridge_links.begin(), rules.bridge_links.end());
  // "add" first: "delete" alone fails where there is no such table.
  std::string text = "add table ip " + rules.table + "\ndelete table ip " + rules.table + "\n";
  text += "table ip " + rules.table + " {\n";
  text += set("links", links);
  text += set("vpc_links", rules.vpc_links);
  text += R"(  map ports {
    type inet_proto . inet_service : ipv4_addr . inet_service
  }
  map ports_on {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
  }
  set host_ports {
    type inet_proto . inet_service
  }

  # route_localnet makes 127.0.0.1 reachable over a link: not from its other end.
  chain loopback {
    type filter hook prerouting priority raw; policy accept;
    iifname @links ip saddr 127.0.0.0/8 drop
    iifname @links ip daddr 127.0.0.0/8 drop
  }

  chain publish {
    dnat ip to ip daddr . meta l4proto . th dport map @ports_on
    dnat ip to meta l4proto . th dport map @ports
  }
  chain from_outside {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local jump publish
  }
  chain from_here {
    type nat hook output priority -100; policy accept;
    fib daddr type local jump publish
  }

  chain source {
    type nat hook postrouting priority srcnat; policy accept;
    oifname @links ip saddr 127.0.0.0/8 masquerade
    iifname @links oifname @links ct status dnat masquerade
    iifname @links oifname != @links masquerade
  }

  # Nobody is sent on to a task but by a published port: not another VPC's tasks, nor a neighbour of the host.
  chain between {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    oifname @links ct status dnat accept
    oifname @links drop
  }

  # Of the host itself, tasks reach what is published, which never comes here, and what tasks in the host's network
  # say that they serve; 169.254.170.2 is their router's.
  chain to_host {
    type filter hook input priority filter; policy accept;
    ct state established,related accept
    iifname @links icmp type echo-request accept
    iifname @links meta l4proto . th dport @host_ports accept
    iifname @links drop
  }
}
)";
  return text + add_ports_text(rules.table, rules.ports);
}

std::string add_ports_text(const std::string& table, const std::vector<PortMapping>& ports) {
  return elements("add", table, ports, true);
}

std::string delete_ports_text(const std::string& table, const std::vector<PortMapping>& ports) {
  return elements("delete", table, ports, false);
}

std::string router_ruleset(const std::vector<std::string>& cidrs) {
  std::string text = "add table ip slipway\ndelete table ip slipway\n";
  if (cidrs.empty()) return text;
  text +=
      "table ip slipway {\n  chain source {\n    type nat hook postrouting priority srcnat; policy accept;\n";
  for (const std::string& cidr : cidrs) text += "    oifname \"host0\" ip saddr " + cidr + " masquerade\n";
  return text + "  }\n}\n";
}

Result<> run_nft(const std::string& nft, const std::string& text) {
  auto finished = run_helper({nft, "-f", "-"}, text, limits::helper_timeout_ms);
  if (!finished) return pass(finished);
  if (finished->exit_code == 0) return {};
  return fail("HostError", "nft: " + finished->err.substr(0, finished->err.find('\n')), 500);
}

std::size_t count_nft_tables(const std::string& nft, const std::string& table) {
  auto finished = run_helper({nft, "list", "tables", "ip"}, "", limits::helper_timeout_ms);
  if (!finished) return 0;
  std::size_t count = 0;
  std::string_view text = finished->out;
  const std::string line = "table ip " + table + "\n";
  for (std::size_t at = text.find(line); at != text.npos; at = text.find(line, at + 1)) ++count;
  return count;
}

}  // namespace slipway::runtime
