#include <gtest/gtest.h>

#include "auth/policy/evaluate.hpp"
#include "auth/policy/slow_evaluator.hpp"
#include "base/random.hpp"

// The compiled evaluator against the slow one, over random policies and requests.
namespace slipway::auth::policy {
namespace {

using wire::Value;

class RandomPolicies {
 public:
  explicit RandomPolicies(std::uint64_t seed) : random_(seed) {}

  std::string document() {
    Value statements = Value::list();
    for (auto left = 1 + random_.below(3); left > 0; --left) statements.push_back(statement());
    Value policy = Value::object({{"Statement", std::move(statements)}});
    if (one_in(2))
      policy.set("Version", "2012-10-17");
    else if (one_in(2))
      policy.set("Version", "2008-10-17");
    return wire::write_json(policy);
  }
  std::string action() {
    return pick({"ecs:RunTask", "ecs:StopTask", "ECS:runtask", "s3:GetObject", "iam:PassRole"});
  }
  std::string resource() {
    return pick({"*", "arn:aws:ecs:us-east-1:000000000000:task/c/1",
                 "arn:aws:ecs:eu-west-1:000000000000:cluster/c", "arn:aws:s3:::bucket/bob/x",
                 "arn:aws:s3:::bucket/*", "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s",
                 "arn:aws:s3:::bucket/a:b:c"});
  }
  slow::Request request() {
    slow::Request out;
    for (const auto& [key, values] : contexts()) {
      if (one_in(3)) continue;
      auto& held = out[slow::small(key)];
      for (auto left = one_in(3) ? random_.below(3) : 1; left > 0; --left)
        held.push_back(values[random_.below(values.size())]);
    }
    return out;
  }
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  std::size_t below(std::size_t n) { return random_.below(n); }

 private:
  using Choices = std::vector<std::string>;
  // Keys and what requests hold for them; the values of one kind fit the operators of its kind.
  static const std::vector<std::pair<std::string, Choices>>& contexts() {
    static const std::vector<std::pair<std::string, Choices>> all{
        {"aws:username", {"bob", "Bob", "alice", "b*b", ""}},
        {"aws:PrincipalTag/team", {"red", "blue", "*", "a:b"}},
        {"aws:TagKeys", {"team", "floor", "Team"}},
        {"x:number", {"1", "2", "2.5", "-3", "1e1"}},
        {"x:date", {"2026-01-01T00:00:00Z", "2026-06-01T12:30:00Z", "2027-01-01T00:00:00Z"}},
        {"x:flag", {"true", "false", "True"}},
        {"x:bytes", {"QUJD", "REVG"}},
        {"aws:SourceIp", {"10.1.2.3", "10.1.2.200", "192.168.0.1"}},
        {"aws:SourceArn",
         {"arn:aws:ecs:us-east-1:000000000000:task/c/1", "arn:aws:s3:::b", "arn:aws:sns:us-east-1:1:a:b",
          "none"}}};
    return all;
  }
  std::string pick(const Choices& choices) { return choices[random_.below(choices.size())]; }
  Value some(const Choices& choices) {
    if (one_in(2)) return pick(choices);
    Value list = Value::list();
    for (auto left = 1 + random_.below(2); left > 0; --left) list.push_back(pick(choices));
    return list;
  }

  Value statement() {
    Value out = Value::object({{"Effect", one_in(4) ? "Deny" : "Allow"}});
    out.set(
        std::string(one_in(5) ? "NotAction" : "Action"),
        some({"*", "ecs:*", "ecs:Run*", "ECS:R?nTask", "s3:Get*", "iam:PassRole", "ecs:*Task", "ecs:S*"}));
    out.set(
        std::string(one_in(5) ? "NotResource" : "Resource"),
        some({"*", "arn:aws:ecs:*", "arn:aws:ecs:*:*:task/*", "arn:aws:ecs:us-*-1:000000000000:cluster/?",
              "arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'x'}*",
              "arn:aws:s3:::bucket/${*}", "arn:aws:logs:*:*:log-group:g:*", "arn:aws:logs:u?-east*:*",
              "arn:aws:s3:::*:?:c", "arn:aws:*c", "arn:*:*:*:*:task/*"}));
    if (one_in(3)) return out;
    Value condition = Value::object();
    for (auto left = 1 + random_.below(2); left > 0; --left) add_condition(condition);
    out.set("Condition", std::move(condition));
    return out;
  }

