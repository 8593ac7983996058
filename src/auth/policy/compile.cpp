#include <algorithm>
#include <array>
#include <set>

#include "auth/policy/policy.hpp"
#include "base/arn.hpp"
#include "base/limits.hpp"
#include "wire/json_text.hpp"

namespace slipway::auth::policy {
namespace {

using wire::Kind;
using wire::Value;

std::unexpected<Error> malformed(std::string message) {
  return fail("MalformedPolicyDocument", std::move(message));
}
std::unexpected<Error> syntax_error() {
  return malformed("Syntax errors in policy.");
}

bool has(const Value& statement, std::string_view name) {
  const Value* member = statement.find(name);
  return member && !member->absent();
}
bool has_either(const Value& statement, std::string_view name) {
  return has(statement, name) || has(statement, "Not" + std::string(name));
}

// A scalar as text: true for "true", 1 for "1". False for lists, objects and null.
bool text_of(const Value& value, std::string& out) {
  if (value.is(Kind::string))
    out = value.string();
  else if (value.is(Kind::boolean))
    out = value.boolean() ? "true" : "false";
  else if (value.is(Kind::integer) || value.is(Kind::number))
    out = wire::write_json(value);
  else
    return false;
  return true;
}

// A scalar, or a list of them that is not empty.
bool texts_of(const Value& value, std::vector<std::string>& out) {
  if (!value.is(Kind::list)) return text_of(value, out.emplace_back());
  for (const Value& item : value.items())
    if (!text_of(item, out.emplace_back())) return false;
  return !out.empty();
}

// "ecs:Describe*". The service's prefix is there and has no wildcard.
Result<> add_action(const std::string& text, Statement& out) {
  if (text != "*") {
    const auto colon = text.find(':');
    if (colon == text.npos)
      return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    const std::string vendor = text.substr(0, colon);
    const bool good = !vendor.empty() && std::ranges::all_of(vendor, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!good) return malformed("Vendor " + vendor + " is not valid");
    if (text.find(':', colon + 1) != text.npos)
      return malformed("Actions/Condition can contain only one colon.");
  }
  out.actions.push_back(Pattern::compile(text, Wildcards::text, false));
  return {};
}

Result<> add_resource(const std::string& text, bool variables, Statement& out) {
  const bool all = !text.empty() && text.find_first_not_of('*') == text.npos;
  if (!all && !text.starts_with("arn:"))
    return malformed("Resource " + text + " must be in ARN format or \"*\".");
  out.resources.push_back(Pattern::compile(text, all ? Wildcards::text : Wildcards::resource, variables));
  return {};
}

Result<> add_principal(std::string_view type, const std::string& text, Statement& out) {
  using Pattern = PrincipalPattern::Kind;
  auto add = [&](Pattern kind, std::string_view value) {
    out.principals.push_back({kind, std::string(value)});
    return Result<>();
  };
  if (type == "Service") return add(Pattern::service, text);
  if (type == "Federated") return add(Pattern::federated, text);
  if (type == "CanonicalUser") return add(Pattern::canonical_user, text);
  if (type != "AWS") return syntax_error();
  if (text == "*") return add(Pattern::anyone, "");
  if (text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return add(Pattern::account, text);
  const auto arn = Arn::parse(text);
  const bool unique_id = !arn && text.size() >= 16 && text.starts_with('A');  // of a principal that is gone
  if ((!arn && !unique_id) || text.find('*') != text.npos)
    return malformed("Invalid principal in policy: \"AWS\":\"" + text + "\"");
  if (arn && arn->service == "iam" && arn->resource == "root") return add(Pattern::account, arn->account);
  return add(Pattern::arn, text);
}

Result<> add_principals(const Value& value, Statement& out) {
  if (value.is(Kind::string) && value.string() == "*") return add_principal("AWS", "*", out);
  if (!value.is(Kind::object) || value.empty()) return syntax_error();
  for (const auto& [type, given] : value.entries()) {
    std::vector<std::string> texts;
    if (!texts_of(given, texts)) return syntax_error();
    for (const auto& text : texts)
      if (auto added = add_principal(type.view(), text, out); !added) return added;
  }
  return {};
}

Result<> add_conditions(const Value& value, bool variables, Statement& out) {
  if (!value.is(Kind::object)) return syntax_error();
  for (const auto& [name, keys] : value.entries()) {
    Condition condition;
    if (!parse_operator(name.view(), condition))
      return malformed("Invalid Condition type : " + std::string(name.view()) + ".");
    if (!keys.is(Kind::object)) return syntax_error();
    for (const auto& [key, given] : keys.entries()) {
      condition.name = key.view();
      condition.key = lower(key.view());
      condition.operands.clear();
      if (key.view().find(':') == std::string_view::npos)
        return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      std::vector<std::string> texts;
      if (given.is(Kind::list) && given.empty()) {
        out.conditions.push_back(condition);  // an empty set: nothing matches
        continue;
      }
      if (!texts_of(given, texts)) return syntax_error();
      for (const auto& text : texts) {
        auto operand = parse_operand(condition, text, variables);
        if (!operand) return pass(operand);
        condition.operands.push_back(std::move(*operand));
      }
      out.conditions.push_back(condition);
    }
  }
  return {};
}

Result<> check_shape(const Value& statement, Use use) {
  static constexpr std::array known{"Sid",          "Effect",   "Action",      "NotAction", "Principal",
                                    "NotPrincipal", "Resource", "NotResource", "Condition"};
  if (!statement.is(Kind::object)) return syntax_error();
  const std::string_view effect = statement.get("Effect").string();
  if (!has(statement, "Effect")) return malformed("Missing required field Effect");
  if (effect != "Allow" && effect != "Deny") return malformed("Invalid effect: " + std::string(effect));
  const bool trust = use == Use::trust;
  if (!has_either(statement, "Action"))
    return malformed(trust ? "Missing required field Action" : "Policy statement must contain actions.");
  if (trust && has_either(statement, "Resource")) return malformed("Has prohibited field Resource");
  if (use != Use::identity && !has_either(statement, "Principal"))
    return malformed("Missing required field Principal");
  if (use == Use::identity && has_either(statement, "Principal"))
    return malformed("Policy document should not specify a principal.");
  if (!trust && !has_either(statement, "Resource"))
    return malformed("Policy statement must contain resources.");
  for (const char* name : {"Action", "Resource", "Principal"})
    if (has(statement, name) && has(statement, "Not" + std::string(name))) return syntax_error();
  for (const auto& [name, value] : statement.entries())
    if (std::ranges::find(known, name.view()) == known.end()) return syntax_error();
  return {};
}

Result<> add_texts(const Value& statement, std::string_view element, bool& negated,
                   std::vector<std::string>& out) {
  const std::string inverse = "Not" + std::string(element);
  negated = has(statement, inverse);
  if (!negated && !has(statement, element)) return {};
  const Value& given = statement.get(negated ? std::string_view(inverse) : element);
  if (!given.is(Kind::string) && !given.is(Kind::list)) return syntax_error();
  for (const Value& item : given.items())
    if (!item.is(Kind::string)) return syntax_error();
  if (!texts_of(given, out)) return syntax_error();
  return {};
}

Result<Statement> compile_statement(const Value& given, Use use, bool variables) {
  if (auto good = check_shape(given, use); !good) return pass(good);
  Statement out;
  out.allow = given.get("Effect").string() == "Allow";
  if (has(given, "Sid")) {
    out.sid = given.get("Sid").string();
    const bool good = given.get("Sid").is(Kind::string) && std::ranges::all_of(out.sid, [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                      });
    if (!good && use == Use::identity)
      return malformed(
          "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
          "[0-9A-Za-z]*");
  }
  std::vector<std::string> actions, resources;
  if (auto good = add_texts(given, "Action", out.not_action, actions); !good) return pass(good);
  if (auto good = add_texts(given, "Resource", out.not_resource, resources); !good) return pass(good);
  for (const auto& text : actions)
    if (auto good = add_action(text, out); !good) return pass(good);
  for (const auto& text : resources)
    if (auto good = add_resource(text, variables, out); !good) return pass(good);
  out.not_principal = has(given, "NotPrincipal");
  if (has_either(given, "Principal"))
    if (auto good = add_principals(given.get(out.not_principal ? "NotPrincipal" : "Principal"), out); !good)
      return pass(good);
  if (has(given, "Condition"))
    if (auto good = add_conditions(given.get("Condition"), variables, out); !good) return pass(good);
  return out;
}

}  // namespace

Result<PolicyPtr> compile(std::string_view document, Use use) {
  const auto policy = wire::parse_json(document, limits::policy_document_bytes);
  if (!policy || !policy->is(Kind::object))
    return use == Use::trust ? malformed("This policy contains invalid Json") : syntax_error();
  bool variables = false;
  if (const Value* version = policy->find("Version")) {
    if (version->string() != "2012-10-17" && version->string() != "2008-10-17")
      return malformed("The policy must contain a valid version string");
    variables = version->string() == "2012-10-17";
  }
  for (const auto& [name, value] : policy->entries())
    if (name.view() != "Version" && name.view() != "Id" && name.view() != "Statement") return syntax_error();
  const Value& given = policy->get("Statement");
  const std::span<const Value> statements = given.is(Kind::object) ? std::span(&given, 1) : given.items();
  if (statements.empty()) return syntax_error();

  auto out = std::make_shared<Policy>();
  std::set<std::string> sids;
  for (const Value& each : statements) {
    auto statement = compile_statement(each, use, variables);
    if (!statement) return pass(statement);
    if (!statement->sid.empty() && !sids.insert(statement->sid).second)
      return malformed("Statement IDs (SID) in a single policy must be unique.");
    out->statements.push_back(std::move(*statement));
  }
  return PolicyPtr(std::move(out));
}

std::vector<std::string> context_keys(const Policy& policy) {
  std::set<std::string> names;
  auto of_pattern = [&](const Pattern& pattern) {
    for (const Variable& variable : pattern.variables()) names.insert(variable.name);
  };
  for (const Statement& statement : policy.statements) {
    std::ranges::for_each(statement.resources, of_pattern);
    for (const Condition& condition : statement.conditions) {
      names.insert(condition.name);
      for (const Operand& operand : condition.operands) {
        if (const auto* pattern = std::get_if<Pattern>(&operand)) of_pattern(*pattern);
        if (const auto* arn = std::get_if<ArnPattern>(&operand)) std::ranges::for_each(*arn, of_pattern);
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace slipway::auth::policy
