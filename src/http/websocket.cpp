#include "http/websocket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "http/callback.hpp"
#include "http/completion.hpp"
#include "http/dial.hpp"
#include "http/websocket_impl.hpp"

namespace slipway::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::error_code;
using beast::websocket::stream_base;

namespace {

constexpr std::int64_t teardown_ms = 1'000;
constexpr std::uint16_t going_away_code = 1001;
constexpr std::uint16_t abnormal_code = 1006;
constexpr std::size_t reason_bytes = 123;  // RFC 6455 §5.5: a control frame holds 125

error_code to_beast(const Error& error) {
  if (error.code == "Timeout") return beast::error::timeout;
  return asio::error::connection_reset;
}

// Our Stream with the face of an Asio stream, so that Beast's WebSocket runs over any of them and is
// compiled once. Whatever is under way holds the Stream, so the owner may vanish meanwhile.
class Pipe {
 public:
  using executor_type = asio::io_context::executor_type;

  Pipe(Loop& loop, std::unique_ptr<Stream> stream, std::string rest)
      : loop_(&loop), stream_(std::move(stream)), rest_(std::make_shared<std::string>(std::move(rest))) {}

  executor_type get_executor() const {
    return static_cast<asio::io_context*>(loop_->native())->get_executor();
  }
  Stream& stream() { return *stream_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    asio::mutable_buffer into;
    for (auto at = asio::buffer_sequence_begin(buffers);
         at != asio::buffer_sequence_end(buffers) && !into.size(); ++at)
      into = *at;
    auto start = [this, into](auto handler) {
      spawn(*loop_, read(stream_, rest_, {static_cast<char*>(into.data()), into.size()}, std::move(handler)));
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(std::move(start), token);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    Stream::Pieces pieces;
    std::size_t used = 0;
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
      asio::const_buffer buffer = *at;
      if (buffer.size() == 0) continue;
      if (used == pieces.size()) break;
      pieces[used++] = {static_cast<const char*>(buffer.data()), buffer.size()};
    }
    auto start = [this, pieces](auto handler) { spawn(*loop_, write(stream_, pieces, std::move(handler))); };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(std::move(start), token);
  }

  friend void beast_close_socket(Pipe& pipe) { pipe.stream_->close(); }

  template <class Handler>
  friend void async_teardown(beast::role_type, Pipe& pipe, Handler&& handler) {
    spawn(*pipe.loop_, tear_down(pipe.stream_, std::decay_t<Handler>(std::forward<Handler>(handler))));
  }

 private:
  template <class Handler>
  static Task<void> read(std::shared_ptr<Stream> stream, std::shared_ptr<std::string> rest,
                         std::span<char> into, Handler handler) {
    if (!rest->empty()) {
      std::size_t count = rest->copy(into.data(), into.size());
      rest->erase(0, count);
      handler(error_code(), count);
      co_return;
    }
    Result<std::size_t> got = co_await stream->read_some(into, Stream::never);
    if (!got)
      handler(to_beast(got.error()), 0);
    else if (*got == 0 && !into.empty())
      handler(error_code(asio::error::eof), 0);
    else
      handler(error_code(), *got);
  }

  template <class Handler>
  static Task<void> write(std::shared_ptr<Stream> stream, Stream::Pieces pieces, Handler handler) {
    Result<> sent = co_await stream->write(pieces, limits::http_write_timeout_ms);
    if (sent)
      handler(error_code(), pieces[0].size() + pieces[1].size() + pieces[2].size());
    else
      handler(to_beast(sent.error()), 0);
  }

  // RFC 6455 §7.1.1: end our side, wait shortly for the peer's end, then close.
  template <class Handler>
  static Task<void> tear_down(std::shared_ptr<Stream> stream, Handler handler) {
    co_await stream->end_writing(teardown_ms);
    std::array<char, 1024> scratch;
    std::int64_t deadline_ms = Loop::now_ms() + teardown_ms;
    while ((co_await stream->read_some(scratch, deadline_ms)).value_or(0) > 0) {
    }
    stream->close();
    handler(error_code());
  }

