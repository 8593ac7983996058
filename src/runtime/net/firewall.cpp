#include "runtime/net/firewall.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/limits.hpp"
#include "runtime/net/address.hpp"

namespace slipway::runtime {
namespace {

constexpr int any = -1;

// An nft name may hold a dot, and a group's id does not.
std::string profile_of(const std::vector<std::string>& groups) {
  std::string profile;
  for (const std::string& id : groups) profile += (profile.empty() ? "" : ".") + id;
  return profile.empty() ? "none" : profile;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream items(text);
  for (std::string part; std::getline(items, part, at);) parts.push_back(part);
  return parts;
}

bool is_group_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// As EC2 stores a range, and as people write one: bits past the prefix do not matter.
std::optional<Cidr> range_of(const std::string& text) {
  const auto slash = text.find('/');
  const auto ip = parse_ipv4(text.substr(0, slash));
  if (!ip || slash == text.npos || slash + 1 == text.size() || text.size() - slash > 3) return std::nullopt;
  unsigned prefix = 0;
  for (const char c : text.substr(slash + 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    prefix = prefix * 10 + unsigned(c - '0');
  }
  if (prefix > 32) return std::nullopt;
  Cidr cidr{0, prefix};
  cidr.address = *ip & cidr.mask();
  return cidr;
}

// "tcp dport 80-90", "icmp type 8", "ip protocol 50", or "" for all; nothing where the rule cannot be said,
// and so lets nothing through.
std::optional<std::string> what(const SecurityRule& rule) {
  const std::string& protocol = rule.protocol;
  if (protocol == "-1") return "";
  if (protocol == "tcp" || protocol == "6" || protocol == "udp" || protocol == "17") {
    const std::string name = protocol == "6" ? "tcp" : protocol == "17" ? "udp" : protocol;
    const int from = rule.from_port == any ? 0 : rule.from_port,
              to = rule.to_port == any ? 65'535 : rule.to_port;
    if (from < 0 || to > 65'535 || from > to) return std::nullopt;
    if (from == 0 && to == 65'535) return "ip protocol " + name + " ";
    return name + " dport " + std::to_string(from) + (from == to ? "" : "-" + std::to_string(to)) + " ";
  }
  if (protocol == "icmp" || protocol == "1") {
    // From port and to port are the type and the code (EC2, IpPermission).
    if (rule.from_port > 255 || rule.to_port > 255) return std::nullopt;
    if (rule.from_port < 0) return "ip protocol icmp ";
    return "icmp type " + std::to_string(rule.from_port) + " " +
           (rule.to_port < 0 ? "" : "icmp code " + std::to_string(rule.to_port) + " ");
  }
  unsigned number = 0;
  if (protocol.empty() || protocol.size() > 3) return std::nullopt;
  for (const char c : protocol) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + unsigned(c - '0');
  }
  if (number > 255) return std::nullopt;
  return "ip protocol " + std::to_string(number) + " ";
}

std::string rule_text(const SecurityRule& rule) {
  const auto traffic = what(rule);
  if (!traffic) return "";
  const std::string side = rule.egress ? "ip daddr " : "ip saddr ";
  std::string who;
  if (!rule.group_id.empty()) {
    who = side + "@of_" + rule.group_id + " ";
  } else {
    const auto range = range_of(rule.cidr);
    if (!range) return "";
    if (range->prefix > 0) who = side + range->text() + " ";
  }
  return "    " + who + *traffic + "accept\n";
}

Result<> valid(const SecurityGroupChange& change) {
  if (!is_group_id(change.id)) return fail("InvalidParameterException", "Invalid group id: " + change.id);
  if (change.rules)
    for (const SecurityRule& rule : *change.rules)
      if (!rule.group_id.empty() && !is_group_id(rule.group_id))
        return fail("InvalidParameterException", "Invalid group id: " + rule.group_id);
  if (change.rules && change.rules->size() > limits::security_group_rules)
    return fail("LimitExceeded", "Security group " + change.id + " has too many rules.");
  return {};
}

void put(std::set<std::uint32_t>& members, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    if (auto ip = parse_ipv4(text)) members.insert(*ip);
}

}  // namespace

Result<> Firewall::change(std::span<const SecurityGroupChange> changes) {
  for (const SecurityGroupChange& change : changes)
    if (auto checked = valid(change); !checked) return checked;
  if (groups_.size() + changes.size() > limits::security_groups_per_router)
    return fail("LimitExceeded", "A VPC has too many security groups for this node.");
  for (const SecurityGroupChange& change : changes) {
    Group& group = groups_[change.id];
    if (change.rules) {
      group.rules = *change.rules;
      for (const SecurityRule& rule : group.rules)
        if (!rule.group_id.empty()) groups_[rule.group_id];  // its set must be there, though empty
    }
    if (change.members) {
      group.members.clear();
      put(group.members, *change.members);
    }
    put(group.members, change.added_members);
    for (const std::string& text : change.removed_members)
      if (auto ip = parse_ipv4(text)) group.members.erase(*ip);
  }
  return {};
}

void Firewall::add(const Task& task) {
  remove(task.id);
  tasks_.push_back(task);
  if (!task.groups) return;
  std::erase_if(*tasks_.back().groups, [](const std::string& id) { return !is_group_id(id); });
  profiles_.insert(profile_of(*tasks_.back().groups));
  for (const std::string& id : *tasks_.back().groups) groups_[id];  // not known: it lets nothing through
}

bool Firewall::remove(const std::string& task_id) {
  return std::erase_if(tasks_, [&](const Task& task) { return task.id == task_id; }) > 0;
}

bool Firewall::change_way_out(const std::string& task_id, bool reaches_outside) {
  const auto task = std::ranges::find(tasks_, task_id, &Task::id);
  return task != tasks_.end() && std::exchange(task->reaches_outside, reaches_outside) != reaches_outside;
}

void Firewall::tidy() {
  profiles_.clear();
  for (const Task& task : tasks_)
    if (task.groups) profiles_.insert(profile_of(*task.groups));
}

std::string Firewall::chains(std::uint32_t host_address) const {
  std::string text = "  map leave {\n    type ipv4_addr : verdict\n  }\n";
  text += "  map enter {\n    type ipv4_addr : verdict\n  }\n";
  text += "  set inside {\n    type ipv4_addr\n  }\n";
  for (const auto& [id, group] : groups_) text += "  set of_" + id + " {\n    type ipv4_addr\n  }\n";
  for (const auto& [id, group] : groups_) {
    std::string in = "  chain in_" + id + " {\n", out = "  chain out_" + id + " {\n";
    for (const SecurityRule& rule : group.rules) (rule.egress ? out : in) += rule_text(rule);
    text += in + "  }\n" + out + "  }\n";
  }
  for (const std::string& profile : profiles_)
    for (const char* way : {"in", "out"}) {
      text += std::string("  chain ") + (*way == 'i' ? "enter_" : "leave_") + profile + " {\n";
      if (profile != "none")
        for (const std::string& id : split(profile, '.'))
          text += std::string("    jump ") + way + "_" + id + "\n";
      text += "    drop\n  }\n";
    }
  // What conntrack knows goes on, a revoked rule or not, as EC2's tracked connections do; but not where the
  // way out was taken away: a packet that no route leads on is lost. The host itself (its end of the link:
  // nobody else is forwarded with that address) always reaches its tasks, and has their answers.
  text +=
      "  chain leaving {\n    type filter hook forward priority filter; policy accept;\n"
      "    oifname \"host0\" ip saddr @inside ct direction original drop\n"
      "    ct state established,related accept\n"
      "    iifname \"host0\" oifname \"host0\" drop\n"
      "    iifname \"host0\" accept\n"
      "    ip saddr vmap @leave\n    drop\n  }\n"
      "  chain entering {\n    type filter hook forward priority filter + 1; policy accept;\n"
      "    ct state established,related accept\n"
      "    oifname \"host0\" accept\n"
      "    iifname \"host0\" ip saddr " +
      ipv4_text(host_address) + " accept\n    ip daddr vmap @enter\n    drop\n  }\n";
  return text;
}

Firewall::Elements Firewall::elements() const {
  Elements elements;
  auto &leave = elements["leave"], &enter = elements["enter"], &inside = elements["inside"];
  for (const Task& task : tasks_) {
    leave[task.ip] = task.groups ? "leave_" + profile_of(*task.groups) : "";
    enter[task.ip] = task.groups ? "enter_" + profile_of(*task.groups) : "";
    if (task.reaches_outside)
      inside.erase(task.ip);  // of two with one address the later has it
    else
      inside[task.ip] = "";
  }
  for (const auto& [id, group] : groups_) {
    auto& members = elements["of_" + id];
    for (const std::uint32_t ip : group.members) members[ip] = "";
  }
  return elements;
}

std::string Firewall::ruleset(std::uint32_t host_address) const {
  const std::string name = std::string("table ip ") + table;
  std::string text = "add " + name + "\ndelete " + name + "\n" + name + " {\n" + chains(host_address) + "}\n";
  for (const auto& [set, members] : elements()) {
    if (members.empty()) continue;
    const bool is_map = set == "leave" || set == "enter";
    std::string list;
    for (const auto& [ip, chain] : members) {
      list += (list.empty() ? "" : ", ") + ipv4_text(ip);
      if (is_map) list += chain.empty() ? " : accept" : " : goto " + chain;
    }
    text += std::string("add element ip ") + table + " " + set + " { " + list + " }\n";
  }
  return text;
}

std::string Firewall::text() const {
  std::ostringstream out;
  for (const auto& [id, group] : groups_) {
    out << "group " << id;
    for (const std::uint32_t ip : group.members) out << ' ' << ipv4_text(ip);
    out << '\n';
    for (const SecurityRule& rule : group.rules)
      out << "rule " << id << ' ' << (rule.egress ? "out " : "in ") << rule.protocol << ' ' << rule.from_port
          << ' ' << rule.to_port << ' ' << (rule.group_id.empty() ? rule.cidr : rule.group_id) << '\n';
  }
  for (const Task& task : tasks_) {
    out << "task " << task.id << ' ' << ipv4_text(task.ip) << (task.groups ? " filtered" : " open")
        << (task.reaches_outside ? " outside" : " inside");
    for (const std::string& id : task.groups.value_or(std::vector<std::string>())) out << ' ' << id;
    out << '\n';
  }
  return out.str();
}

Firewall Firewall::parse(const std::string& text) {
  Firewall firewall;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, id;
    words >> kind >> id;
    if (kind == "group" && is_group_id(id)) {
      Group& group = firewall.groups_[id];
      for (std::string ip; words >> ip;) put(group.members, {ip});
    } else if (kind == "rule" && is_group_id(id)) {
      SecurityRule rule;
      std::string way, who;
      if (!(words >> way >> rule.protocol >> rule.from_port >> rule.to_port >> who)) continue;
      rule.egress = way == "out";
      (who.find('/') == who.npos ? rule.group_id : rule.cidr) = who;
      if (!rule.group_id.empty()) {
        if (!is_group_id(rule.group_id)) continue;
        firewall.groups_[rule.group_id];
      }
      firewall.groups_[id].rules.push_back(std::move(rule));
    } else if (kind == "task") {
      std::string ip, way, reach;
      if (!(words >> ip >> way >> reach) || !parse_ipv4(ip)) continue;
      Task task{.id = id, .ip = *parse_ipv4(ip), .reaches_outside = reach != "inside"};
      if (way == "filtered") task.groups.emplace();
      for (std::string group; task.groups && words >> group;) task.groups->push_back(group);
      firewall.add(task);
    }
  }
  return firewall;
}

}  // namespace slipway::runtime
