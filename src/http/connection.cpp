#include "http/connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/log.hpp"
#include "http/websocket_impl.hpp"
#include "http/write_head.hpp"

namespace slipway::http {
namespace {

constexpr std::int64_t linger_ms = 1'000;
constexpr std::size_t linger_bytes = 256 * 1024;
constexpr std::size_t kept_body_bytes = 64 * 1024;  // of memory that an idle connection may keep

std::optional<std::uint64_t> declared_length(const Headers& headers) {
  std::string_view text = headers.get("Content-Length");
  std::uint64_t length = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

}  // namespace

Connection::Connection(std::shared_ptr<Server::Shared> shared, Server::Shared::PerLoop& loop)
    : shared_(std::move(shared)), loop_(loop), next_(loop.first) {
  if (next_) next_->previous_ = this;
  loop_.first = this;
}

Connection::~Connection() {
  (previous_ ? previous_->next_ : loop_.first) = next_;
  if (next_) next_->previous_ = previous_;
}

Task<void> Connection::run(Fd fd, ListenerOptions listener) {
  if (!co_await open(std::move(fd), std::move(listener))) co_return;
  while (co_await serve_one()) {
  }
  if (stream_) stream_->close();
}

Task<bool> Connection::open(Fd fd, ListenerOptions listener) {
  remote_ = remote_endpoint(fd.get());
  local_ = local_endpoint(fd.get());
  listener_ = std::move(listener.label);
  request_.tls = listener.tls.has_value();
  if (listener.tls) {
    std::int64_t deadline_ms = Loop::now_ms() + shared_->options.header_timeout_ms;
    auto shaken = co_await tls_accept(*loop_.loop, fd.release(), std::move(*listener.tls), deadline_ms);
    if (!shaken) {
      log::debug("TLS handshake failed", {{"peer", remote_.address}, {"why", shaken.error().message}});
      co_return false;
    }
    stream_ = std::move(*shaken);
  } else {
    stream_ = plain_stream(*loop_.loop, fd.release());
  }
  inbound_ = std::make_unique<Inbound>(*stream_, shared_->options.header_bytes);
  body_share_ = std::make_unique<BodyShare>(shared_->bodies, peer_name(listener_, remote_.address));
  co_return true;
}

// One request with its answer; true if the connection can serve another.
Task<bool> Connection::serve_one() {
  if (!co_await read_request()) co_return false;
  Exchange exchange(*this);
  co_await shared_->handler(exchange);
  switch (answer_) {
    case Answer::upgraded:
      co_return false;
    case Answer::writing_body:
      co_return false;  // cut short: the peer must see that the end is missing
    case Answer::done:
      break;
    case Answer::none: {
      Response nothing;
      nothing.status = 500;
      co_await respond(std::move(nothing));
    }
  }
  if (cut_) co_return false;
  if (!co_await drop_unread_body()) {
    co_await linger();
    co_return false;
  }
  co_return keep_alive_;
}

// The next request, with its body unless that is streamed. False: the connection is done, and whatever had
// to be answered is.
Task<bool> Connection::read_request() {
  const ServerOptions& options = shared_->options;
  answer_ = Answer::none;
  keep_alive_ = false;
  if (request_.body.capacity() > kept_body_bytes) request_.body = {};
  body_share_->reset();
  // Anew for each: the last handler may have moved the whole request away.
  request_.remote_address = remote_.address;
  request_.remote_port = remote_.port;
  request_.local_address = local_.address;
  request_.local_port = local_.port;
  request_.listener = listener_;
  parser_->start(request_, options.header_bytes);

  if (inbound_->empty()) {
    if (stopping().requested()) co_return false;
    inbound_->shrink();
    idle_ = true;
    Result<std::size_t> got = co_await inbound_->fill(Loop::now_ms() + options.idle_timeout_ms);
    idle_ = false;
    if (!got || *got == 0) co_return false;
  }
  Result<> head = co_await inbound_->read_head(*parser_, Loop::now_ms() + options.header_timeout_ms);
  if (!head) co_return co_await refuse(head.error());

  http_1_0_ = parser_->http_1_0();
  keep_alive_ = parser_->keep_alive();
  inbound_->begin_body(*parser_);
  BodyPolicy policy = options.body_policy ? options.body_policy(request_) : options.body;
  co_return co_await receive_body(policy);
}

Task<bool> Connection::receive_body(const BodyPolicy& policy) {
  Framing framing = parser_->framing();
  std::string_view expected = request_.headers.get("Expect");
  if (!expected.empty() && !equal_ignoring_case(expected, "100-continue"))
    co_return co_await refuse(Error{"ExpectationFailed", "The Expect header cannot be met.", 417});
  if (framing.content_length > policy.limit_bytes)
    co_return co_await refuse(Error{"RequestTooLarge", "The request body is too large.", 413});
  continue_expected_ = !expected.empty() && !http_1_0_ && framing.has_body() && inbound_->empty();
  streamed_body_ = policy.streamed;
  body_limit_bytes_ = policy.limit_bytes;
  body_read_bytes_ = 0;
  if (streamed_body_ || !framing.has_body()) co_return true;

  if (Result<> said = co_await say_continue(); !said) co_return false;
  std::int64_t deadline_ms = Loop::now_ms() + shared_->options.body_timeout_ms;
  Result<> body =
      co_await inbound_->read_whole_body(request_.body, policy.limit_bytes, deadline_ms, body_share_.get());
  if (!body) co_return co_await refuse(body.error());
  co_return true;
}

Task<Result<>> Connection::say_continue() {
  if (!std::exchange(continue_expected_, false)) co_return Result<>();
  Stream::Pieces pieces{"HTTP/1.1 100 Continue\r\n\r\n"};
  co_return co_await stream_->write(pieces, shared_->options.write_timeout_ms);
}

// Answers what no handler will see, and ends the connection: after a broken message nobody knows where the
// next one begins. Nothing is said to a peer that is gone or never spoke.
Task<bool> Connection::refuse(const Error& error) {
  if (error.code == "ConnectionClosed" || error.code == "TlsFailed" || cut_) co_return false;
  Response response;
  response.status = error.http_status;
  if (error.code == no_room_for_body) {
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = error.message;
  }
  keep_alive_ = false;
  co_await respond(std::move(response));
  co_await linger();
  co_return false;
}

// A body that the handler left is read to its end if that is near; else the connection closes.
Task<bool> Connection::drop_unread_body() {
  if (inbound_->body_done()) co_return true;
  if (!keep_alive_ || continue_expected_) co_return false;
  std::array<char, 4096> scratch;
  std::int64_t deadline_ms = Loop::now_ms() + linger_ms;
  for (std::size_t dropped = 0; dropped < linger_bytes;) {
    Result<std::size_t> got = co_await inbound_->read_body(scratch, deadline_ms);
    if (!got) co_return false;
    if (inbound_->body_done()) co_return true;
    dropped += *got;
  }
  co_return false;
}

// Closing a socket with unread bytes resets it, and the reset can overtake our answer (RFC 9112 §9.6). So we
// end our side, read on a little, and only then close.
Task<void> Connection::linger() {
  co_await stream_->end_writing(linger_ms);
  std::array<char, 4096> scratch;
  std::int64_t deadline_ms = Loop::now_ms() + linger_ms;
  for (std::size_t dropped = 0; dropped < linger_bytes;) {
    Result<std::size_t> got = co_await stream_->read_some(scratch, deadline_ms);
    if (!got || *got == 0) co_return;
    dropped += *got;
  }
}

bool Connection::body_allowed(int status) const {
  return status >= 200 && status != 204 && status != 304;
}

std::string_view Connection::connection_field() const {
  if (!keep_alive_) return "close";
  return http_1_0_ ? "keep-alive" : "";
}

Task<Result<>> Connection::respond(Response response) {
  check(answer_ == Answer::none, "a request was answered twice");
  check(response.status >= 200 && response.status <= 999, "a response status out of range");
  answer_ = Answer::done;
  if (stopping().requested() || response.headers.has_token("Connection", "close")) keep_alive_ = false;
  HeadFraming framing;
  framing.connection = connection_field();
  bool to_head = request_.method == "HEAD";
  if (body_allowed(response.status)) {
    framing.content_length = response.body.size();
    if (to_head && response.body.empty()) framing.content_length = declared_length(response.headers);
  }
  head_.clear();
  append_response_head(head_, response, framing);
  bool send_body = framing.content_length && !to_head;
  Stream::Pieces pieces{head_, send_body ? std::string_view(response.body) : std::string_view()};
  Result<> sent = co_await stream_->write(pieces, shared_->options.write_timeout_ms);
  if (!sent) cut();
  co_return sent;
}

Task<Result<>> Connection::begin_response(Response head) {
  check(answer_ == Answer::none, "a request was answered twice");
  check(head.body.empty(), "a streamed response with a body of its own");
  answer_ = Answer::writing_body;
  body_suppressed_ = request_.method == "HEAD" || !body_allowed(head.status);
  answer_left_bytes_ = declared_length(head.headers);
  chunked_answer_ = !answer_left_bytes_ && !http_1_0_;
  if (stopping().requested() || head.headers.has_token("Connection", "close")) keep_alive_ = false;
  if (!answer_left_bytes_ && http_1_0_) keep_alive_ = false;  // its end is the connection's
  HeadFraming framing{answer_left_bytes_, chunked_answer_, connection_field()};
  if (!body_allowed(head.status)) framing = {std::nullopt, false, connection_field()};
  head_.clear();
  append_response_head(head_, head, framing);
  Result<> sent = co_await stream_->write(Stream::Pieces{head_}, shared_->options.write_timeout_ms);
  if (!sent) cut();
  co_return sent;
}

Task<Result<>> Connection::write_body(std::string_view bytes) {
  check(answer_ == Answer::writing_body, "a body is written outside a streamed response");
  if (cut_) co_return fail("ConnectionClosed", "The connection is closed.");
  if (bytes.empty() || body_suppressed_) co_return Result<>();
  Stream::Pieces pieces{bytes};
  if (chunked_answer_) {
    head_.clear();
    append_chunk_size(head_, bytes.size());
    pieces = {head_, bytes, "\r\n"};
  } else if (answer_left_bytes_) {
    check(bytes.size() <= *answer_left_bytes_, "a body longer than its Content-Length");
    *answer_left_bytes_ -= bytes.size();
  }
  Result<> sent = co_await stream_->write(pieces, shared_->options.write_timeout_ms);
  if (!sent) cut();
  co_return sent;
}

Task<Result<>> Connection::finish_body() {
  check(answer_ == Answer::writing_body, "a body is finished outside a streamed response");
  if (cut_) co_return fail("ConnectionClosed", "The connection is closed.");
  if (!body_suppressed_ && answer_left_bytes_.value_or(0) > 0)
    co_return Result<>();  // short: cut by serve_one
  answer_ = Answer::done;
  if (!chunked_answer_ || body_suppressed_) co_return Result<>();
  Result<> sent = co_await stream_->write(Stream::Pieces{"0\r\n\r\n"}, shared_->options.write_timeout_ms);
  if (!sent) cut();
  co_return sent;
}

Task<Result<std::size_t>> Connection::read_body(std::span<char> into) {
  check(streamed_body_, "the body of this request is in memory");
  if (cut_) co_return fail("ConnectionClosed", "The connection is closed.");
  if (Result<> said = co_await say_continue(); !said) co_return pass(said);
  std::int64_t deadline_ms = Loop::now_ms() + shared_->options.body_timeout_ms;
  Result<std::size_t> got = co_await inbound_->read_body(into, deadline_ms);
  if (!got) {
    keep_alive_ = false;
    if (got.error().code == "InvalidMessage") got.error().code = "InvalidRequest";
    co_return got;
  }
  body_read_bytes_ += *got;
  if (body_read_bytes_ > body_limit_bytes_) {
    keep_alive_ = false;
    co_return fail("RequestTooLarge", "The request body is too large.", 413);
  }
  co_return got;
}

Task<Result<WebSocket>> Connection::upgrade(WebSocketOptions options) {
  check(answer_ == Answer::none, "a request was answered twice");
  Result<> valid = check_upgrade(request_);
  if (!valid) co_return pass(valid);
  answer_ = Answer::upgraded;
  std::string rest(inbound_->bytes());
  inbound_.reset();
  auto accepted = co_await accept_websocket(std::move(stream_), std::move(rest), request_, options);
  if (!accepted) co_return pass(accepted);
  web_socket_ = *accepted;
  if (stopping().requested()) close_going_away(*accepted);
  if (cut_) abort_websocket(**accepted);
  co_return WebSocket(std::move(*accepted));
}

void Connection::drain() {
  if (idle_) return cut();
  if (auto socket = web_socket_.lock()) close_going_away(std::move(socket));
}

void Connection::cut() {
  cut_ = true;
  keep_alive_ = false;
  if (stream_) stream_->close();
  if (auto socket = web_socket_.lock()) abort_websocket(*socket);
}

}  // namespace slipway::http
