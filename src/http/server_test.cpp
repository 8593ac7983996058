#include "http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "http/completion.hpp"
#include "http/test_peer.hpp"

namespace slipway::http {
namespace {

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST(Server, Keeps_a_connection_alive) {
  TestServer server;
  Peer peer = server.connect();
  for (int i = 0; i < 3; ++i) {
    peer.send(get("/" + std::to_string(i)));
    std::string answer = peer.read_until("GET /" + std::to_string(i) + " ");
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_NE(answer.find("Content-Length: 7\r\n"), answer.npos) << answer;
    EXPECT_NE(answer.find("\r\nDate: "), answer.npos) << answer;
    EXPECT_EQ(answer.find("Connection:"), answer.npos) << answer;
  }
}

TEST(Server, Tells_every_request_of_a_connection_who_asks_even_if_the_last_was_moved_away) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Request request = std::move(exchange.request());
    Result<> sent = co_await exchange.respond({.body = "from " + request.remote_address + ";"});
    (void)sent;
  });
  Peer peer = server.connect();
  for (int i = 0; i < 3; ++i) {
    peer.send(get("/"));
    EXPECT_NE(peer.read_until("from 127.0.0.1;").find("from 127.0.0.1;"), std::string::npos) << i;
  }
}

TEST(Server, Answers_pipelined_requests_in_order) {
  TestServer server;
  Peer peer = server.connect();
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  std::thread sender([&] { peer.send(requests); });
  std::string answers = peer.read_until("abc", 200);
  sender.join();
  std::size_t at = 0;
  for (int i = 0; i < 200; ++i) {
    at = answers.find("POST /" + std::to_string(i) + " abc", at);
    ASSERT_NE(at, answers.npos) << i;
  }
}

TEST(Server, Takes_a_request_byte_by_byte) {
  TestServer server;
  Peer peer = server.connect();
  std::string request =
      "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n";
  for (char c : request) ASSERT_TRUE(peer.send({&c, 1}));
  EXPECT_NE(peer.read_until("abcde").find("POST /slow abcde"), std::string::npos);
  peer.send(get("/next"));
  EXPECT_EQ(status_of(peer.read_until("/next")), 200);
}

TEST(Server, Skips_empty_lines_before_a_request) {
  TestServer server;
  Peer peer = server.connect();
  peer.send("\r\n\r\n" + get("/a"));
  EXPECT_EQ(status_of(peer.read_until("GET /a")), 200);
}

TEST(Server, Reads_the_absolute_form_as_the_origin_form) {
  TestServer server;
  Peer peer = server.connect();
  peer.send(get("http://host:1/p?q"));
  EXPECT_NE(peer.read_until("/p?q ").find("GET /p?q "), std::string::npos);
  peer.send(get("http://host?q"));
  EXPECT_NE(peer.read_until("?q ").find("GET /?q "), std::string::npos);
}

TEST(Server, Closes_when_asked_and_after_HTTP_1_0) {
  TestServer server;
  Peer asked = server.connect();
  asked.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answer = asked.read_to_end();
  EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos) << answer;
  EXPECT_TRUE(answer.ends_with("GET / "));

  Peer old = server.connect();
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.read_to_end().ends_with("GET / "));

  Peer old_kept = server.connect();
  old_kept.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(old_kept.read_until("GET /1 ").find("Connection: keep-alive"), std::string::npos);
  old_kept.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old_kept.read_to_end().ends_with("GET /2 "));
}

TEST(Server, Sends_no_body_to_HEAD_204_and_304) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Response response;
    response.status = exchange.request().target == "/204"   ? 204
                      : exchange.request().target == "/304" ? 304
                                                            : 200;
    response.body = "hidden";
    co_await exchange.respond(std::move(response));
  });
  Peer peer = server.connect();
  peer.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string head = peer.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 6\r\n"), head.npos) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  peer.send(get("/204"));
  std::string no_content = peer.read_until("\r\n\r\n");
  EXPECT_EQ(status_of(no_content), 204);
  EXPECT_EQ(no_content.find("Content-Length"), no_content.npos);
  peer.send(get("/304"));
  EXPECT_EQ(status_of(peer.read_until("\r\n\r\n")), 304);
  peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(peer.read_to_end().ends_with("\r\n\r\nhidden"));
}

