#include "http/stream.hpp"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "http/callback.hpp"

namespace slipway::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using Socket = asio::generic::stream_protocol::socket;
using TlsSocket = asio::ssl::stream<Socket>;

constexpr std::size_t plain_piece_bytes = 256 * 1024;
constexpr std::size_t tls_record_bytes = 16 * 1024;

asio::io_context& io_of(Loop& loop) {
  return *static_cast<asio::io_context*>(loop.native());
}

Socket adopt(Loop& loop, int fd) {
  int family = AF_UNSPEC;
  socklen_t bytes = sizeof family;
  ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &bytes);
  Socket socket(io_of(loop));
  error_code error;
  socket.assign(asio::generic::stream_protocol(family, 0), fd, error);
  check(!error, "a descriptor that is no stream socket, or is used by another stream");
  socket.non_blocking(true, error);
  return socket;
}

// A deadline that is moved at every read and hardly ever reached: moving it later only stores the time, and
// the timer, when it rings too early, goes back to sleep until the time stored.
class Deadline : Timer {
 public:
  Deadline(Loop& loop, Socket& socket) : Timer(loop), socket_(socket) {}

  void start(std::int64_t deadline_ms) {
    expired_ = false;
    deadline_ms_ = deadline_ms;
    if (deadline_ms != Stream::never && (!armed() || due_ms() > deadline_ms)) arm(deadline_ms);
  }
  void stop() { deadline_ms_ = Stream::never; }
  bool expired() const { return expired_; }

 private:
  void fire() override {
    if (deadline_ms_ == Stream::never) return;
    if (Loop::now_ms() < deadline_ms_) return arm(deadline_ms_);
    expired_ = true;
    error_code ignored;
    socket_.cancel(ignored);
  }

  Socket& socket_;
  std::int64_t deadline_ms_ = Stream::never;
  bool expired_ = false;
};

std::unexpected<Error> failure(const error_code& error, const Deadline& deadline) {
  if (deadline.expired()) return fail("Timeout", "The peer did not answer in time.", 408);
  if (error.category() == asio::error::get_ssl_category())
    return fail("TlsFailed", "TLS failed: " + error.message() + ".", 400);
  return fail("ConnectionClosed", "The connection is closed: " + error.message() + ".", 400);
}

class PlainStream final : public Stream {
 public:
  PlainStream(Loop& loop, Socket socket)
      : socket_(std::move(socket)), reading_(loop, socket_), writing_(loop, socket_) {}

  Task<Result<std::size_t>> read_some(std::span<char> into, std::int64_t deadline_ms) override {
    reading_.start(deadline_ms);
    auto [error, bytes] = co_await callback<error_code, std::size_t>(
        [&](auto done) { socket_.async_read_some(asio::buffer(into.data(), into.size()), done); });
    reading_.stop();
    if (error == asio::error::eof) co_return std::size_t{0};
    if (error) co_return failure(error, reading_);
    co_return bytes;
  }