  Loop* loop_;
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<std::string> rest_;
};

using BeastSocket = beast::websocket::stream<Pipe, false>;
using BeastResponse = beast::http::response<beast::http::string_body>;

bool is_closed_connection(const error_code& error) {
  return error == asio::error::operation_aborted || error == asio::error::eof ||
         error == asio::error::connection_reset || error == beast::error::timeout;
}

// What Beast judges a request by; the rest of the head is the handler's business.
constexpr std::array<std::string_view, 5> handshake_fields = {"Host", "Upgrade", "Connection",
                                                              "Sec-WebSocket-Key", "Sec-WebSocket-Version"};

template <class Message>
void insert(Message& message, const Headers::Field& field) {
  message.insert({field.name.data(), field.name.size()},
                 beast::string_view(field.value.data(), field.value.size()));
}

Response from_beast(const BeastResponse& from) {
  Response response;
  response.status = int(from.result_int());
  for (const auto& field : from) {
    std::string_view name(field.name_string().data(), field.name_string().size());
    response.headers.add(name, {field.value().data(), field.value().size()});
  }
  response.body = from.body();
  return response;
}

}  // namespace

// All members are used on the socket's loop. Every coroutine below holds the Impl, so it outlives the handle
// until what is under way has ended; dropping the handle closes the stream, which ends it soon.
class WebSocket::Impl {
 public:
  Impl(Loop& loop, std::unique_ptr<Stream> stream, std::string rest, WebSocketOptions options,
       std::int64_t handshake_timeout_ms);

  static Task<Result<>> accept(std::shared_ptr<Impl> self, const Request& request);
  static Task<Result<Response>> handshake(std::shared_ptr<Impl> self, Url url, Headers headers);
  static Task<Result<std::optional<std::string>>> receive(std::shared_ptr<Impl> self);
  static Task<Result<>> send(std::shared_ptr<Impl> self, std::string bytes, bool text);
  static Task<void> close(std::shared_ptr<Impl> self, std::uint16_t code, std::string reason);

  void abort() {
    if (!ended_) stream().close();
  }
  Stream& stream() { return socket_.next_layer().stream(); }
  bool received_text() const { return received_text_; }
  std::uint16_t close_code() const { return close_code_; }
  const std::string& close_reason() const { return close_reason_; }

 private:
  struct Message {
    std::string bytes;
    bool text;
  };

  static Task<void> write_queue(std::shared_ptr<Impl> self);
  bool full() const {
    return queue_.size() >= options_.queued_messages || queued_bytes_ >= limits::websocket_queued_bytes;
  }
  void end(const error_code& error);
  void admit_senders();

  Loop& loop_;
  WebSocketOptions options_;
  BeastSocket socket_;
  std::deque<Message> queue_;
  std::size_t queued_bytes_ = 0;
  std::deque<Completion<>> waiting_senders_;
  Signal written_;  // the queue ran empty, or the socket ended
  bool writing_ = false;
  bool receiving_ = false;
  bool received_text_ = true;
  bool closing_ = false;
  bool ended_ = false;
  std::uint16_t close_code_ = 0;
  std::string close_reason_;
};

WebSocket::Impl::Impl(Loop& loop, std::unique_ptr<Stream> stream, std::string rest, WebSocketOptions options,
                      std::int64_t handshake_timeout_ms)
    : loop_(loop), options_(options), socket_(Pipe(loop, std::move(stream), std::move(rest))) {
  socket_.read_message_max(options.message_bytes);
  stream_base::timeout timeout{std::chrono::milliseconds(handshake_timeout_ms), stream_base::none(), false};
  if (options.idle_timeout_ms > 0) {
    timeout.idle_timeout = std::chrono::milliseconds(options.idle_timeout_ms);
    timeout.keep_alive_pings = true;
  }
  socket_.set_option(timeout);
}

Task<Result<>> WebSocket::Impl::accept(std::shared_ptr<Impl> self, const Request& request) {
  beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, "/", 11);
  for (std::string_view name : handshake_fields) insert(upgrade, {name, request.headers.get(name)});
  auto [error] = co_await callback<error_code>([&](auto done) { self->socket_.async_accept(upgrade, done); });
  if (!error) co_return Result<>();
  self->end(error);
  co_return fail("ConnectionClosed", "The WebSocket handshake failed: " + error.message() + ".");
}