TEST(Server, Answers_500_where_the_handler_answers_nothing) {
  TestServer server({}, [](Exchange&) -> Task<void> { co_return; });
  Peer peer = server.connect();
  peer.send(get("/"));
  EXPECT_EQ(status_of(peer.read_until("\r\n\r\n")), 500);
}

TEST(Server, A_header_value_cannot_start_a_header) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Response response;
    response.headers.add("Location", "/a\r\nEvil: 1\r\n\r\nbody");
    co_await exchange.respond(std::move(response));
  });
  Peer peer = server.connect();
  peer.send(get("/"));
  std::string answer = peer.read_until("\r\n\r\n");
  EXPECT_NE(answer.find("Location: /a  Evil: 1    body\r\n"), answer.npos) << answer;
}

TEST(Server, Asks_for_the_body_that_the_client_holds_back) {
  TestServer server;
  Peer peer = server.connect();
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("body");
  EXPECT_EQ(status_of(peer.read_until("POST / body")), 200);

  // No invitation where the body is there already, nor to a body that is too large.
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(status_of(peer.read_until("POST / body")), 200);
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999999\r\n\r\n");
  EXPECT_EQ(status_of(peer.read_to_end()), 413);
}

Task<void> count_streamed_body(Exchange& exchange) {
  std::size_t total = 0;
  std::array<char, 1000> bytes;
  Response response;
  while (true) {
    Result<std::size_t> got = co_await exchange.read_body(bytes);
    if (!got) response.status = got.error().http_status;
    if (got.value_or(0) == 0) break;
    total += *got;
  }
  response.body = std::to_string(total);
  co_await exchange.respond(std::move(response));
}

BodyPolicy stream_up_to_100k(const Request&) {
  return {.limit_bytes = 100'000, .streamed = true};
}

TEST(Server, Streams_a_body_to_its_handler) {
  ServerOptions options;
  options.body_policy = stream_up_to_100k;
  TestServer server(options, count_streamed_body);
  Peer peer = server.connect();
  peer.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + std::string(50'000, 'x'));
  EXPECT_TRUE(peer.read_until("50000").ends_with("\r\n\r\n50000"));
  peer.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nc350\r\n" +
            std::string(50'000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_TRUE(peer.read_until("50000").ends_with("\r\n\r\n50000"));
  peer.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::thread sender([&] {
    for (int i = 0; i < 20; ++i) peer.send("2710\r\n" + std::string(10'000, 'x') + "\r\n");
  });
  EXPECT_EQ(status_of(peer.read_to_end()), 413);
  sender.join();
}

TEST(Server, Drops_a_body_that_the_handler_left_unread) {
  ServerOptions options;
  options.body_policy = stream_up_to_100k;
  TestServer server(options, echo);
  Peer peer = server.connect();
  peer.send("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5'000, 'x') +
            get("/2"));
  EXPECT_NE(peer.read_until("GET /2 ").find("PUT /1 "), std::string::npos);
}

Task<void> stream_numbers(Exchange& exchange) {
  Response head;
  if (exchange.request().target == "/known") head.headers.set("Content-Length", "6");
  Result<BodyWriter> writer = co_await exchange.respond_streaming(std::move(head));
  if (!writer) co_return;
  for (const char* part : {"one", "", "two"})
    if (!co_await writer->write(part)) co_return;
  if (exchange.request().target != "/broken") co_await writer->finish();
}

TEST(Server, Streams_a_response) {
  TestServer server({}, stream_numbers);
  Peer peer = server.connect();
  peer.send(get("/"));
  EXPECT_TRUE(peer.read_until("0\r\n\r\n")
                  .ends_with("Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  peer.send(get("/known"));
  EXPECT_TRUE(peer.read_until("onetwo").ends_with("Content-Length: 6\r\n\r\nonetwo"));
  peer.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(peer.read_until("\r\n\r\n").ends_with("\r\n\r\n"));
  peer.send(get("/broken"));
  EXPECT_TRUE(peer.read_to_end().ends_with("3\r\ntwo\r\n"));

  Peer old = server.connect();
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.read_to_end().ends_with("\r\n\r\nonetwo"));
}

TEST(Server, A_streaming_handler_learns_that_its_reader_left) {
  std::atomic<bool> noticed = false;
  TestServer server({}, [&](Exchange& exchange) -> Task<void> {
    Result<BodyWriter> writer = co_await exchange.respond_streaming({});
    while (writer && !writer->peer_gone()) co_await Loop::current().sleep(5);
    noticed = true;
  });
  Peer peer = server.connect();
  peer.send(get("/"));
  peer.read_until("\r\n\r\n");
  peer.close();
  for (int i = 0; i < 500 && !noticed; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(noticed);
}

TEST(Server, Says_where_a_request_came_from) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Request& request = exchange.request();
    Response response;
    response.body = request.remote_address + " " + std::to_string(request.remote_port != 0) + " " +
                    request.local_address + " " + std::to_string(request.local_port) + " " + request.listener;
    co_await exchange.respond(std::move(response));
  });
  Peer peer = server.connect();
  peer.send(get("/"));
  std::string expected = "127.0.0.1 1 127.0.0.1 " + std::to_string(server.port()) + " test";
  EXPECT_TRUE(peer.read_until("test").ends_with(expected));
}

TEST(Server, Serves_one_end_of_a_socket_pair) {
  TestServer server;
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  server.server().adopt(ends[0], "inside");
  Peer peer{Peer::Adopt{ends[1]}};
  peer.send(get("/pair"));
  EXPECT_EQ(status_of(peer.read_until("GET /pair ")), 200);
}

TEST(Server, Serves_a_listener_made_elsewhere_until_told_to_close_it) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), bytes), 0);
  ASSERT_EQ(::listen(fd, 8), 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes);

  TestServer server;
  auto id = server.server().adopt_listener(fd);
  ASSERT_TRUE(id);
  Peer peer(ntohs(address.sin_port));
  peer.send(get("/there"));
  EXPECT_EQ(status_of(peer.read_until("GET /there ")), 200);
  server.server().close_listener(*id);
  peer.send(get("/kept"));
  EXPECT_EQ(status_of(peer.read_until("GET /kept ")), 200);
}

