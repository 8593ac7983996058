#include "http/parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

// Beast reads the grammar; what it leaves open is decided here, always for the reading that two parsers in a
// row cannot understand differently (RFC 9112 §11.2, request smuggling):
// - folded fields are refused (Beast joins them);
// - one Content-Length, digits only (Beast takes lists and repetitions of the same number);
// - never Content-Length and Transfer-Encoding together, whatever the coding;
// - one Transfer-Encoding, exactly "chunked", never in HTTP/1.0;
// - one Host in HTTP/1.1, at most one in 1.0;
// - trailer fields do not become header fields;
// - the head's limit counts the whole head (Beast 1.81 counts each piece of it anew).
namespace slipway::http {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

namespace {

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

error_code refused() {
  return beast::http::error::bad_value;
}

bool has_folded_line(std::string_view head) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1))
    if (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t')) return true;
  return false;
}

// A well-formed request line of another version is 505; anything else that Beast calls a bad version is no
// HTTP at all.
bool names_other_version(std::string_view head) {
  std::string_view line = head.substr(0, head.find("\r\n"));
  std::size_t at = line.rfind(" HTTP/");
  return at != std::string_view::npos && line.size() == at + 9 && line[at + 7] == '.' &&
         head.size() > line.size();
}

// The fields that decide where a message ends and whom it is for.
struct Decisive {
  int content_lengths = 0;
  int transfer_encodings = 0;
  int hosts = 0;
  bool bad = false;
  bool other_coding = false;

  void see(beast::http::field field, std::string_view value) {
    if (field == beast::http::field::content_length) {
      ++content_lengths;
      bad |= value.empty() || !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    } else if (field == beast::http::field::transfer_encoding) {
      ++transfer_encodings;
      other_coding |= !equal_ignoring_case(value, "chunked");
    } else if (field == beast::http::field::host) {
      ++hosts;
    }
  }

  bool acceptable(bool request, bool http_1_0) const {
    if (bad || content_lengths + transfer_encodings > 1) return false;
    if (http_1_0 && transfer_encodings) return false;
    return !request || hosts == 1 || (http_1_0 && hosts == 0);
  }
};

template <bool is_request>
class Grammar final : public beast::http::basic_parser<is_request> {
 public:
  using Message = std::conditional_t<is_request, Request, Response>;

  explicit Grammar(Message& message) : message_(message) {
    this->eager(false);
    this->body_limit(boost::none);  // counted by whoever stores the body
  }

  std::string* decoded = nullptr;
  bool http_1_0 = false;
  bool finished = false;
  Decisive decisive;

 private:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                       error_code& error) override {
    if constexpr (is_request) {
      message_.method = view(method);
      if (!set_target(view(target))) error = refused();
    }
    http_1_0 = version == 10;
  }

  void on_response_impl(int status, string_view, int version, error_code&) override {
    if constexpr (!is_request) message_.status = status;
    http_1_0 = version == 10;
  }

  void on_field_impl(beast::http::field field, string_view name, string_view value, error_code&) override {
    if (in_trailer_) return;
    decisive.see(field, view(value));
    message_.headers.add(view(name), view(value));
  }

  void on_header_impl(error_code& error) override {
    in_trailer_ = true;
    if (!decisive.acceptable(is_request, http_1_0)) error = refused();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    decoded->append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override { finished = true; }

  // The absolute form (RFC 9112 §3.2.2) is stored as the origin form that it means.
  bool set_target(std::string_view target) {
    if constexpr (is_request) {
      if (!target.starts_with('/') && target != "*") {
        std::size_t authority = target.find("://");
        if (authority == std::string_view::npos) return false;
        target.remove_prefix(std::min(target.find_first_of("/?", authority + 3), target.size()));
        message_.target = target.starts_with('/') ? "" : "/";
      }
      message_.target += target;
    }
    return true;
  }

  Message& message_;
  bool in_trailer_ = false;
};

// The part that requests and responses share.
template <class Interface, bool is_request>
class BeastParser : public Interface {
 public:
  Parsed parse_head(std::string_view bytes) override {
    error_code error;
    Parsed parsed;
    parsed.consumed = grammar_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    header_bytes_left_ -= std::min(parsed.consumed, header_bytes_left_);
    bool done = head_done();
    if (error && error != beast::http::error::need_more)
      parsed.refused_status = status_for(error, bytes);
    else if (header_bytes_left_ == 0 || (!done && bytes.size() - parsed.consumed >= header_bytes_left_))
      parsed.refused_status = 431;
    else if (has_folded_line(bytes.substr(0, parsed.consumed)))
      parsed.refused_status = 400;
    else if (done && grammar_->decisive.other_coding)
      parsed.refused_status = 501;
    if (done) finish_head();
    return parsed;
  }

  bool head_done() const override { return grammar_->is_header_done(); }
  bool keep_alive() const override { return grammar_->keep_alive(); }
  bool http_1_0() const override { return grammar_->http_1_0; }

  Framing framing() const override { return framing_; }

  Parsed parse_chunks(std::string_view bytes, std::string& into) override {
    error_code error;
    grammar_->decoded = &into;
    Parsed parsed;
    parsed.consumed = grammar_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error && error != beast::http::error::need_more) parsed.refused_status = 400;
    return parsed;
  }
  bool chunks_done() const override { return grammar_->finished; }

 protected:
  using Message = typename Grammar<is_request>::Message;

  Grammar<is_request>& restart(Message& message, std::size_t header_bytes, bool no_body) {
    header_bytes_left_ = header_bytes;
    framing_ = {};
    grammar_.emplace(message);
    grammar_->header_limit(std::uint32_t(std::min<std::size_t>(header_bytes, 1u << 30)));
    if (no_body) grammar_->skip(true);
    return *grammar_;
  }

 private:
  // Beast has finished already where status or method allow no body (204, 304, the answer to HEAD).
  void finish_head() {
    grammar_->eager(true);
    if (grammar_->finished) return;
    framing_.chunked = grammar_->chunked();
    framing_.content_length = grammar_->content_length().value_or(0);
    framing_.until_close = !is_request && !framing_.chunked && grammar_->need_eof();
  }

  static int status_for(const error_code& error, std::string_view bytes) {
    if (error == beast::http::error::header_limit) return 431;
    if (error == beast::http::error::bad_version && names_other_version(bytes)) return 505;
    return 400;
  }

  std::optional<Grammar<is_request>> grammar_;
  std::size_t header_bytes_left_ = 0;
  Framing framing_;
};

class BeastRequestParser final : public BeastParser<RequestParser, true> {
 public:
  void start(Request& request, std::size_t header_bytes) override {
    request.method.clear();
    request.target.clear();
    request.headers.clear();
    request.body.clear();
    restart(request, header_bytes, false);
  }
};

class BeastResponseParser final : public BeastParser<ResponseParser, false> {
 public:
  void start(Response& response, std::size_t header_bytes, bool to_head) override {
    response.headers.clear();
    response.body.clear();
    restart(response, header_bytes, to_head);
  }
};

}  // namespace

std::unique_ptr<RequestParser> make_request_parser() {
  return std::make_unique<BeastRequestParser>();
}
std::unique_ptr<ResponseParser> make_response_parser() {
  return std::make_unique<BeastResponseParser>();
}

}  // namespace slipway::http
