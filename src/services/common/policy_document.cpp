#include "services/common/policy_document.hpp"

#include <algorithm>

#include "wire/json_text.hpp"

namespace slipway::services {
namespace {

using wire::Kind;
using wire::Value;

std::unexpected<Error> malformed(std::string message) {
  return fail("MalformedPolicyDocument", std::move(message));
}

bool has(const Value& statement, std::string_view name) {
  const Value* member = statement.find(name);
  return member && !member->absent();
}
bool has_either(const Value& statement, std::string_view name) {
  return has(statement, name) || has(statement, "Not" + std::string(name));
}

// A string or a list of at least one.
bool is_strings(const Value& value) {
  if (value.is(Kind::string)) return true;
  return value.is(Kind::list) && !value.empty() &&
         std::ranges::all_of(value.items(), [](const Value& item) { return item.is(Kind::string); });
}

Result<> check_statement(const Value& statement, PolicyUse use) {
  if (!statement.is(Kind::object)) return malformed("Syntax errors in policy.");
  const std::string_view effect = statement.get("Effect").string();
  if (!has(statement, "Effect")) return malformed("Missing required field Effect");
  if (effect != "Allow" && effect != "Deny") return malformed("Invalid effect: " + std::string(effect));
  const bool trust = use == PolicyUse::trust;
  if (!has_either(statement, "Action"))
    return malformed(trust ? "Missing required field Action" : "Policy statement must contain actions.");
  if (trust && has_either(statement, "Resource")) return malformed("Has prohibited field Resource");
  if (trust && !has_either(statement, "Principal")) return malformed("Missing required field Principal");
  if (!trust && has_either(statement, "Principal"))
    return malformed("Policy document should not specify a principal.");
  if (!trust && !has_either(statement, "Resource"))
    return malformed("Policy statement must contain resources.");
  for (const char* name : {"Action", "NotAction", "Resource", "NotResource"})
    if (has(statement, name) && !is_strings(statement.get(name)))
      return malformed("Syntax errors in policy.");
  return {};
}

}  // namespace

Result<> check_policy_document(std::string_view document, PolicyUse use) {
  const auto policy = wire::parse_json(document);
  if (!policy || !policy->is(Kind::object))
    return malformed(use == PolicyUse::trust ? "This policy contains invalid Json"
                                             : "Syntax errors in policy.");
  if (const Value* version = policy->find("Version"))
    if (version->string() != "2012-10-17" && version->string() != "2008-10-17")
      return malformed("The policy must contain a valid version string");
  const Value& statements = policy->get("Statement");
  if (statements.is(Kind::object)) return check_statement(statements, use);
  if (!statements.is(Kind::list) || statements.empty()) return malformed("Syntax errors in policy.");
  for (const Value& statement : statements.items())
    if (auto good = check_statement(statement, use); !good) return good;
  return {};
}

std::size_t policy_size(std::string_view document) {
  static constexpr std::string_view white = " \t\r\n";
  return std::size_t(std::ranges::count_if(document, [](char c) { return !white.contains(c); }));
}

}  // namespace slipway::services