TEST(Server, Refuses_to_listen_where_somebody_does) {
  TestServer server;
  Result<std::uint16_t> again = server.server().listen("127.0.0.1", server.port());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "AddressInUse");
  EXPECT_EQ(server.server().listen("nowhere", 0).error().code, "ListenFailed");
}

TEST(Server, Distributes_connections_over_its_loops) {
  std::mutex mutex;
  std::set<Loop*> seen;
  Handler handler = [&](Exchange& exchange) -> Task<void> {
    {
      std::lock_guard lock(mutex);
      seen.insert(&Loop::current());
    }
    co_await echo(exchange);
  };
  TestServer server({}, handler, 2);
  for (int i = 0; i < 4; ++i) {
    Peer peer = server.connect();
    peer.send(get("/"));
    peer.read_until("GET / ");
  }
  EXPECT_EQ(seen.size(), 2u);
}

// The whole way of a call: decoded on an I/O loop, answered by another thread in batches.
TEST(Server, Answers_come_from_another_thread) {
  std::mutex mutex;
  std::vector<std::pair<std::string, Completion<std::string>>> calls;
  std::atomic<bool> ending = false;
  std::thread turn([&] {
    while (!ending) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      std::vector<std::pair<std::string, Completion<std::string>>> batch;
      {
        std::lock_guard lock(mutex);
        batch.swap(calls);
      }
      WakeBatch wake;
      for (auto& [target, reply] : batch) reply.complete("turned " + target);
    }
  });
  Handler handler = [&](Exchange& exchange) -> Task<void> {
    Completion<std::string> reply;
    {
      std::lock_guard lock(mutex);
      calls.emplace_back(exchange.request().target, reply);
    }
    Response response;
    response.body = co_await reply.wait();
    co_await exchange.respond(std::move(response));
  };
  {
    TestServer server({}, handler, 2);
    std::vector<Peer> peers;
    for (int i = 0; i < 20; ++i) peers.push_back(server.connect());
    for (int round = 0; round < 20; ++round) {
      for (Peer& peer : peers) peer.send(get("/x"));
      for (Peer& peer : peers) EXPECT_TRUE(peer.read_until("turned /x").ends_with("turned /x"));
    }
  }
  ending = true;
  turn.join();
}

}  // namespace
}  // namespace slipway::http
