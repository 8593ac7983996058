#include "cli/api_client.hpp"

#include "base/time.hpp"
#include "wire/protocol.hpp"

namespace slipway::cli {

ApiClient::ApiClient(ApiClientOptions options, http::Url url)
    : options_(std::move(options)), url_(std::move(url)) {
  client_ = std::make_unique<http::Client>();
}

Result<std::unique_ptr<ApiClient>> ApiClient::make(ApiClientOptions options) {
  auto url = http::parse_url(options.endpoint);
  if (!url) return pass(url);
  return std::unique_ptr<ApiClient>(new ApiClient(std::move(options), std::move(*url)));
}

Result<wire::Value> ApiClient::call(const wire::Service& service, const wire::Operation& operation,
                                    const wire::Value& input) {
  return http::run_on(loops_[0], call_on_loop(service, operation, input));
}

http::Task<Result<wire::Value>> ApiClient::call_on_loop(const wire::Service& service,
                                                        const wire::Operation& operation,
                                                        const wire::Value& input) {
  wire::HttpRequestParts parts = wire::write_request(service, operation, input);
  parts.headers.push_back({"Host", url_.authority()});
  std::vector<auth::Header> headers;
  for (const auto& header : parts.headers) headers.push_back({header.name, header.value});
  auth::SignedRequest to_sign;
  to_sign.method = parts.method;
  to_sign.path = parts.path;
  to_sign.query = parts.query;
  to_sign.headers = headers;
  to_sign.body = parts.body;
  const auto signature = auth::sign_request(options_.credentials, to_sign,
                                            {options_.region, service.signing_name}, SystemClock().now());
  http::ClientRequest request;
  request.method = parts.method;
  request.url = url_;
  request.url.path = parts.path;
  request.url.query = parts.query;
  for (const auto& header : parts.headers) request.headers.add(header.name, header.value);
  for (const auto& [name, value] : signature) request.headers.set(name, value);
  request.body = std::move(parts.body);

  auto response = co_await client_->send(std::move(request));
  if (!response) {
    response.error().http_status = 0;
    co_return pass(response);
  }
  wire::HttpResponseParts answer;
  answer.status = response->status;
  for (const auto field : response->headers)
    answer.headers.push_back({std::string(field.name), std::string(field.value)});
  answer.body = std::move(response->body);
  co_return wire::parse_response(service, operation, answer);
}

}  // namespace slipway::cli
