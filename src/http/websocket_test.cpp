#include "http/websocket.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/completion.hpp"
#include "http/test_peer.hpp"

namespace slipway::http {
namespace {

Url url_to(std::uint16_t port, std::string path = "/ws") {
  return {"ws", "127.0.0.1", port, std::move(path), ""};
}

// Sends back what comes; "bye" makes it close with 4000.
Task<void> echo_socket(Exchange& exchange) {
  WebSocketOptions options{.message_bytes = 100'000, .idle_timeout_ms = 0};
  Result<WebSocket> socket = co_await exchange.upgrade(options);
  if (!socket) {
    Response refusal;
    refusal.status = socket.error().http_status;
    refusal.body = socket.error().message;
    co_await exchange.respond(std::move(refusal));
    co_return;
  }
  while (true) {
    auto message = co_await socket->receive();
    if (!message || !*message) co_return;
    if (**message == "bye") {
      co_await socket->close(4000, "as you wish");
      co_return;
    }
    Result<> sent = socket->received_text() ? co_await socket->send_text(std::move(**message))
                                            : co_await socket->send_binary(std::move(**message));
    if (!sent) co_return;
  }
}

Task<WebSocket> connect(std::uint16_t port) {
  auto answer = co_await connect_websocket(url_to(port), {});
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  EXPECT_EQ(answer->response.status, 101);
  co_return std::move(*answer->socket);
}

Task<void> exchange_messages(std::uint16_t port) {
  WebSocket socket = co_await connect(port);
  co_await socket.send_text("hello");
  co_await socket.send_binary(std::string("\0\xff", 2));
  co_await socket.send_text(std::string(90'000, 'x'));
  auto first = co_await socket.receive();
  EXPECT_EQ(**first, "hello");
  EXPECT_TRUE(socket.received_text());
  auto second = co_await socket.receive();
  EXPECT_EQ(**second, std::string("\0\xff", 2));
  EXPECT_FALSE(socket.received_text());
  auto third = co_await socket.receive();
  EXPECT_EQ((*third)->size(), 90'000u);
  EXPECT_EQ(socket.close_code(), 0);
  co_await socket.close(1000, "done");
  EXPECT_EQ(socket.close_code(), 1000);
  Result<> late = co_await socket.send_text("late");
  EXPECT_EQ(late.error().code, "ConnectionClosed");
  auto end = co_await socket.receive();
  EXPECT_EQ(*end, std::nullopt);
}

TEST(WebSocket, Carries_text_and_binary_both_ways) {
  TestServer server({}, echo_socket);
  Loop loop;
  run_until_done(loop, exchange_messages(server.port()));
}

Task<void> let_the_server_close(std::uint16_t port) {
  WebSocket socket = co_await connect(port);
  co_await socket.send_text("bye");
  auto end = co_await socket.receive();
  EXPECT_TRUE(end);
  EXPECT_EQ(*end, std::nullopt);
  EXPECT_EQ(socket.close_code(), 4000);
  EXPECT_EQ(socket.close_reason(), "as you wish");
}

TEST(WebSocket, Tells_the_peers_close_code_and_reason) {
  TestServer server({}, echo_socket);
  Loop loop;
  run_until_done(loop, let_the_server_close(server.port()));
}

Task<void> send_too_much(std::uint16_t port) {
  WebSocket socket = co_await connect(port);
  co_await socket.send_text(std::string(100'001, 'x'));
  auto end = co_await socket.receive();
  EXPECT_TRUE(end);
  EXPECT_EQ(*end, std::nullopt);
  EXPECT_EQ(socket.close_code(), 1009);
}

TEST(WebSocket, Closes_with_1009_on_a_message_too_large) {
  std::string error;
  TestServer server({}, [&](Exchange& exchange) -> Task<void> {
    Result<WebSocket> socket = co_await exchange.upgrade({.message_bytes = 100'000});
    auto message = co_await socket->receive();
    if (!message) error = message.error().code;
  });
  Loop loop;
  run_until_done(loop, send_too_much(server.port()));
  server.stop(1'000);
  EXPECT_EQ(error, "MessageTooLarge");
}

constexpr std::string_view handshake =
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

TEST(WebSocket, Answers_the_handshake_of_the_RFC) {
  TestServer server({}, echo_socket);
  Peer peer = server.connect();
  // A frame right behind the handshake: "Hello", masked (RFC 6455 §5.7).
  peer.send(std::string(handshake) + "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  std::string answer = peer.read_until("Hello");
  EXPECT_EQ(status_of(answer), 101);
  EXPECT_NE(answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), answer.npos) << answer;
  EXPECT_TRUE(answer.ends_with("\x81\x05Hello")) << answer;
  // A ping is answered.
  peer.send("\x89\x81\x37\xfa\x21\x3d\x56");
  EXPECT_EQ(peer.read_until("a"), std::string("\x8a\x01") + "a");
  // A frame without mask is not.
  peer.send(std::string("\x81\x05Hello"));
  std::string close = peer.read_to_end();
  EXPECT_TRUE(close.starts_with("\x88")) << close;
  EXPECT_NE(close.find("\x03\xea"), close.npos);  // 1002
}

TEST(WebSocket, Refuses_what_is_no_handshake) {
  TestServer server({}, echo_socket);
  Peer peer = server.connect();
  peer.send("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(peer.read_until("handshake.")), 400);
  std::string old(handshake);
  old.replace(old.find("13\r\n"), 2, "8");
  peer.send(old);
  EXPECT_EQ(status_of(peer.read_until("spoken.")), 426);
}

Task<void> be_refused(std::uint16_t port) {
  Headers headers{{"X-Test", "yes"}};
  auto answer = co_await connect_websocket(url_to(port, "/refuse?a=b"), headers);
  EXPECT_TRUE(answer);
  EXPECT_FALSE(answer->socket);
  EXPECT_EQ(answer->response.status, 403);
  EXPECT_EQ(answer->response.headers.get("x-why"), "yes /refuse?a=b");
  EXPECT_EQ(answer->response.body, "{\"InactiveInstanceException\":\"gone\"}");
}

TEST(WebSocket, A_refusal_has_its_status_and_body) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Response refusal;
    refusal.status = 403;
    refusal.headers.add(
        "x-why", std::string(exchange.request().headers.get("x-test")) + " " + exchange.request().target);
    refusal.body = "{\"InactiveInstanceException\":\"gone\"}";
    co_await exchange.respond(std::move(refusal));
  });
  Loop loop;
  run_until_done(loop, be_refused(server.port()));
}

Task<std::string> connect_with(std::uint16_t port, std::string value) {
  Headers headers{{"X-Test", value}};
  auto answer = co_await connect_websocket(url_to(port), headers);
  co_return answer ? "connected" : answer.error().code;
}

TEST(WebSocket, Sends_no_field_that_would_break_the_head) {
  TestServer server({}, echo_socket);
  Loop loop;
  EXPECT_EQ(run_until_done(loop, connect_with(server.port(), "a\tb")), "connected");
  EXPECT_EQ(run_until_done(loop, connect_with(server.port(), "a\r\nEvil: 1")), "InvalidHeader");
  EXPECT_EQ(run_until_done(loop, connect_with(server.port(), std::string(70'000, 'a'))), "InvalidHeader");
}

// A request may carry more than Beast would store; the handshake does not ask it to.
TEST(WebSocket, Takes_a_handshake_with_large_fields) {
  ServerOptions options;
  options.header_bytes = 256 * 1024;
  TestServer server(options, echo_socket);
  Peer peer = server.connect();
  std::string large(handshake);
  large.insert(large.find("Upgrade:"), "Cookie: " + std::string(100'000, 'c') + "\r\n");
  peer.send(large);
  EXPECT_EQ(status_of(peer.read_until("\r\n\r\n")), 101);
}

Task<void> lose_the_peer(std::uint16_t port) {
  WebSocket socket = co_await connect(port);
  auto end = co_await socket.receive();
  EXPECT_TRUE(end);
  EXPECT_EQ(*end, std::nullopt);
  EXPECT_EQ(socket.close_code(), 1006);
}

TEST(WebSocket, A_lost_peer_is_1006) {
  TestServer server({}, [](Exchange& exchange) -> Task<void> {
    Result<WebSocket> socket = co_await exchange.upgrade();
    socket->abort();
  });
  Loop loop;
  run_until_done(loop, lose_the_peer(server.port()));
}

Task<std::uint16_t> wait_for_close(std::uint16_t port, Signal connected) {
  WebSocket socket = co_await connect(port);
  connected.set();
  co_await socket.receive();
  co_return socket.close_code();
}

TEST(WebSocket, A_stopping_server_says_1001) {
  TestServer server({}, echo_socket);
  LoopThreads threads(1);
  Signal connected;
  std::thread stopper([&] {
    Loop loop;
    run_until_done(loop, connected.wait());
    server.stop(5'000);
  });
  EXPECT_EQ(run_on(threads[0], wait_for_close(server.port(), connected)), 1001);
  stopper.join();
  EXPECT_EQ(server.server().connections(), 0u);
}

Task<bool> stays_silent(std::uint16_t port) {
  WebSocketOptions options{.idle_timeout_ms = 200};
  auto answer = co_await connect_websocket(url_to(port), {}, {}, options);
  Completion<> received;
  auto receiver = [](WebSocket& socket, Completion<> done) -> Task<void> {
    co_await socket.receive();
    done.complete({});
  };
  spawn(Loop::current(), receiver(*answer->socket, received));
  bool ended = (co_await received.wait_for(900)).has_value();
  answer->socket->abort();
  co_await received.wait_for(1'000);
  co_return ended;
}

TEST(WebSocket, Pings_keep_a_silent_connection) {
  TestServer server({}, echo_socket);
  Loop loop;
  EXPECT_FALSE(run_until_done(loop, stays_silent(server.port())));
}

TEST(WebSocket, A_peer_that_answers_no_pings_is_given_up) {
  std::atomic<bool> ended = false;
  TestServer server({}, [&](Exchange& exchange) -> Task<void> {
    Result<WebSocket> socket = co_await exchange.upgrade({.idle_timeout_ms = 200});
    co_await socket->receive();
    ended = true;
  });
  Peer peer = server.connect();
  peer.send(handshake);
  peer.read_until("\r\n\r\n");
  for (int i = 0; i < 500 && !ended; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(ended);
}

// Ten senders push far more than the queue holds, to a peer that reads late.
Task<int> flood(std::uint16_t port) {
  WebSocketOptions options{.queued_messages = 4};
  auto answer = co_await connect_websocket(url_to(port), {}, {}, options);
  WebSocket& socket = *answer->socket;
  auto sender = [](WebSocket& to, int who) -> Task<void> {
    for (int i = 0; i < 50; ++i) co_await to.send_text(std::to_string(who) + std::string(20'000, 'x'));
  };
  for (int who = 0; who < 10; ++who) spawn(Loop::current(), sender(socket, who));
  int received = 0;
  while (received < 500) {
    auto message = co_await socket.receive();
    if (!message || !*message) break;
    ++received;
  }
  co_await socket.close();
  co_return received;
}

TEST(WebSocket, Senders_wait_for_a_full_queue_and_lose_nothing) {
  TestServer server({}, echo_socket);
  Loop loop;
  EXPECT_EQ(run_until_done(loop, flood(server.port())), 500);
}

}  // namespace
}  // namespace slipway::http
