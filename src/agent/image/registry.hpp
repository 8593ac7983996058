#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/image/pull.hpp"
#include "agent/image/registries.hpp"
#include "http/client.hpp"

namespace slipway::agent {

// Bearer tokens of registries, until they expire. Used on one loop.
class TokenCache {
 public:
  std::string get(const std::string& key) const;  // empty: none
  void put(const std::string& key, std::string token, std::int64_t lifetime_s);
  void drop(const std::string& key) { tokens_.erase(key); }

 private:
  struct Token {
    std::string text;
    std::int64_t until_ms;  // Loop::now_ms
  };
  std::map<std::string, Token> tokens_;
};

// A "WWW-Authenticate" header (RFC 9110 §11.6.1): scheme in lower case and its parameters.
struct Challenge {
  std::string scheme;
  std::map<std::string, std::string> parameters;
};
std::optional<Challenge> parse_challenge(std::string_view header);

// One repository of one registry, as one user sees it.
class Registry {
 public:
  Registry(http::Client& client, TokenCache& tokens, Endpoint endpoint,
           std::optional<RegistryCredentials> credentials, http::Cancel cancel);

  struct Answer {
    http::Response response;
    std::string url;  // where it came from, after redirects
  };
  // One GET of /v2/<repository>/<object>, with authorization as it is asked for and redirects followed. Any
  // final status is an answer; an Error is one of transport ("ConnectFailed", "Timeout" …), "Cancelled",
  // "InsecureRegistry" (a redirect or token service that would give up TLS) or what `sink` said.
  http::Task<Result<Answer>> get(std::string object, http::Headers headers, http::BodySink sink = {});

  // Whether a failure may be over in a moment: broken connections, 408, 429, 5xx.
  static bool passing(const Result<Answer>& answer);
  // Docker's and containerd's words for an answer that is none: "unexpected status from GET request to … ".
  static std::string words(const Result<Answer>& answer);

 private:
  http::Task<Result<Answer>> follow(http::Url url, http::Headers headers, http::BodySink sink);
  http::Task<Result<>> authorize(std::string header);
  http::Task<Result<>> fetch_token(Challenge challenge);
  std::string key() const;

  http::Client& client_;
  TokenCache& tokens_;
  Endpoint endpoint_;
  std::optional<RegistryCredentials> credentials_;
  http::Cancel cancel_;
  std::string basic_;  // "Basic …" once the registry asked for it
};

}  // namespace slipway::agent
