#include "agent/api/api_client.hpp"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "auth/sigv4.hpp"
#include "base/limits.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

// "com.amazonaws.ecs#ClientException:http://…" and "ClientException" alike.
std::string error_code(std::string_view type) {
  type = type.substr(0, type.find(':'));
  if (std::size_t hash = type.rfind('#'); hash != type.npos) type.remove_prefix(hash + 1);
  return std::string(type);
}

Error read_error(const http::Response& response) {
  Result<wire::Value> body = wire::parse_json(response.body, limits::http_body_bytes);
  std::string_view type = response.headers.get("x-amzn-ErrorType");
  std::string message;
  if (body && body->is(wire::Kind::object)) {
    if (type.empty()) type = body->get("__type").string();
    if (type.empty()) type = body->get("code").string();
    message = body->get(body->find("message") ? "message" : "Message").string();
  }
  std::string code = error_code(type);
  if (code.empty()) code = "UnknownError";
  if (message.empty()) message = "the server answered " + std::to_string(response.status);
  return {code, message, response.status};
}

http::ClientRequest signed_request(const http::Url& url, JsonService service, std::string_view operation,
                                   const wire::Value& input, const ApiOptions& options,
                                   const ApiClient::Call& how, Instant now) {
  http::ClientRequest request{.method = "POST", .url = url, .body = wire::write_json(input)};
  std::string host = url.authority();
  std::string target = std::string(service.target_prefix) + "." + std::string(operation);
  std::array<auth::Header, 3> headers{
      {{"Host", host}, {"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", target}}};
  std::string_view region = how.region.empty() ? options.region : how.region;
  auto added = auth::sign_request(how.credentials ? *how.credentials : options.credentials(),
                                  {.method = request.method,
                                   .path = url.path,
                                   .query = url.query,
                                   .headers = headers,
                                   .body = request.body},
                                  {.region = region, .service = service.signing_name}, now);
  for (const auth::Header& header : headers) request.headers.add(header.name, header.value);
  for (const auto& [name, value] : added) request.headers.add(name, value);
  request.headers.add("User-Agent", options.user_agent);
  return request;
}

bool is_hop_by_hop(std::string_view name) {
  for (std::string_view hop : {"Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade",
                               "Proxy-Connection", "Content-Length", "Date"})
    if (http::equal_ignoring_case(name, hop)) return true;
  return false;
}

http::Headers end_to_end(const http::Headers& headers) {
  http::Headers kept;
  for (http::Headers::Field field : headers)
    if (!is_hop_by_hop(field.name)) kept.add(field.name, field.value);
  return kept;
}

}  // namespace

Result<std::unique_ptr<ApiClient>> ApiClient::make(ApiOptions options, Clock& clock) {
  Result<http::Url> url = http::parse_url(options.endpoint);
  if (!url) return pass(url);
  return std::unique_ptr<ApiClient>(new ApiClient(std::move(options), std::move(*url), clock));
}

ApiClient::ApiClient(ApiOptions options, http::Url url, Clock& clock)
    : options_(std::move(options)), url_(std::move(url)), clock_(clock), client_(client_options()) {}

http::ClientOptions ApiClient::client_options() const {
  http::ClientOptions client;
  client.dialer = options_.dialer;
  return client;
}

http::Task<Result<wire::Value>> ApiClient::call(JsonService service, std::string_view operation,
                                                wire::Value input, Call how) {
  http::ClientRequest request = signed_request(url_, service, operation, input, options_, how, clock_.now());
  request.call_timeout_ms = how.timeout_ms;
  request.cancel = how.cancel;
  Result<http::Response> response = co_await client_.send(std::move(request));
  if (!response) {
    Error error = std::move(response.error());
    error.http_status = 0;
    co_return std::unexpected(std::move(error));
  }
  if (response->status / 100 != 2) co_return std::unexpected(read_error(*response));
  if (response->body.empty()) co_return wire::Value::object();
  co_return wire::parse_json(response->body, limits::http_body_bytes);
}

// The Host header stays the container's: it is part of what the container signed.
http::Task<Result<http::Response>> ApiClient::forward(http::Request request) {
  http::Url url = url_;
  url.path = std::string(request.path());
  url.query = std::string(request.query());
  http::ClientRequest out{
      .method = request.method, .url = std::move(url), .headers = end_to_end(request.headers)};
  out.headers.remove("Expect");
  out.body = std::move(request.body);
  Result<http::Response> response = co_await client_.send(std::move(out));
  if (!response) co_return pass(response);
  response->headers = end_to_end(response->headers);
  co_return response;
}

bool may_succeed_later(const Error& error) {
  if (error.http_status == 0 || error.http_status >= 500 || error.http_status == 429) return true;
  for (std::string_view code : {"ThrottlingException", "Throttling", "RequestLimitExceeded", "SlowDown",
                                "ServiceUnavailable", "ServiceUnavailableException", "ServerException",
                                "RequestExpired", "RequestTimeTooSkewed", "ExpiredTokenException"})
    if (error.code == code) return true;
  return false;
}

}  // namespace slipway::agent
