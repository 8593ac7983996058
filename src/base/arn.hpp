#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// arn:partition:service:region:account:resource (AWS IAM guide, "Amazon Resource Names").
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  std::string text() const;
  // Nothing for text with fewer than six parts or an empty service or resource.
  static std::optional<Arn> parse(std::string_view);

  bool operator==(const Arn&) const = default;
};

// Account and region: the two that lead every key (design §3).
struct Realm {
  std::string account;
  std::string region;

  std::string arn(std::string_view service, std::string_view resource) const;
  // "<account>/<region>/": the prefix of every row of this realm.
  std::string prefix() const;
  bool operator==(const Realm&) const = default;
};

}  // namespace slipway