Task<Result<Response>> WebSocket::Impl::handshake(std::shared_ptr<Impl> self, Url url, Headers headers) {
  std::string host = headers.contains("Host") ? std::string(headers.get("Host")) : url.authority();
  headers.remove("Host");
  self->socket_.set_option(stream_base::decorator([&headers](beast::websocket::request_type& request) {
    for (const Headers::Field& field : headers) insert(request, field);
  }));
  BeastResponse answer;
  auto [error] = co_await callback<error_code>(
      [&](auto done) { self->socket_.async_handshake(answer, host, url.target(), done); });
  self->socket_.set_option(stream_base::decorator([](beast::websocket::request_type&) {}));
  if (!error || error == beast::websocket::error::upgrade_declined) co_return from_beast(answer);
  self->end(error);
  self->stream().close();
  if (error == beast::error::timeout)
    co_return fail("Timeout", "The WebSocket handshake took too long.", 504);
  if (is_closed_connection(error) || error == beast::http::error::end_of_stream)
    co_return fail("ConnectionClosed", "The connection was closed during the WebSocket handshake.", 503);
  co_return fail("InvalidResponse", "The WebSocket handshake failed: " + error.message() + ".", 502);
}

Task<Result<std::optional<std::string>>> WebSocket::Impl::receive(std::shared_ptr<Impl> self) {
  Impl& me = *self;
  check(!me.receiving_, "two coroutines receive from one WebSocket");
  if (me.ended_) co_return std::nullopt;
  std::string message;
  auto buffer = asio::dynamic_buffer(message);
  me.receiving_ = true;
  auto [error, bytes] =
      co_await callback<error_code, std::size_t>([&](auto done) { me.socket_.async_read(buffer, done); });
  me.receiving_ = false;
  if (!error) {
    me.received_text_ = me.socket_.got_text();
    message.resize(bytes);
    co_return message;
  }
  me.end(error);
  if (error == beast::websocket::error::closed || is_closed_connection(error)) co_return std::nullopt;
  if (error == beast::websocket::error::message_too_big || error == beast::websocket::error::buffer_overflow)
    co_return fail("MessageTooLarge",
                   "The message is larger than " + std::to_string(me.options_.message_bytes) + " bytes.");
  co_return fail("InvalidWebSocketFrame", "The peer broke the WebSocket protocol: " + error.message() + ".");
}

Task<Result<>> WebSocket::Impl::send(std::shared_ptr<Impl> self, std::string bytes, bool text) {
  Impl& me = *self;
  while (!me.ended_ && !me.closing_ && me.full()) {
    Completion<> room;
    me.waiting_senders_.push_back(room);
    co_await room.wait();
  }
  if (me.ended_ || me.closing_) co_return fail("ConnectionClosed", "The WebSocket is closed.");
  me.queued_bytes_ += bytes.size();
  me.queue_.push_back({std::move(bytes), text});
  if (!std::exchange(me.writing_, true)) spawn(me.loop_, write_queue(self));
  co_return Result<>();
}

Task<void> WebSocket::Impl::write_queue(std::shared_ptr<Impl> self) {
  Impl& me = *self;
  while (!me.queue_.empty() && !me.ended_) {
    Message message = std::move(me.queue_.front());
    me.queue_.pop_front();
    me.socket_.text(message.text);
    auto [error, bytes] = co_await callback<error_code, std::size_t>(
        [&](auto done) { me.socket_.async_write(asio::buffer(message.bytes), done); });
    me.queued_bytes_ -= message.bytes.size();
    if (error) {
      me.end(error);
      me.stream().close();
    }
    me.admit_senders();
  }
  me.writing_ = false;
  me.written_.set();
}

void WebSocket::Impl::admit_senders() {
  while (!waiting_senders_.empty() && (ended_ || closing_ || !full())) {
    waiting_senders_.front().complete({});
    waiting_senders_.pop_front();
    if (!ended_ && !closing_) break;  // one place, one sender
  }
}

