#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/sign.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/client.hpp"
#include "http/task.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// A service that speaks awsJson1.1.
struct JsonService {
  std::string_view signing_name, target_prefix;
};
inline constexpr JsonService ecs_service{"ecs", "AmazonEC2ContainerServiceV20141113"};
inline constexpr JsonService logs_service{"logs", "Logs_20140328"};

struct ApiOptions {
  std::string endpoint;  // "http://127.0.0.1:4566"
  http::Dialer dialer;   // none: TCP
  std::string region;
  std::function<auth::Credentials()> credentials;  // asked before every call
  std::string user_agent;
};

// Signed calls of the public API, as any client makes them. Input and output are untyped: extensions are
// members that a table of AWS's shapes would drop. Used on one loop.
class ApiClient {
 public:
  // "InvalidUrl" for an endpoint that is none.
  static Result<std::unique_ptr<ApiClient>> make(ApiOptions options, Clock& clock);

  struct Call {
    std::string region;  // empty: the client's
    std::optional<std::int64_t> timeout_ms;
    std::optional<auth::Credentials> credentials;  // none: the client's
    http::Cancel cancel;
  };
  // The output, or the service's error (its code without namespace), or the connection's (http/client.hpp)
  // with http_status 0.
  http::Task<Result<wire::Value>> call(JsonService service, std::string_view operation, wire::Value input,
                                       Call how);
  http::Task<Result<wire::Value>> call(JsonService service, std::string_view operation, wire::Value input) {
    return call(service, operation, std::move(input), Call{});
  }

  // Sends a request that is somebody else's, as it is, to the same endpoint.
  http::Task<Result<http::Response>> forward(http::Request request);

  const ApiOptions& options() const { return options_; }
  http::ClientOptions client_options() const;
  Clock& clock() { return clock_; }

 private:
  ApiClient(ApiOptions options, http::Url url, Clock& clock);

  ApiOptions options_;
  http::Url url_;
  Clock& clock_;
  http::Client client_;
};

// Whether the same call may succeed later: everything but a client's own fault.
bool may_succeed_later(const Error&);

}  // namespace slipway::agent
