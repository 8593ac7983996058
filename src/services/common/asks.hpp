#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/shape.hpp"

// What a call asks leave for: which actions, on which resources, and what conditions may want to know of the
// request. A service says so in a file of its own (services/<api>/asks.cpp), by AWS's service authorization
// reference; an operation that is not in its list asks for its own name's action on "*".
namespace slipway::services {

struct Call;

using AskTags = std::map<std::string, std::string>;

struct Ask {
  std::string action;  // "iam:PassRole"; empty: the operation's own
  std::string resource = "*";
  const AskTags* tags = nullptr;  // of the resource: aws:ResourceTag/…; lives in the state
  // The resource's own policy, where it has one, and whether nobody gets past it without its leave (a role's
  // trust policy, a key's policy).
  std::string_view policy;
  bool is_trust = false;
  bool policy_must_allow = false;
  std::string account;                                    // of the resource; empty: the caller's
  std::vector<std::pair<std::string, std::string>> keys;  // of this ask alone: iam:PassedToService
};

class Asks {
 public:
  std::vector<Ask> asks;
  // Of the request: service keys ("ecs:cluster") in lower case; a key with several values stands here often.
  std::vector<std::pair<std::string, std::string>> keys;
  AskTags request_tags;               // aws:RequestTag/…
  std::vector<std::string> tag_keys;  // aws:TagKeys

  // The operation's own action on this resource.
  Ask& on(std::string resource, const AskTags* tags = nullptr) {
    Ask& ask = asks.emplace_back();
    ask.resource = std::move(resource);
    ask.tags = tags;
    return ask;
  }
  // Another action besides.
  Ask& also(std::string action, std::string resource, const AskTags* tags = nullptr) {
    Ask& ask = on(std::move(resource), tags);
    ask.action = std::move(action);
    return ask;
  }
  void key(std::string name, std::string_view value) { keys.emplace_back(std::move(name), value); }
  void request_tag(std::string_view key, std::string_view value) {
    request_tags.insert_or_assign(std::string(key), std::string(value));
    tag_keys.emplace_back(key);
  }
};

// Called before the input was checked: what it names may be missing, malformed or not there.
using AsksOf = void (*)(const Call& call, Asks& out);

struct AskEntry {
  const wire::Operation* operation;
  AsksOf asks;
  // It asks for its own action alone, on resources without policies of their own: where that is allowed on
  // everything without condition, `asks` need not be called.
  bool only_itself = true;
};

}  // namespace slipway::services
