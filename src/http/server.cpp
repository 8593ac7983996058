#include "http/server.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace slipway::http {
namespace {

constexpr int accepts_per_turn = 64;
constexpr std::int64_t accept_retry_ms = 100;
constexpr std::int64_t after_cut_ms = 1'000;

// Counts a connection from accept to the end of its coroutine, however that ends.
class Place {
 public:
  // `peer`: whose it is; empty: not counted.
  Place(std::shared_ptr<Server::Shared> shared, std::string peer)
      : shared_(std::move(shared)), peer_(std::move(peer)) {
    room_ = shared_->open.fetch_add(1) < shared_->options.connections;
    if (peer_.empty()) return;
    std::lock_guard lock(shared_->peers_mutex);
    if (++shared_->peers[peer_] > shared_->options.connections_per_peer) room_ = false;
  }
  Place(Place&&) = default;
  ~Place() {
    if (!shared_) return;
    if (!peer_.empty()) {
      std::lock_guard lock(shared_->peers_mutex);
      auto own = shared_->peers.find(peer_);
      if (--own->second == 0) shared_->peers.erase(own);
    }
    if (shared_->open.fetch_sub(1) == 1) shared_->all_closed.set();
  }

  bool room() const { return room_; }

 private:
  std::shared_ptr<Server::Shared> shared_;
  std::string peer_;
  bool room_ = false;
};

Task<void> run_connection(std::shared_ptr<Server::Shared> shared, std::size_t loop, Fd fd,
                          ListenerOptions listener, Place) {
  Connection connection(shared, shared->loops[loop]);
  co_await connection.run(std::move(fd), std::move(listener));
}

// One attempt, without waiting: a server that is full does not wait for anybody.
void turn_away(const Fd& fd) {
  static constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  (void)::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Task<void> accept_loop(std::shared_ptr<Server::Shared> shared, Fd listener, ListenerOptions options,
                       Cancel closed) {
  Loop& loop = Loop::current();
  bool failing = false;
  while (co_await loop.readable(listener.get(), -1, closed)) {
    for (int i = 0; i < accepts_per_turn; ++i) {
      Fd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd) {
        if (std::exchange(failing, false)) log::info("connections are accepted again");
        shared->serve(std::move(fd), options);
        continue;
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == ECONNABORTED || errno == EINTR) continue;
      // Out of descriptors or memory: the connection stays queued, so waiting is all that helps.
      if (!std::exchange(failing, true))
        log::warn("cannot accept connections", {{"why", std::strerror(errno)}});
      co_await loop.sleep(accept_retry_ms, closed);
      break;
    }
  }
}

}  // namespace

void Server::Shared::serve(Fd fd, ListenerOptions listener) {
  std::string peer;
  if (options.connections_per_peer > 0) peer = peer_name(listener.label, remote_endpoint(fd.get()).address);
  Place place(shared_from_this(), std::move(peer));
  if (!place.room()) return turn_away(fd);
  prepare_socket(fd.get());
  std::size_t loop = next_loop.fetch_add(1) % loops.size();
  spawn(*loops[loop].loop,
        run_connection(shared_from_this(), loop, std::move(fd), std::move(listener), std::move(place)));
}

// An action never ends a Connection itself: coroutines resume later, so the list stands still meanwhile.
void Server::Shared::for_each_connection(void (*act)(Connection&)) {
  for (PerLoop& loop : loops)
    loop.loop->post([shared = shared_from_this(), &loop, act] {
      for (Connection* connection = loop.first; connection; connection = connection->next_) act(*connection);
    });
}

Server::Server(std::vector<Loop*> loops, ServerOptions options, Handler handler)
    : shared_(std::make_shared<Shared>(std::move(options), std::move(handler))) {
  check(!loops.empty(), "a server without a loop");
  for (Loop* loop : loops) shared_->loops.push_back({loop});
}

