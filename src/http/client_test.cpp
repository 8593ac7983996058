#include "http/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/completion.hpp"
#include "http/test_peer.hpp"

namespace slipway::http {
namespace {

Url url_to(std::uint16_t port, std::string path = "/") {
  return {"http", "127.0.0.1", port, std::move(path), ""};
}

// A loop and a client on it; the loop outlives what the client keeps.
class Caller {
 public:
  explicit Caller(ClientOptions options = {}) : client(std::move(options)) {}

  Result<Response> send(ClientRequest request, BodySink sink = {}) {
    return run_until_done(loop, client.send(std::move(request), std::move(sink)));
  }

  Loop loop;
  Client client;
};

// A server that reads a head and sends what it is told to, whatever was asked: a list of answers for each
// connection, which it closes then.
class Canned {
 public:
  explicit Canned(std::vector<std::vector<std::string>> connections) : connections_(std::move(connections)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), bytes), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &bytes);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (const auto& answers : connections_) {
        int accepted = ::accept(fd_, nullptr, nullptr);
        if (accepted < 0) return;
        Peer peer{Peer::Adopt{accepted}};
        for (const std::string& answer : answers) {
          requests_ += peer.read_until("\r\n\r\n");
          peer.send(answer);
        }
      }
    });
  }
  ~Canned() {
    ::shutdown(fd_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(fd_);
  }
  std::uint16_t port() const { return port_; }
  std::string requests() {
    thread_.join();
    return requests_;
  }

 private:
  std::vector<std::vector<std::string>> connections_;
  std::string requests_;
  std::thread thread_;
  int fd_;
  std::uint16_t port_;
};

Result<Response> fetch_canned(std::string answer, ClientOptions options = {}, std::string method = "GET") {
  Canned server({{std::move(answer)}});
  Caller caller(std::move(options));
  return caller.send({.method = std::move(method), .url = url_to(server.port())});
}

Task<std::vector<Result<Response>>> three_in_a_row(Client& client, std::uint16_t port) {
  std::vector<Result<Response>> responses;
  for (int i = 0; i < 3; ++i) {
    ClientRequest request{.method = "POST", .url = url_to(port, "/" + std::to_string(i)), .body = "x"};
    responses.push_back(co_await client.send(std::move(request)));
  }
  co_return responses;
}

TEST(Client, Keeps_its_connection) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Response response;
    response.body = exchange.request().target + " " + std::to_string(exchange.request().remote_port);
    co_await exchange.respond(std::move(response));
  });
  Caller caller;
  auto responses = run_until_done(caller.loop, three_in_a_row(caller.client, server.port()));
  ASSERT_EQ(responses.size(), 3u);
  for (auto& response : responses) ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(responses[0]->body.substr(3), responses[2]->body.substr(3));
  EXPECT_TRUE(responses[2]->body.starts_with("/2 "));
}

TEST(Client, Sends_the_head_it_should) {
  Canned server({{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}});
  Caller caller;
  ClientRequest request{.method = "PUT", .url = url_to(server.port(), "/p"), .headers = {{"A", "b"}}};
  ASSERT_TRUE(caller.send(std::move(request)));
  EXPECT_EQ(server.requests(), "PUT /p HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                                   "\r\nA: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(Client, Reads_every_framing) {
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")->body, "hello");
  EXPECT_EQ(
      fetch_canned("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")
          ->body,
      "hello");
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\n\r\nhello")->body, "hello");
  EXPECT_EQ(fetch_canned("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                         "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
                ->status,
            404);
  EXPECT_EQ(
      fetch_canned("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", {}, "HEAD")->headers.get("content-length"),
      "5");
  EXPECT_EQ(fetch_canned("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")->status, 304);
}

TEST(Client, Names_what_went_wrong) {
  EXPECT_EQ(fetch_canned("").error().code, "ConnectionClosed");
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").error().code,
            "ConnectionClosed");
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell").error().code,
            "ConnectionClosed");
  EXPECT_EQ(fetch_canned("SSH-2.0-x\r\n\r\n").error().code, "InvalidResponse");
  EXPECT_EQ(
      fetch_canned("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n").error().code,
      "InvalidResponse");
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", {.body_bytes = 10})
                .error()
                .code,
            "ResponseTooLarge");
  EXPECT_EQ(fetch_canned("HTTP/1.1 200 OK\r\n\r\nhello world", {.body_bytes = 10}).error().code,
            "ResponseTooLarge");
  EXPECT_EQ(
      fetch_canned("HTTP/1.1 200 OK\r\nA: " + std::string(9'000, 'a') + "\r\n\r\n", {.header_bytes = 8'192})
          .error()
          .code,
      "InvalidResponse");

  Caller caller;
  std::uint16_t nobody = TestServer().port();
  EXPECT_EQ(caller.send({.url = url_to(nobody)}).error().code, "ConnectFailed");
  EXPECT_EQ(caller.send({.url = {"http", "no-such-host.invalid", 80, "/", ""}}).error().code,
            "ConnectFailed");
}