  // Straight to the kernel, which nearly always takes a response whole: no trip through the event loop.
  Task<Result<>> write(Pieces pieces, std::int64_t timeout_ms) override {
    std::array<iovec, 3> vectors;
    for (std::size_t i = 0; i < pieces.size(); ++i)
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    std::span<iovec> rest(vectors);
    std::size_t since_deadline_bytes = 0;
    bool timing = false;
    while (drop_empty(rest)) {
      msghdr message{};
      message.msg_iov = rest.data();
      message.msg_iovlen = rest.size();
      ssize_t sent = socket_.is_open() ? ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL) : -1;
      if (sent >= 0) {
        advance(rest, std::size_t(sent));
        since_deadline_bytes += std::size_t(sent);
        continue;
      }
      if (errno == EINTR && socket_.is_open()) continue;
      error_code error(socket_.is_open() ? errno : EBADF, boost::system::system_category());
      if (socket_.is_open() && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        if (!timing || since_deadline_bytes >= plain_piece_bytes) {
          writing_.start(Loop::now_ms() + timeout_ms);
          since_deadline_bytes = 0;
          timing = true;
        }
        std::tie(error) =
            co_await callback<error_code>([&](auto done) { socket_.async_wait(Socket::wait_write, done); });
      }
      if (error) {
        writing_.stop();
        co_return failure(error, writing_);
      }
    }
    writing_.stop();
    co_return Result<>();
  }

  Task<void> end_writing(std::int64_t) override {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    co_return;
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

  bool peer_gone() const override { return peer_gone(socket_); }

  static bool peer_gone(const Socket& socket) {
    if (!socket.is_open()) return true;
    pollfd watch{const_cast<Socket&>(socket).native_handle(), POLLRDHUP, 0};
    return ::poll(&watch, 1, 0) > 0 && (watch.revents & (POLLRDHUP | POLLHUP | POLLERR));
  }

 private:
  static bool drop_empty(std::span<iovec>& rest) {
    while (!rest.empty() && rest.front().iov_len == 0) rest = rest.subspan(1);
    return !rest.empty();
  }
  static void advance(std::span<iovec> rest, std::size_t bytes) {
    for (iovec& vector : rest) {
      std::size_t taken = std::min(bytes, vector.iov_len);
      vector.iov_base = static_cast<char*>(vector.iov_base) + taken;
      vector.iov_len -= taken;
      bytes -= taken;
    }
  }

  Socket socket_;
  Deadline reading_;
  Deadline writing_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(Loop& loop, int fd, SSL* session)
      : socket_(adopt(loop, fd), session),
        reading_(loop, socket_.next_layer()),
        writing_(loop, socket_.next_layer()) {}

  Task<Result<>> handshake(asio::ssl::stream_base::handshake_type side, std::int64_t deadline_ms) {
    reading_.start(deadline_ms);
    auto [error] = co_await callback<error_code>([&](auto done) { socket_.async_handshake(side, done); });
    reading_.stop();
    if (!error) co_return Result<>();
    long verified = SSL_get_verify_result(socket_.native_handle());
    if (verified != X509_V_OK)
      co_return fail("TlsFailed",
                     std::string("TLS failed: ") + X509_verify_cert_error_string(verified) + ".");
    co_return failure(error, reading_);
  }

  Task<Result<std::size_t>> read_some(std::span<char> into, std::int64_t deadline_ms) override {
    reading_.start(deadline_ms);
    auto [error, bytes] = co_await callback<error_code, std::size_t>(
        [&](auto done) { socket_.async_read_some(asio::buffer(into.data(), into.size()), done); });
    reading_.stop();
    if (error == asio::error::eof) co_return std::size_t{0};
    // Without close_notify an end may be an attacker's: never an orderly one (RFC 8446 §6.1).
    if (error == asio::ssl::error::stream_truncated)
      co_return fail("ConnectionClosed", "The connection ended without a TLS close.");
    if (error) co_return failure(error, reading_);
    co_return bytes;
  }

  // Copied together into whole records: a head and a small body would else be two records and two writes.
  Task<Result<>> write(Pieces pieces, std::int64_t timeout_ms) override {
    std::string record;
    while (fill(record, pieces)) {
      writing_.start(Loop::now_ms() + timeout_ms);
      auto [error, bytes] = co_await callback<error_code, std::size_t>(
          [&](auto done) { asio::async_write(socket_, asio::buffer(record), done); });
      writing_.stop();
      if (error) co_return failure(error, writing_);
    }
    co_return Result<>();
  }

  // Our close_notify goes out before the peer's is waited for; the wait is what the deadline cuts.
  Task<void> end_writing(std::int64_t timeout_ms) override {
    writing_.start(Loop::now_ms() + timeout_ms);
    co_await callback<error_code>([&](auto done) { socket_.async_shutdown(done); });
    writing_.stop();
    error_code ignored;
    socket_.next_layer().shutdown(Socket::shutdown_send, ignored);
  }

  void close() override {
    error_code ignored;
    socket_.next_layer().close(ignored);
  }

  bool peer_gone() const override { return PlainStream::peer_gone(socket_.next_layer()); }

 private:
  static bool fill(std::string& record, Pieces& pieces) {
    record.clear();
    for (std::string_view& piece : pieces) {
      std::string_view taken = piece.substr(0, tls_record_bytes - record.size());
      record += taken;
      piece.remove_prefix(taken.size());
    }
    return !record.empty();
  }

  TlsSocket socket_;
  Deadline reading_;
  Deadline writing_;
};

Task<Result<std::unique_ptr<Stream>>> shake_hands(std::unique_ptr<TlsStream> stream,
                                                  asio::ssl::stream_base::handshake_type side,
                                                  std::int64_t deadline_ms) {
  Result<> done = co_await stream->handshake(side, deadline_ms);
  if (!done) co_return pass(done);
  co_return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace

std::unique_ptr<Stream> plain_stream(Loop& loop, int fd) {
  return std::make_unique<PlainStream>(loop, adopt(loop, fd));
}

Task<Result<std::unique_ptr<Stream>>> tls_accept(Loop& loop, int fd, Tls tls, std::int64_t deadline_ms) {
  auto stream = std::make_unique<TlsStream>(loop, fd, tls.new_session({}));
  co_return co_await shake_hands(std::move(stream), asio::ssl::stream_base::server, deadline_ms);
}

Task<Result<std::unique_ptr<Stream>>> tls_connect(Loop& loop, int fd, Tls tls, std::string host,
                                                  std::int64_t deadline_ms) {
  auto stream = std::make_unique<TlsStream>(loop, fd, tls.new_session(host));
  co_return co_await shake_hands(std::move(stream), asio::ssl::stream_base::client, deadline_ms);
}

}  // namespace slipway::http