  void add_condition(Value& out) {
    static const Choices text{
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike",   "StringNotLike"};
    auto ordered = [](const std::string& kind) {
      return Choices{kind + "Equals",         kind + "NotEquals",   kind + "LessThan",
                     kind + "LessThanEquals", kind + "GreaterThan", kind + "GreaterThanEquals"};
    };
    if (one_in(8))
      return put(out, "Null", pick({"aws:username", "aws:TagKeys", "aws:SourceIp", "aws:nothing"}),
                 {"true", "false"});
    switch (random_.below(8)) {
      case 0:
      case 1:
        return put(
            out, decorated(pick(text)),
            pick({"aws:username", "aws:UserName", "aws:PrincipalTag/team", "aws:TagKeys", "aws:nothing"}),
            {"bob", "b*", "?ob", "red", "team", "TEAM", "*", "${aws:username}",
             "${aws:PrincipalTag/team, 'red'}", "${*}", "b${*}b", ""});
      case 2:
        return put(out, decorated(pick(ordered("Numeric"))), "x:number", {"1", "2", "2.5", "10", "-3.0"});
      case 3:
        return put(out, decorated(pick(ordered("Date"))), "x:date",
                   {"2026-01-01T00:00:00Z", "2026-06-01T12:30:00Z"});
      case 4:
        return put(out, decorated("Bool"), "x:flag", {"true", "false"});
      case 5:
        return put(out, decorated("BinaryEquals"), "x:bytes", {"QUJD", "AAAA"});
      case 6:
        return put(out, decorated(pick({"IpAddress", "NotIpAddress"})), "aws:SourceIp",
                   {"10.0.0.0/8", "10.1.2.0/25", "10.1.2.3", "0.0.0.0/0"});
      default:
        return put(out, decorated(pick({"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"})),
                   "aws:SourceArn",
                   {"arn:aws:ecs:*:*:task/*", "arn:aws:s3:::?", "arn:aws:sns:*:1:a*", "*", "arn:aws:ecs:*",
                    "arn:*:*:*:*:*", "arn:aws:${aws:PrincipalTag/team}:::b"});
    }
  }
  std::string decorated(std::string op) {
    if (one_in(4)) op += "IfExists";
    if (one_in(4)) op = (one_in(2) ? "ForAllValues:" : "ForAnyValue:") + op;
    return op;
  }
  void put(Value& out, const std::string& op, const std::string& key, const Choices& values) {
    out.slot(op).set(key, some(values));
  }

  SeededRandom random_;
};

class Told final : public Context {
 public:
  explicit Told(const slow::Request& request) : request_(request) {}
  bool values(std::string_view key, std::vector<std::string>& out) const override {
    const auto at = request_.find(std::string(key));
    if (at == request_.end()) return false;
    out.insert(out.end(), at->second.begin(), at->second.end());
    return true;
  }

 private:
  const slow::Request& request_;
};

std::string print(const slow::Request& request) {
  std::string out;
  for (const auto& [key, values] : request)
    for (const auto& value : values) out += key + "=" + value + " ";
  return out;
}

TEST(Differential, OnePolicy) {
  int said[3] = {0, 0, 0};
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    RandomPolicies random(seed);
    const std::string document = random.document(), action = random.action(), resource = random.resource();
    const slow::Request request = random.request();
    const auto compiled = compile(document, Use::identity);
    ASSERT_TRUE(compiled) << document << ": " << compiled.error().message;
    const int expected = slow::judge(document, action, resource, request);
    ++said[expected + 1];
    const Effect effect = effect_of(**compiled, {action, resource, Told(request), {}});
    ASSERT_EQ(effect == Effect::deny    ? -1
              : effect == Effect::allow ? 1
                                        : 0,
              expected)
        << "seed " << seed << ": " << action << " on " << resource << " with " << print(request) << "by "
        << document;
  }
  for (const int count : said) EXPECT_GT(count, 0) << "every answer comes up";
}

TEST(Differential, ManyPolicies) {
  int allowed = 0, always = 0;
  for (std::uint64_t seed = 0; seed < 1'500; ++seed) {
    RandomPolicies random(1'000'000 + seed);
    const std::string action = random.action(), resource = random.resource();
    const slow::Request request = random.request();
    int least[3] = {0, 0, 0}, most[3] = {0, 0, 0};  // identity, boundary, session
    std::vector<PolicyPtr> sets[3];
    for (std::size_t kind = 0; kind < 3; ++kind)
      for (std::size_t left = kind == 0 ? 1 + random.below(2) : random.below(2); left > 0; --left) {
        const std::string document = random.document();
        sets[kind].push_back(*compile(document, Use::identity));
        const int answer = slow::judge(document, action, resource, request);
        least[kind] = std::min(least[kind], answer);
        most[kind] = std::max(most[kind], answer);
      }
    bool expected = most[0] == 1;
    for (std::size_t kind = 0; kind < 3; ++kind)
      expected = expected && least[kind] >= 0 && (sets[kind].empty() || most[kind] == 1);
    const Policies policies{
        .identity = sets[0], .boundary = sets[1], .session = sets[2], .has_session = !sets[2].empty()};
    const Reason reason = decide(policies, {action, resource, Told(request), {}});
    ASSERT_EQ(reason == Reason::allowed, expected) << "seed " << seed;
    if (allows_always(policies, action)) {
      ASSERT_EQ(reason, Reason::allowed) << "seed " << seed;
      ++always;
    }
    allowed += expected;
  }
  EXPECT_GT(allowed, 0);
  EXPECT_GT(always, 0);
}

}  // namespace
}  // namespace slipway::auth::policy