TEST(Client, Gives_up_after_its_time) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    co_await Loop::current().sleep(300);
    co_await echo(exchange);
  });
  Caller caller;
  EXPECT_EQ(caller.send({.url = url_to(server.port()), .call_timeout_ms = 50}).error().code, "Timeout");
}

Task<Result<Response>> cancelled_call(Client& client, std::uint16_t port) {
  Cancel cancel = Cancel::make();
  auto requester = [](Cancel later) -> Task<void> {
    co_await Loop::current().sleep(30);
    later.request();
  };
  spawn(Loop::current(), requester(cancel));
  ClientRequest request{.url = url_to(port), .cancel = cancel};
  co_return co_await client.send(std::move(request));
}

TEST(Client, Ends_when_cancelled) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    co_await Loop::current().sleep(300);
    co_await echo(exchange);
  });
  Caller caller;
  EXPECT_EQ(run_until_done(caller.loop, cancelled_call(caller.client, server.port())).error().code,
            "Cancelled");
}

Task<void> send_forty_megabytes(Exchange& exchange) {
  Result<BodyWriter> writer = co_await exchange.respond_streaming({});
  std::string piece(1024 * 1024, 'y');
  for (int i = 0; i < 40; ++i)
    if (!co_await writer->write(piece)) co_return;
  co_await writer->finish();
}

TEST(Client, Streams_to_a_sink_that_may_refuse) {
  TestServer server({}, send_forty_megabytes);
  Caller caller;
  std::size_t total = 0;
  BodySink count = [&](std::string_view bytes) -> Task<Result<>> {
    total += bytes.size();
    co_return Result<>();
  };
  Result<Response> response = caller.send({.url = url_to(server.port())}, count);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(total, 40u * 1024 * 1024);

  BodySink refuse = [](std::string_view) -> Task<Result<>> { co_return fail("DiskFull", "No space."); };
  EXPECT_EQ(caller.send({.url = url_to(server.port())}, refuse).error().code, "DiskFull");
}

TEST(Client, An_error_answer_does_not_reach_the_sink) {
  Canned server({{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"}});
  Caller caller;
  BodySink never = [](std::string_view) -> Task<Result<>> { co_return fail("Unexpected", "Called."); };
  EXPECT_EQ(caller.send({.url = url_to(server.port())}, never)->body, "gone");
}

// The server closes the kept connection just as the next call goes out on it.
Task<Result<Response>> call_twice(Client& client, std::uint16_t port, std::string method, int pause_ms) {
  ClientRequest first{.method = method, .url = url_to(port)};
  if (auto response = co_await client.send(std::move(first)); !response) co_return response;
  co_await Loop::current().sleep(pause_ms);
  ClientRequest second{.method = method, .url = url_to(port)};
  co_return co_await client.send(std::move(second));
}

TEST(Client, Replaces_a_kept_connection_that_was_closed) {
  ServerOptions options;
  options.idle_timeout_ms = 30;
  TestServer server(options);
  Caller caller;
  EXPECT_TRUE(run_until_done(caller.loop, call_twice(caller.client, server.port(), "POST", 200)));
}

TEST(Client, Repeats_a_GET_but_no_POST_on_a_dead_connection) {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  {
    Canned dying({{answer, ""}, {answer}});
    Caller caller;
    EXPECT_TRUE(run_until_done(caller.loop, call_twice(caller.client, dying.port(), "GET", 0)));
  }
  Canned dying({{answer, ""}});
  Caller caller;
  EXPECT_EQ(run_until_done(caller.loop, call_twice(caller.client, dying.port(), "POST", 0)).error().code,
            "ConnectionClosed");
}

TEST(Client, Dials_where_it_is_told) {
  TestServer server;
  Dialer pair = [&](std::string host, std::uint16_t port, std::int64_t) -> Task<Result<int>> {
    EXPECT_EQ(host, "agent.inside");
    EXPECT_EQ(port, 80);
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    server.server().adopt(ends[0]);
    co_return ends[1];
  };
  Caller caller({.dialer = pair});
  Result<Response> response = caller.send({.url = *parse_url("http://agent.inside/x")});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "GET /x ");
}

TEST(Client, Resolves_localhost) {
  TestServer server;
  Caller caller;
  EXPECT_TRUE(caller.send({.url = {"http", "localhost", server.port(), "/", ""}}));
}

}  // namespace
}  // namespace slipway::http
