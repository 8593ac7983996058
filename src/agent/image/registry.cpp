#include "agent/image/registry.hpp"

#include <algorithm>

#include "agent/image/json.hpp"
#include "agent/image/sha256.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

// {"errors": [{"code": …, "message": …}]}: OCI distribution, "Error codes".
std::string server_message(std::string_view body) {
  const auto document = json::parse(body, "answer");
  if (!document) return "";
  if (const auto* errors = json::array_in(*document, "errors"); errors && !errors->empty()) {
    const std::string message = json::string_in(errors->front(), "message");
    std::string code = json::string_in(errors->front(), "code");
    for (char& c : code)
      if (c >= 'A' && c <= 'Z') c = char(c | 0x20);
    return code + (message.empty() ? "" : ": " + message);
  }
  return json::string_in(*document, "details");
}

// A Location header against the URL that it came from.
Result<http::Url> redirected(const http::Url& from, std::string_view location) {
  if (location.starts_with("//")) return http::parse_url(from.scheme + ":" + std::string(location));
  if (location.starts_with('/'))
    return http::parse_url(from.scheme + "://" + from.authority() + std::string(location));
  return http::parse_url(location);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

Registry::Registry(http::Client& client, TokenCache& tokens, Endpoint endpoint,
                   std::optional<RegistryCredentials> credentials, http::Cancel cancel)
    : client_(client),
      tokens_(tokens),
      endpoint_(std::move(endpoint)),
      credentials_(std::move(credentials)),
      cancel_(std::move(cancel)) {}

// With the password: whoever knows but the name must not profit from a token that another got.
std::string Registry::key() const {
  std::string key = endpoint_.host + "/" + endpoint_.repository;
  if (credentials_) key += " " + digest_of(credentials_->username + "\n" + credentials_->password);
  return key;
}

http::Task<Result<Registry::Answer>> Registry::get(std::string object, http::Headers headers,
                                                   http::BodySink sink) {
  auto url = http::parse_url((endpoint_.plain ? "http://" : "https://") + endpoint_.host + "/v2/" +
                             endpoint_.repository + "/" + object);
  if (!url) co_return pass(url);
  for (bool again = false;; again = true) {
    http::Headers sent = headers;
    const std::string token = tokens_.get(key());
    if (!basic_.empty()) sent.set("Authorization", basic_);
    if (!token.empty()) sent.set("Authorization", "Bearer " + token);
    Result<Answer> answer = co_await follow(*url, std::move(sent), sink);
    if (!answer || answer->response.status != 401 || again) co_return answer;
    tokens_.drop(key());
    std::string challenge(answer->response.headers.get("WWW-Authenticate"));
    Result<> authorized = co_await authorize(std::move(challenge));
    if (!authorized && authorized.error().code == "NoAuthorization") co_return answer;
    if (!authorized) co_return pass(authorized);
  }
}

http::Task<Result<Registry::Answer>> Registry::follow(http::Url url, http::Headers headers,
                                                      http::BodySink sink) {
  for (int hops = 0;; ++hops) {
    http::ClientRequest request;
    request.url = url;
    request.headers = headers;
    request.body_bytes = limits::image_document_bytes;
    request.cancel = cancel_;
    Result<http::Response> response = fail("", "");
    if (sink)
      response = co_await client_.send(std::move(request), sink);
    else
      response = co_await client_.send(std::move(request));
    if (!response) co_return pass(response);
    if (!is_redirect(response->status)) co_return Answer{std::move(*response), url.text()};
    if (hops == limits::pull_redirects)
      co_return fail("InvalidResponse", "stopped after " + std::to_string(hops) + " redirects");
    auto next = redirected(url, response->headers.get("Location"));
    if (!next) co_return pass(next);
    if (url.tls() && !next->tls())
      co_return fail("InsecureRegistry",
                     url.authority() + " redirects to " + next->authority() + " without TLS");
    // What we may say to the registry is not for whoever it sends us to.
    if (next->authority() != url.authority()) headers.remove("Authorization");
    url = std::move(*next);
  }
}

http::Task<Result<>> Registry::authorize(std::string header) {
  const auto challenge = parse_challenge(header);
  if (challenge && challenge->scheme == "bearer" && challenge->parameters.contains("realm"))
    co_return co_await fetch_token(*challenge);
  if (challenge && challenge->scheme == "basic" && credentials_) {
    basic_ = "Basic " + base64(credentials_->username + ":" + credentials_->password);
    co_return Result<>();
  }
  co_return fail("NoAuthorization", "");
}

// Docker's token protocol (distribution/distribution, docs/spec/auth/token.md). A registry says who makes its
// tokens, so it could name anybody: without TLS that may only be itself, and only where it has none either.
http::Task<Result<>> Registry::fetch_token(Challenge challenge) {
  auto url = http::parse_url(challenge.parameters["realm"]);
  if (!url) co_return pass(url);
  const auto own = http::parse_url("https://" + endpoint_.host + "/");
  if (!url->tls() && (!endpoint_.plain || !own || url->host != own->host))
    co_return fail("InsecureRegistry", "the token service " + url->authority() + " does not use TLS");
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    url->query += (url->query.empty() ? "" : "&") + std::string(name) + "=" + percent_encode(value);
  };
  const std::string scope = challenge.parameters["scope"];
  add("service", challenge.parameters["service"]);
  add("scope", scope.empty() ? "repository:" + endpoint_.repository + ":pull" : scope);
  http::ClientRequest request;
  request.url = *url;
  request.body_bytes = limits::image_document_bytes;
  request.cancel = cancel_;
  if (credentials_)
    request.headers.set("Authorization",
                        "Basic " + base64(credentials_->username + ":" + credentials_->password));
  Result<http::Response> response = co_await client_.send(std::move(request));
  if (!response) co_return pass(response);
  if (response->status == 401 || response->status == 403) co_return fail("NoAuthorization", "");
  if (response->status != 200)
    co_return fail("TokenRefused", "failed to fetch token: unexpected status from GET request to " +
                                       url->text() + ": " + std::to_string(response->status));
  const auto document = json::parse(response->body, "the token");
  std::string token = document ? json::string_in(*document, "token") : "";
  if (token.empty() && document) token = json::string_in(*document, "access_token");
  if (token.empty() || token.size() > limits::registry_token_bytes)
    co_return fail("TokenRefused",
                   "failed to fetch token: the answer of " + url->authority() + " holds none");
  tokens_.put(key(), std::move(token), json::integer_in(*document, "expires_in"));
  co_return Result<>();
}

bool Registry::passing(const Result<Answer>& answer) {
  if (answer) {
    const int status = answer->response.status;
    return status == 408 || status == 429 || status >= 500;
  }
  for (const char* code : {"ConnectFailed", "Timeout", "ConnectionClosed", "InvalidResponse", "TokenRefused"})
    if (answer.error().code == code) return true;
  return false;
}

std::string Registry::words(const Result<Answer>& answer) {
  if (!answer) return "failed to do request: " + answer.error().message;
  const int status = answer->response.status;
  const std::string said = server_message(answer->response.body);
  if (status == 401 || status == 403)
    return "pull access denied, repository does not exist or may require authorization: server message: " +
           (said.empty() ? "authorization failed" : said);
  return "unexpected status from GET request to " + answer->url + ": " + std::to_string(status) + " " +
         std::string(http::reason_phrase(status)) + (said.empty() ? "" : " - Server message: " + said);
}

}  // namespace slipway::agent
