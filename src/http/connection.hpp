#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/body_budget.hpp"
#include "http/completion.hpp"
#include "http/inbound.hpp"
#include "http/net.hpp"
#include "http/server.hpp"

namespace slipway::http {

class Connection;

// Whose limits a connection counts for.
inline std::string peer_name(const std::string& listener, const std::string& address) {
  return listener + " " + address;
}

// What the connections of one server share. Each loop's list is touched on that loop only.
struct Server::Shared : std::enable_shared_from_this<Server::Shared> {
  struct PerLoop {
    Loop* loop;
    Connection* first = nullptr;
  };

  Shared(ServerOptions o, Handler h)
      : options(std::move(o)),
        handler(std::move(h)),
        bodies(options.bodies_bytes, options.bodies_bytes_per_peer) {}

  const ServerOptions options;
  const Handler handler;
  BodyBudget bodies;
  std::vector<PerLoop> loops;
  std::atomic<std::size_t> next_loop = 0;
  std::atomic<std::size_t> open = 0;
  Cancel stopping = Cancel::make();
  Signal all_closed;

  std::mutex mutex;  // of the listeners
  ListenerId next_listener = 1;
  std::unordered_map<ListenerId, Cancel> listeners;

  std::mutex peers_mutex;
  std::unordered_map<std::string, std::size_t> peers;  // open, by label and address; where that is limited

  void serve(Fd fd, ListenerOptions listener);
  // Calls `act` for each connection, each on its own loop.
  void for_each_connection(void (*act)(Connection&));
};

// Within http/: one connection of a server, from accept to close. Exchange, BodyWriter and WebSocket are
// its faces to the handler.
class Connection {
 public:
  Connection(std::shared_ptr<Server::Shared> shared, Server::Shared::PerLoop& loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> run(Fd fd, ListenerOptions listener);

  // Of Exchange and BodyWriter.
  Request& request() { return request_; }
  Task<Result<>> respond(Response response);
  Task<Result<>> begin_response(Response head);
  Task<Result<>> write_body(std::string_view bytes);
  Task<Result<>> finish_body();
  Task<Result<std::size_t>> read_body(std::span<char> into);
  Task<Result<WebSocket>> upgrade(WebSocketOptions options);
  bool peer_gone() const { return cut_ || !stream_ || stream_->peer_gone(); }
  bool responded() const { return answer_ != Answer::none; }
  Cancel stopping() const { return shared_->stopping; }

  // Of Server::stop.
  void drain();
  void cut();

 private:
  friend struct Server::Shared;
  enum class Answer { none, writing_body, done, upgraded };

  Task<bool> open(Fd fd, ListenerOptions listener);
  Task<bool> serve_one();
  Task<bool> read_request();
  Task<bool> receive_body(const BodyPolicy& policy);
  Task<bool> drop_unread_body();
  Task<bool> refuse(const Error& error);
  Task<Result<>> say_continue();
  Task<void> linger();
  bool body_allowed(int status) const;
  std::string_view connection_field() const;

  std::shared_ptr<Server::Shared> shared_;
  Server::Shared::PerLoop& loop_;
  Connection* previous_ = nullptr;
  Connection* next_ = nullptr;

  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Inbound> inbound_;
  std::unique_ptr<BodyShare> body_share_;
  std::unique_ptr<RequestParser> parser_ = make_request_parser();
  std::weak_ptr<WebSocket::Impl> web_socket_;

  Endpoint remote_, local_;
  std::string listener_;
  Request request_;
  std::string head_;  // of the response under way; kept for its capacity
  bool idle_ = false;
  bool keep_alive_ = false;
  bool http_1_0_ = false;
  bool cut_ = false;
  bool continue_expected_ = false;
  bool streamed_body_ = false;
  std::size_t body_limit_bytes_ = 0;
  std::uint64_t body_read_bytes_ = 0;
  Answer answer_ = Answer::none;
  bool chunked_answer_ = false;
  bool body_suppressed_ = false;                    // HEAD
  std::optional<std::uint64_t> answer_left_bytes_;  // of a declared Content-Length
};

}  // namespace slipway::http
