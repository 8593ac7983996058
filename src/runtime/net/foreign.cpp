#include "runtime/net/foreign.hpp"

#include <sstream>

#include "base/limits.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

std::string mark_of(const NodePaths& paths) {
  return "comment \"" + paths.nft_table() + "\"";
}

// Calls `each(chain, line)` for every line inside a chain.
template <class Each>
void each_line(const std::string& listing, Each each) {
  std::istringstream lines(listing);
  std::string chain;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (first == "chain")
      chain = second;
    else if (first == "}")
      chain.clear();
    else if (!chain.empty())
      each(chain, line);
  }
}

// Empty where there is no such table.
std::string list(const std::string& nft) {
  auto listed = run_helper({nft, "-a", "list", "table", "ip", "filter"}, "", limits::helper_timeout_ms);
  return listed && listed->exit_code == 0 ? listed->out : "";
}

}  // namespace

ForeignFirewall parse_foreign_firewall(const std::string& listing) {
  ForeignFirewall found;
  found.docker_user = listing.find("chain DOCKER-USER {") != listing.npos;
  each_line(listing, [&](const std::string& chain, const std::string& line) {
    if (line.find("hook forward ") == line.npos || line.find("policy drop") == line.npos) return;
    found.drops = true;
    found.chain = chain;
  });
  return found;
}

std::string foreign_rules(const ForeignFirewall& found, const NodePaths& paths) {
  if (!found.drops) return "";
  std::string text;
  for (const char* side : {"iifname", "oifname"})
    text += "insert rule ip filter " + (found.docker_user ? "DOCKER-USER" : found.chain) + " " + side +
            " \"" + paths.link_prefix() + "*\" accept " + mark_of(paths) + "\n";
  return text;
}

std::string delete_foreign_rules(const std::string& listing, const NodePaths& paths) {
  std::string text;
  each_line(listing, [&](const std::string& chain, const std::string& line) {
    const auto handle = line.rfind("# handle ");
    if (line.find(mark_of(paths)) == line.npos || handle == line.npos) return;
    text += "delete rule ip filter " + chain + " handle " + line.substr(handle + 9) + "\n";
  });
  return text;
}

bool another_table_drops(const std::string& chains) {
  std::istringstream lines(chains);
  std::string table;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("table ")) table = line.substr(6, line.find(" {") - 6);
    if (line.find("hook forward") != line.npos && line.find("policy drop") != line.npos &&
        table != "ip filter")
      return true;
  }
  return false;
}

Result<> open_foreign_firewall(const std::string& nft, const NodePaths& paths) {
  const std::string listing = list(nft);
  if (listing.find(mark_of(paths)) != listing.npos) return {};
  const std::string rules = foreign_rules(parse_foreign_firewall(listing), paths);
  return rules.empty() ? Result<>{} : run_nft(nft, rules);
}

Result<> close_foreign_firewall(const std::string& nft, const NodePaths& paths) {
  const std::string rules = delete_foreign_rules(list(nft), paths);
  return rules.empty() ? Result<>{} : run_nft(nft, rules);
}

}  // namespace slipway::runtime
