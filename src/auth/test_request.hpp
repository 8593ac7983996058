#pragma once

#include <string>
#include <utility>
#include <vector>

#include "auth/sign.hpp"
#include "auth/sigv4.hpp"

// A request that owns its text, for tests.
namespace slipway::auth {

struct TestRequest {
  std::string method = "POST", path = "/", query, body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool unsigned_payload_allowed = false;

  // Views into this object, good until it changes.
  SignedRequest view() {
    views_.clear();
    for (const auto& [name, value] : headers) views_.push_back({name, value});
    SignedRequest out{method, path, query, views_, body, {}};
    out.unsigned_payload_allowed = unsigned_payload_allowed;
    return out;
  }
  void sign(const Credentials& credentials, SigningScope scope, Instant now) {
    for (auto& header : sign_request(credentials, view(), scope, now)) headers.push_back(std::move(header));
  }
  std::string& header(std::string_view name) {
    for (auto& [known, value] : headers)
      if (known == name) return value;
    return headers.emplace_back(name, "").second;
  }
  void drop(std::string_view name) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  }

 private:
  std::vector<Header> views_;
};

inline constexpr Instant test_time{1'795'527'920'000};  // 2026-11-24T13:45:20Z
inline const Credentials test_key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
inline constexpr SigningScope test_scope{"us-east-1", "ecs"};

// What boto3 sends for an ECS call, signed.
inline TestRequest ecs_call() {
  TestRequest request;
  request.body = R"({"cluster":"default","tasks":["0123456789abcdef0123456789abcdef"]})";
  request.headers = {{"Host", "localhost:4566"},
                     {"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.DescribeTasks"}};
  request.sign(test_key, test_scope, test_time);
  return request;
}

}  // namespace slipway::auth
