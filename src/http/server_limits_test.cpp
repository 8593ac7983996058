#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "http/body_budget.hpp"
#include "http/test_peer.hpp"

namespace slipway::http {
namespace {

std::string answer_to(TestServer& server, std::string_view request) {
  Peer peer = server.connect();
  peer.send(request);
  return peer.read_to_end();
}

struct Refused {
  const char* what;
  int status;
  const char* request;
};

// Each of these is understood differently by some pair of real parsers (RFC 9112 §11.2), or by none.
constexpr Refused refused[] = {
    {"no HTTP at all", 400, "hello\r\n\r\n"},
    {"HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {"HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
    {"no Host", 400, "GET / HTTP/1.1\r\n\r\n"},
    {"two Hosts", 400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"},
    {"authority form", 400, "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"},
    {"relative target", 400, "GET a/b HTTP/1.1\r\nHost: x\r\n\r\n"},
    {"blank before the colon", 400, "GET / HTTP/1.1\r\nHost : x\r\n\r\n"},
    {"nameless field", 400, "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"},
    {"NUL in a value", 400, nullptr},
    {"bare LF", 400, "GET / HTTP/1.1\nHost: x\n\n"},
    {"bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"},
    {"folded field", 400, "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"},
    {"folded with a tab", 400, "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n"},
    {"first field line starts blank", 400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
    {"length and coding", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"coding and length", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
    {"length and unknown coding", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: xchunked\r\n\r\nhello"},
    {"two lengths", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
    {"the same length twice", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
    {"list of lengths", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello"},
    {"signed length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"},
    {"negative length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello"},
    {"hexadecimal length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello"},
    {"empty length", 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nhello"},
    {"length beyond 64 bits", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551621\r\n\r\nhello"},
    {"two codings", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n"},
    {"coding in HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"other coding", 501, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"identity coding", 501, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n"},
    {"chunk size no number", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n"},
    {"negative chunk size", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"},
    {"chunk size beyond 64 bits", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
     "chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
    {"chunk longer than its size", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"},
    {"chunk line ends in LF", 400,
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"},
    {"other expectation", 417, "POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\nx"},
};

TEST(ServerLimits, Refuses_what_parsers_may_read_differently) {
  TestServer server;
  using namespace std::string_view_literals;
  for (const Refused& entry : refused) {
    std::string_view request =
        entry.request ? entry.request : "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"sv;
    std::string answer = answer_to(server, request);
    EXPECT_EQ(status_of(answer), entry.status) << entry.what << ": " << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos) << entry.what;
    EXPECT_EQ(answer.find("HTTP/1.1", 8), answer.npos) << entry.what << " was answered twice: " << answer;
  }
}

TEST(ServerLimits, Trailer_fields_do_not_become_header_fields) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Response response;
    response.body = exchange.request().headers.contains("X-Admin") ? "admin" : "nobody";
    co_await exchange.respond(std::move(response));
  });
  std::string answer =
      answer_to(server,
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                "1\r\na\r\n0\r\nX-Admin: 1\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("nobody")) << answer;
}

TEST(ServerLimits, Head_too_large) {
  ServerOptions options;
  options.header_bytes = 8'192;
  TestServer server(options);
  std::string fits =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: " + std::string(7'000, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(server, fits)), 200);
  std::string one_field = "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9'000, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(server, one_field)), 431);
  std::string target = "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(server, target)), 431);
  std::string many_fields = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 1'000; ++i) many_fields += "A: b\r\nBcdef: ghijk\r\n";
  EXPECT_EQ(status_of(answer_to(server, many_fields + "\r\n")), 431);
  // In pieces, each of which would fit.
  Peer peer = server.connect();
  std::string_view rest(many_fields);
  peer.send(rest.substr(0, 6'000));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  peer.send(std::string(rest.substr(6'000, 6'000)) + "\r\n\r\n");
  EXPECT_EQ(status_of(peer.read_to_end()), 431);
}

TEST(ServerLimits, Endless_chunk_extensions_and_trailers) {
  ServerOptions options;
  options.header_bytes = 8'192;
  TestServer server(options);
  std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  int extension = status_of(answer_to(server, head + "1;" + std::string(20'000, 'x')));
  EXPECT_TRUE(extension == 431 || extension == 400) << extension;
  int trailer = status_of(answer_to(server, head + "0\r\nA: " + std::string(20'000, 'x')));
  EXPECT_TRUE(trailer == 431 || trailer == 400) << trailer;
}

TEST(ServerLimits, Body_too_large) {
  ServerOptions options;
  options.body.limit_bytes = 1'000;
  TestServer server(options);
  EXPECT_EQ(status_of(answer_to(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")), 413);
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) chunked += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status_of(answer_to(server, chunked + "0\r\n\r\n")), 413);
  std::string fits = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(server, fits + std::string(1'000, 'x'))), 200);
}

TEST(ServerLimits, Body_limit_by_request) {
  ServerOptions options;
  options.body_policy = [](const Request& head) {
    return BodyPolicy{head.path() == "/large" ? 2'000u : 10u, false};
  };
  TestServer server(options);
  std::string rest =
      " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'x');
  EXPECT_EQ(status_of(answer_to(server, "POST /large" + rest)), 200);
  EXPECT_EQ(status_of(answer_to(server, "POST /small" + rest)), 413);
}

TEST(ServerLimits, Slow_head_and_slow_body_are_told_so_and_cut) {
  ServerOptions options;
  options.header_timeout_ms = 80;
  options.body_timeout_ms = 80;
  TestServer server(options);
  EXPECT_EQ(status_of(answer_to(server, "GET / HTTP/1.1\r\nHo")), 408);
  EXPECT_EQ(status_of(answer_to(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")), 408);
}

// The head's time runs from its first byte: a byte now and then does not extend it.
TEST(ServerLimits, A_trickling_client_is_cut) {
  ServerOptions options;
  options.header_timeout_ms = 150;
  TestServer server(options);
  Peer peer = server.connect();
  auto start = std::chrono::steady_clock::now();
  peer.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 100 && !(::recv(peer.fd(), nullptr, 0, MSG_DONTWAIT), false); ++i) {
    char c;
    if (::recv(peer.fd(), &c, 1, MSG_DONTWAIT | MSG_PEEK) >= 0) break;
    peer.send("a: b\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status_of(peer.read_to_end()), 408);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

TEST(ServerLimits, An_idle_connection_is_closed_without_a_word) {
  ServerOptions options;
  options.idle_timeout_ms = 60;
  TestServer server(options);
  EXPECT_EQ(answer_to(server, ""), "");
  Peer peer = server.connect();
  peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(peer.read_to_end().ends_with("GET / "));
}

TEST(ServerLimits, A_client_that_does_not_read_is_cut) {
  ServerOptions options;
  options.write_timeout_ms = 100;
  std::atomic<int> outcome = 0;
  TestServer server(options, [&](Exchange& exchange) -> Task<void> {
    Response response;
    response.body.assign(64 * 1024 * 1024, 'x');
    Result<> sent = co_await exchange.respond(std::move(response));
    outcome = sent ? 1 : sent.error().code == "Timeout" ? 2 : 3;
  });
  Peer peer = server.connect();
  peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 500 && outcome == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(outcome, 2);
}

TEST(ServerLimits, Too_many_connections_are_turned_away) {
  ServerOptions options;
  options.connections = 2;
  TestServer server(options);
  Peer first = server.connect();
  Peer second = server.connect();
  first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  first.read_until("GET / ");
  second.read_until("GET / ");
  EXPECT_EQ(status_of(answer_to(server, "")), 503);
  first.close();
  for (int i = 0; i < 500 && server.server().connections() > 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(status_of(answer_to(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), 200);
}

TEST(ServerLimits, One_peer_cannot_take_every_place) {
  ServerOptions options;
  options.connections_per_peer = 2;
  TestServer server(options);
  Peer first = server.connect();
  Peer second = server.connect();
  for (Peer* peer : {&first, &second}) {
    peer->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    peer->read_until("GET / ");
  }
  EXPECT_EQ(status_of(answer_to(server, "")), 503);
  EXPECT_EQ(status_of(answer_to(server, "")), 503) << "one that was turned away takes no place";
  first.close();
  for (int i = 0; i < 500 && server.server().connections() > 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(status_of(answer_to(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), 200);
}

// The head of a request and `bytes` of its body, of which the last is not sent.
std::string unfinished(std::size_t bytes, bool chunked) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  if (!chunked)
    return head + "Content-Length: " + std::to_string(bytes + 1) + "\r\n\r\n" + std::string(bytes, 'x');
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes);
  return head + "Transfer-Encoding: chunked\r\n\r\n" + size + std::string(bytes, 'x') + "\r\n";
}

void expect_bodies_bounded(ServerOptions options, bool chunked) {
  constexpr std::size_t large = 300'000;
  options.body_timeout_ms = 20'000;
  // Tells that the first body is in memory: its request is under way until this is set.
  std::atomic<bool> entered = false, done = false;
  TestServer server(options, [&](Exchange& exchange) -> Task<void> {
    if (exchange.request().body.size() > 1'000) {
      entered = true;
      while (!done) co_await Loop::current().sleep(5);
    }
    co_await echo(exchange);
  });
  Peer first = server.connect();
  first.send(unfinished(large, chunked) + (chunked ? "0\r\n\r\n" : "x"));
  for (int i = 0; i < 500 && !entered; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(entered);
  Peer second = server.connect();
  second.send(unfinished(large, chunked));
  const std::string refused_answer = second.read_to_end();
  EXPECT_EQ(status_of(refused_answer), 503);
  EXPECT_TRUE(refused_answer.ends_with("Too many large requests are under way. Try again."))
      << refused_answer;
  const std::string small = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 500\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(server, small + std::string(500, 'x'))), 200)
      << "what is small is not counted";
  done = true;
  EXPECT_EQ(status_of(first.read_to_end()), 200);
  // The first connection's end gives its share back: it may be a moment after the answer.
  int status = 0;
  for (int i = 0; i < 500 && status != 200; ++i)
    status = status_of(answer_to(server, unfinished(large, chunked) + (chunked ? "0\r\n\r\n" : "x")));
  EXPECT_EQ(status, 200);
}

TEST(ServerLimits, Bodies_of_one_peer_are_bounded_together) {
  ServerOptions options;
  options.bodies_bytes_per_peer = 400'000;
  for (bool chunked : {false, true}) expect_bodies_bounded(options, chunked);
}

TEST(ServerLimits, All_bodies_are_bounded_together) {
  ServerOptions options;
  options.bodies_bytes = 400'000;
  for (bool chunked : {false, true}) expect_bodies_bounded(options, chunked);
}

TEST(ServerLimits, A_peer_s_share_is_its_own) {
  BodyBudget budget(1'000'000, 400'000);
  BodyShare one(budget, "vpc-1 172.31.0.9"), other(budget, "vpc-2 172.31.0.9"),
      third(budget, "vpc-3 172.31.0.9");
  const std::size_t small = limits::http_small_body_bytes;
  EXPECT_TRUE(one.grow_to(small + 400'000));
  EXPECT_FALSE(one.grow_to(small + 400'001));
  EXPECT_TRUE(other.grow_to(small + 400'000)) << "equal addresses of two networks are two peers";
  EXPECT_FALSE(third.grow_to(small + 200'001)) << "there is room for 200,000 more, of all";
  EXPECT_TRUE(third.grow_to(small));
  one.reset();
  EXPECT_TRUE(third.grow_to(small + 200'001));
}

// Answers after `ms`, whatever happens.
Handler slow_handler(int ms, std::atomic<bool>& entered) {
  return [ms, &entered](Exchange& exchange) -> Task<void> {
    entered = true;
    co_await Loop::current().sleep(ms);
    co_await echo(exchange);
  };
}

TEST(ServerStop, Finishes_what_is_in_flight_and_closes_what_is_idle) {
  std::atomic<bool> entered = false;
  TestServer server({}, slow_handler(100, entered));
  Peer idle = server.connect();
  Peer busy = server.connect();
  busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!entered) std::this_thread::yield();
  auto start = std::chrono::steady_clock::now();
  std::thread stopper([&] { server.stop(20'000); });
  std::string answer = busy.read_to_end();
  EXPECT_TRUE(answer.ends_with("GET /busy ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), answer.npos);
  EXPECT_EQ(idle.read_to_end(), "");
  stopper.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));  // nobody had to be cut
  EXPECT_EQ(server.server().connections(), 0u);
  EXPECT_FALSE(server.server().listen("127.0.0.1", 0));
}

TEST(ServerStop, Cuts_what_outlives_the_grace) {
  std::atomic<bool> entered = false;
  TestServer server({}, slow_handler(400, entered));
  Peer busy = server.connect();
  busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!entered) std::this_thread::yield();
  auto start = std::chrono::steady_clock::now();
  server.stop(50);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  EXPECT_EQ(busy.read_to_end(), "");
}

TEST(ServerStop, Tells_long_answers) {
  std::atomic<bool> entered = false;
  TestServer server({}, [&](Exchange& exchange) -> Task<void> {
    Result<BodyWriter> writer = co_await exchange.respond_streaming({});
    entered = true;
    while (co_await Loop::current().sleep(60'000, exchange.stopping())) {
    }
    co_await writer->write("bye");
    co_await writer->finish();
  });
  Peer peer = server.connect();
  peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!entered) std::this_thread::yield();
  server.stop(5'000);
  EXPECT_TRUE(peer.read_to_end().ends_with("3\r\nbye\r\n0\r\n\r\n"));
}

}  // namespace
}  // namespace slipway::http
