#include "http/dial.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "http/net.hpp"
#include "http/workers.hpp"

namespace slipway::http {
namespace {

constexpr std::size_t lookup_threads = 2;

bool is_address(const std::string& host) {
  in6_addr parsed;
  return ::inet_pton(AF_INET, host.c_str(), &parsed) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &parsed) == 1;
}

Result<std::vector<std::string>> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0)
    return fail("ConnectFailed", "Cannot resolve " + host + ": " + ::gai_strerror(error) + ".", 503);
  std::vector<std::string> addresses;
  for (addrinfo* entry = found; entry; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
            0 &&
        std::ranges::find(addresses, text) == addresses.end())
      addresses.emplace_back(text);
  }
  ::freeaddrinfo(found);
  return addresses;
}

// getaddrinfo(3) blocks, for many seconds where the network is broken: on threads of its own, which start
// with the first name.
class Names {
 public:
  Task<Result<std::vector<std::string>>> resolve(std::string host, std::int64_t timeout_ms) {
    using Addresses = Result<std::vector<std::string>>;
    if (is_address(host)) co_return std::vector<std::string>{host};
    if (host == "localhost" || host.ends_with(".localhost"))  // RFC 6761 §6.3
      co_return std::vector<std::string>{"127.0.0.1", "::1"};
    Completion<Addresses> done;
    pool().submit([host, done] { done.complete(look_up(host)); });
    std::optional<Addresses> addresses = co_await done.wait_for(timeout_ms);
    if (!addresses) co_return fail("Timeout", "Resolving " + host + " took too long.", 504);
    co_return std::move(*addresses);
  }

 private:
  WorkerPool& pool() {
    std::call_once(once_, [this] { pool_ = std::make_unique<WorkerPool>(lookup_threads); });
    return *pool_;
  }

  std::once_flag once_;
  std::unique_ptr<WorkerPool> pool_;
};

Task<Result<int>> finish_connect(Result<Fd> begun, std::string whereto, std::int64_t deadline_ms) {
  if (!begun) co_return pass(begun);
  std::int64_t left_ms = std::max<std::int64_t>(0, deadline_ms - Loop::now_ms());
  if (!co_await Loop::current().writable(begun->get(), left_ms))
    co_return fail("Timeout", "Connecting to " + whereto + " took too long.", 504);
  Result<> done = connected(begun->get(), whereto);
  if (!done) co_return pass(done);
  co_return begun->release();
}

Task<Result<int>> dial_tcp(std::shared_ptr<Names> names, std::string host, std::uint16_t port,
                           std::int64_t timeout_ms) {
  std::int64_t deadline_ms = Loop::now_ms() + timeout_ms;
  auto addresses = co_await names->resolve(host, timeout_ms);
  if (!addresses) co_return pass(addresses);
  Result<int> last = fail("ConnectFailed", host + " has no address.", 503);
  for (const std::string& address : *addresses) {
    Result<Fd> begun = begin_connect_tcp(address, port);
    last = co_await finish_connect(std::move(begun), bracketed(address) + ":" + std::to_string(port),
                                   deadline_ms);
    if (last) break;
  }
  co_return last;
}

}  // namespace

Dialer tcp_dialer() {
  return [names = std::make_shared<Names>()](std::string host, std::uint16_t port, std::int64_t timeout_ms) {
    return dial_tcp(names, std::move(host), port, timeout_ms);
  };
}

Dialer unix_dialer(std::string socket_path) {
  return [path = std::move(socket_path)](std::string, std::uint16_t, std::int64_t timeout_ms) {
    return finish_connect(begin_connect_unix(path), path, Loop::now_ms() + timeout_ms);
  };
}

Task<Result<std::unique_ptr<Stream>>> dial(Url url, const ClientOptions& options) {
  Loop& loop = Loop::current();
  std::int64_t deadline_ms = Loop::now_ms() + options.connect_timeout_ms;
  Dialer dialer = options.dialer ? options.dialer : tcp_dialer();
  std::optional<Tls> tls = options.tls;
  Result<int> fd = co_await dialer(url.host, url.port, options.connect_timeout_ms);
  if (!fd) co_return pass(fd);
  prepare_socket(*fd);
  if (!url.tls()) co_return plain_stream(loop, *fd);
  if (!tls) {
    Fd owned(*fd);
    Result<Tls> standard = Tls::client();
    if (!standard) co_return pass(standard);
    tls = std::move(*standard);
    owned.release();
  }
  co_return co_await tls_connect(loop, *fd, std::move(*tls), url.host, deadline_ms);
}

CloseOnCancel::CloseOnCancel(Cancel cancel, Stream& stream) : cancel_(std::move(cancel)), stream_(stream) {
  if (!cancel_.attach(Loop::current(), *this)) stream_.close();
}

}  // namespace slipway::http