Server::~Server() {
  std::lock_guard lock(shared_->mutex);
  for (auto& [id, closed] : shared_->listeners) closed.request();
}

Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port,
                                     ListenerOptions options) {
  Result<Fd> fd = listen_tcp(address, port);
  if (!fd) return pass(fd);
  std::uint16_t chosen = local_endpoint(fd->get()).port;
  Result<ListenerId> id = adopt_listener(fd->release(), std::move(options));
  if (!id) return pass(id);
  return chosen;
}

Result<Server::ListenerId> Server::adopt_listener(int raw_fd, ListenerOptions options) {
  Fd fd(raw_fd);
  int listening = 0;
  socklen_t bytes = sizeof listening;
  if (::getsockopt(raw_fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &bytes) != 0 || !listening)
    return fail("ListenFailed", "The descriptor is no listening socket.");
  prepare_socket(raw_fd);
  Cancel closed = Cancel::make();
  ListenerId id;
  {
    std::lock_guard lock(shared_->mutex);
    if (shared_->stopping.requested()) return fail("ListenFailed", "The server is stopping.");
    id = shared_->next_listener++;
    shared_->listeners.emplace(id, closed);
  }
  spawn(*shared_->loops[0].loop, accept_loop(shared_, std::move(fd), std::move(options), closed));
  return id;
}

void Server::close_listener(ListenerId id) {
  std::lock_guard lock(shared_->mutex);
  auto found = shared_->listeners.find(id);
  if (found == shared_->listeners.end()) return;
  found->second.request();
  shared_->listeners.erase(found);
}

void Server::adopt(int fd, std::string label) {
  shared_->serve(Fd(fd), {std::nullopt, std::move(label)});
}

std::size_t Server::connections() const {
  return shared_->open;
}

Task<void> Server::stop(std::int64_t grace_ms) {
  std::shared_ptr<Shared> shared = shared_;
  {
    std::lock_guard lock(shared->mutex);
    shared->stopping.request();
    for (auto& [id, closed] : shared->listeners) closed.request();
    shared->listeners.clear();
  }
  shared->for_each_connection([](Connection& connection) { connection.drain(); });

  auto wait_until_closed = [&](std::int64_t wait_ms) -> Task<bool> {
    std::int64_t deadline_ms = Loop::now_ms() + wait_ms;
    while (shared->open > 0) {
      std::int64_t left_ms = deadline_ms - Loop::now_ms();
      if (left_ms <= 0) co_return false;
      co_await shared->all_closed.wait(left_ms);
    }
    co_return true;
  };
  if (co_await wait_until_closed(grace_ms)) co_return;
  shared->for_each_connection([](Connection& connection) { connection.cut(); });
  if (co_await wait_until_closed(after_cut_ms)) co_return;
  log::warn("handlers are still running after the connections were cut", {{"count", shared->open.load()}});
}

Request& Exchange::request() {
  return connection_.request();
}
Task<Result<>> Exchange::respond(Response response) {
  return connection_.respond(std::move(response));
}
Task<Result<std::size_t>> Exchange::read_body(std::span<char> into) {
  return connection_.read_body(into);
}
Task<Result<WebSocket>> Exchange::upgrade(WebSocketOptions options) {
  return connection_.upgrade(options);
}
bool Exchange::peer_gone() const {
  return connection_.peer_gone();
}
Cancel Exchange::stopping() const {
  return connection_.stopping();
}
bool Exchange::responded() const {
  return connection_.responded();
}

Task<Result<BodyWriter>> Exchange::respond_streaming(Response head) {
  Connection& connection = connection_;
  Result<> begun = co_await connection.begin_response(std::move(head));
  if (!begun) co_return pass(begun);
  co_return BodyWriter(connection);
}

Task<Result<>> BodyWriter::write(std::string_view bytes) {
  return connection_->write_body(bytes);
}
Task<Result<>> BodyWriter::finish() {
  return connection_->finish_body();
}
bool BodyWriter::peer_gone() const {
  return connection_->peer_gone();
}

}  // namespace slipway::http
