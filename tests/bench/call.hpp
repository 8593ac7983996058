#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Signed calls over plain sockets: a client that costs next to nothing, since it shares the server's cores.
namespace slipway::bench {

// The text of one HTTP/1.1 request, signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for
// AWS_ENDPOINT_URL ("http://127.0.0.1:4566"), as `slipway env` gives them. Good for 15 minutes.
// `operation`: one of ECS ("DescribeTasks"), or a path ("/healthz"), which is not signed.
std::string request_text(std::string_view operation, std::string_view body);
// The same for an operation without parameters of a service that speaks the query protocol.
std::string query_text(std::string_view service, std::string_view operation, std::string_view version);

// A connected, blocking TCP socket to AWS_ENDPOINT_URL, or -1.
int try_connect();

struct Answer {
  int status = 0;  // 0: the connection failed
  std::string body;
};

// One answer out of what a socket gave so far: its size with headers, or 0 while it is not whole. `status`
// and `body_at` are set with it. Answers without Content-Length are not understood (status -1).
std::size_t whole_answer(std::string_view received, int& status, std::size_t& body_at);

// Sends and waits.
Answer call(int socket, std::string_view request);

// The value of the first "name":"value", or of "name":123, in a JSON text; "" if there is none.
std::string json_member(std::string_view json, std::string_view name);

}  // namespace slipway::bench