Task<void> WebSocket::Impl::close(std::shared_ptr<Impl> self, std::uint16_t code, std::string reason) {
  Impl& me = *self;
  if (std::exchange(me.closing_, true) || me.ended_) co_return;
  me.admit_senders();
  std::int64_t deadline_ms = Loop::now_ms() + limits::http_write_timeout_ms;
  while (me.writing_ && !me.ended_ && Loop::now_ms() < deadline_ms)
    co_await me.written_.wait(deadline_ms - Loop::now_ms());
  if (me.ended_) co_return;
  reason.resize(std::min(reason.size(), reason_bytes));
  beast::websocket::close_reason why(beast::websocket::close_code(code), reason);
  auto [error] = co_await callback<error_code>([&](auto done) { me.socket_.async_close(why, done); });
  me.end(error ? error : error_code(beast::websocket::error::closed));
  me.stream().close();
}

// The first news of the end counts, except that the peer's Close frame is better than none.
void WebSocket::Impl::end(const error_code& error) {
  bool by_frame = error == beast::websocket::error::closed;
  if (by_frame) {
    close_code_ = socket_.reason().code;
    close_reason_.assign(socket_.reason().reason.data(), socket_.reason().reason.size());
  } else if (close_code_ == 0) {
    close_code_ = abnormal_code;
  }
  ended_ = true;
  admit_senders();
  written_.set();
}

Task<Result<std::shared_ptr<WebSocket::Impl>>> accept_websocket(std::unique_ptr<Stream> stream,
                                                                std::string rest, const Request& request,
                                                                WebSocketOptions options) {
  auto impl = std::make_shared<WebSocket::Impl>(Loop::current(), std::move(stream), std::move(rest), options,
                                                limits::http_header_timeout_ms);
  Result<> accepted = co_await WebSocket::Impl::accept(impl, request);
  if (!accepted) co_return pass(accepted);
  co_return impl;
}

Task<Result<WebSocketAnswer>> connect_websocket(Url url, Headers headers, ClientOptions options,
                                                WebSocketOptions socket_options, Cancel cancel) {
  Result<> valid = check_fields(headers);
  if (!valid) co_return pass(valid);
  auto stream = co_await dial(url, options);
  if (!stream) co_return pass(stream);
  auto impl = std::make_shared<WebSocket::Impl>(Loop::current(), std::move(*stream), std::string(),
                                                socket_options, options.connect_timeout_ms);
  CloseOnCancel watch(cancel, impl->stream());
  Result<Response> response = co_await WebSocket::Impl::handshake(impl, std::move(url), std::move(headers));
  if (!response) {
    if (cancel.requested()) co_return fail("Cancelled", "The call was cancelled.");
    co_return pass(response);
  }
  WebSocketAnswer answer{std::nullopt, std::move(*response)};
  if (answer.response.status == 101) answer.socket.emplace(std::move(impl));
  co_return answer;
}

namespace {

Task<void> go_away(std::shared_ptr<WebSocket::Impl> impl) {
  co_await WebSocket::Impl::close(std::move(impl), going_away_code, "The server is stopping.");
}

}  // namespace

void close_going_away(std::shared_ptr<WebSocket::Impl> impl) {
  spawn(Loop::current(), go_away(std::move(impl)));
}
void abort_websocket(WebSocket::Impl& impl) {
  impl.abort();
}

WebSocket::WebSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSocket::WebSocket(WebSocket&&) noexcept = default;
WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
WebSocket::~WebSocket() {
  if (impl_) impl_->abort();
}

Task<Result<std::optional<std::string>>> WebSocket::receive() {
  return Impl::receive(impl_);
}
bool WebSocket::received_text() const {
  return impl_->received_text();
}
Task<Result<>> WebSocket::send_text(std::string message) {
  return Impl::send(impl_, std::move(message), true);
}
Task<Result<>> WebSocket::send_binary(std::string message) {
  return Impl::send(impl_, std::move(message), false);
}
Task<void> WebSocket::close(std::uint16_t code, std::string reason) {
  return Impl::close(impl_, code, std::move(reason));
}
void WebSocket::abort() {
  impl_->abort();
}
std::uint16_t WebSocket::close_code() const {
  return impl_->close_code();
}
std::string WebSocket::close_reason() const {
  return impl_->close_reason();
}

}  // namespace slipway::http
