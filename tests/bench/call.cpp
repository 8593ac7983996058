#include "call.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <vector>

#include "auth/sign.hpp"
#include "base/time.hpp"
#include "figures.hpp"

namespace slipway::bench {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value || !*value) give_up(std::string(name) + " is not set; see `slipway env`");
  return value;
}

std::string host_and_port() {
  const std::string url = environment("AWS_ENDPOINT_URL");
  if (!url.starts_with("http://")) give_up("AWS_ENDPOINT_URL is no http:// URL");
  return url.substr(7);
}

std::string signed_text(std::string_view service, std::vector<auth::Header> headers, std::string_view body) {
  const std::string host = host_and_port(), region = environment("AWS_REGION");
  headers.push_back({"Host", host});
  const auth::Credentials key{environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"), ""};
  SystemClock clock;
  const auto signature =
      auth::sign_request(key, {.method = "POST", .path = "/", .query = "", .headers = headers, .body = body},
                         {region, service}, clock.now());
  std::string text = "POST / HTTP/1.1\r\n";
  for (const auto& header : headers)
    text += std::string(header.name) + ": " + std::string(header.value) + "\r\n";
  for (const auto& [name, value] : signature) text += name + ": " + value + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text.append(body);
}

}  // namespace

std::string request_text(std::string_view operation, std::string_view body) {
  if (operation.starts_with('/'))
    return "GET " + std::string(operation) + " HTTP/1.1\r\nHost: " + host_and_port() + "\r\n\r\n";
  const std::string target = "AmazonEC2ContainerServiceV20141113." + std::string(operation);
  return signed_text("ecs", {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", target}}, body);
}

std::string query_text(std::string_view service, std::string_view operation, std::string_view version) {
  const std::string body = "Action=" + std::string(operation) + "&Version=" + std::string(version);
  return signed_text(service, {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}, body);
}

int try_connect() {
  const std::string host = host_and_port();
  const std::size_t colon = host.rfind(':');
  sockaddr_in address{.sin_family = AF_INET,
                      .sin_port = htons(std::uint16_t(std::atoi(host.c_str() + colon + 1)))};
  if (colon == host.npos || ::inet_pton(AF_INET, host.substr(0, colon).c_str(), &address.sin_addr) != 1)
    give_up("AWS_ENDPOINT_URL is not http://<IPv4 address>:<port>");
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::size_t whole_answer(std::string_view received, int& status, std::size_t& body_at) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == received.npos) return 0;
  body_at = end + 4;
  status = -1;
  const std::string_view head = received.substr(0, end);
  const std::size_t length_at = head.find("Content-Length: ");
  std::size_t length = 0;
  if (!head.starts_with("HTTP/1.1 ") || length_at == head.npos) return received.size();
  std::from_chars(head.data() + length_at + 16, head.data() + head.size(), length);
  std::from_chars(head.data() + 9, head.data() + 12, status);
  return received.size() < body_at + length ? 0 : body_at + length;
}

Answer call(int socket, std::string_view request) {
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size())) return {};
  std::string received;
  char buffer[64 * 1024];
  Answer answer;
  for (;;) {
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return {};
    received.append(buffer, std::size_t(got));
    std::size_t body_at = 0;
    if (whole_answer(received, answer.status, body_at) == 0) continue;
    answer.body = received.substr(body_at);
    return answer;
  }
}

std::string json_member(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  std::size_t at = json.find(key);
  if (at == json.npos) return {};
  at += key.size();
  if (json[at] == '"') return std::string(json.substr(at + 1, json.find('"', at + 1) - at - 1));
  return std::string(json.substr(at, json.find_first_of(",}]", at) - at));
}

}  // namespace slipway::bench
