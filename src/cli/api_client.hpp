#pragma once

#include <memory>
#include <string>

#include "auth/sign.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "http/loop.hpp"
#include "http/url.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::cli {

struct ApiClientOptions {
  std::string endpoint;
  std::string region;
  auth::Credentials credentials;
};

// Calls of any served AWS API, from a command's own thread: by the shape tables, signed, over HTTP, as any
// other client makes them.
class ApiClient {
 public:
  // InvalidUrl for an endpoint that is none.
  static Result<std::unique_ptr<ApiClient>> make(ApiClientOptions options);

  // Blocks. The output, or the service's error, or the connection's (http_status 0).
  Result<wire::Value> call(const wire::Service& service, const wire::Operation& operation,
                           const wire::Value& input);

 private:
  ApiClient(ApiClientOptions options, http::Url url);
  http::Task<Result<wire::Value>> call_on_loop(const wire::Service& service, const wire::Operation& operation,
                                               const wire::Value& input);

  ApiClientOptions options_;
  http::Url url_;
  http::LoopThreads loops_{1};
  std::unique_ptr<http::Client> client_;
};

}  // namespace slipway::cli
