#include "agent/image/fake_registry_test.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace slipway::agent {

FakeRegistry::FakeRegistry() {
  server_ = std::make_unique<http::Server>(loops_.loops(), http::ServerOptions{},
                                           [this](http::Exchange& exchange) { return handle(exchange); });
  port_ = server_->listen("127.0.0.1", 0).value_or(0);
}

FakeRegistry::~FakeRegistry() {
  server_.reset();
  loops_.stop();
}

void FakeRegistry::push(const std::string& repository, const std::string& tag, const TestImage& image) {
  put_manifest(repository, tag, image.manifest);
  put_manifest(repository, image.manifest_digest, image.manifest);
  put_blob(image.config_digest, image.config);
  for (std::size_t i = 0; i < image.blobs.size(); ++i) put_blob(image.blob_digests[i], image.blobs[i]);
}

void FakeRegistry::put_manifest(const std::string& repository, const std::string& object,
                                const std::string& text) {
  const std::lock_guard lock(mutex_);
  objects_["/v2/" + repository + "/manifests/" + object] = text;
}

void FakeRegistry::put_blob(const std::string& digest, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  objects_[digest] = bytes;
}

int FakeRegistry::asked(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return asked_[path];
}

bool FakeRegistry::allowed(const http::Request& request) {
  const std::string_view said = request.headers.get("Authorization");
  if (basic) return said == "Basic " + base64(user + ":" + password);
  return token.empty() || said == "Bearer " + token;
}

http::Response FakeRegistry::refusal() const {
  http::Response response{
      401, {}, R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})"};
  response.headers.add("WWW-Authenticate",
                       basic ? std::string("Basic realm=\"fake\"")
                             : "Bearer realm=\"" + (realm.empty() ? "http://" + host() + "/token" : realm) +
                                   "\",service=\"fake,registry\",scope=\"repository:app:pull\"");
  return response;
}

http::Task<void> FakeRegistry::handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const std::string path(request.path());
  std::string body;
  bool known = false;
  {
    const std::lock_guard lock(mutex_);
    ++asked_[path];
    const auto colon = path.rfind("sha256:");
    const bool is_blob = path.find("/manifests/") == path.npos && colon != path.npos;
    const auto found = objects_.find(is_blob ? path.substr(colon) : path);
    known = found != objects_.end();
    if (known) body = found->second;
    if (path.find("/manifests/") != path.npos) manifest_accept = request.headers.get("Accept");
    authorization_seen |= request.headers.contains("Authorization");
    if (request.headers.contains("Range")) range_seen = request.headers.get("Range");
    if (path == "/token") scope_seen = request.query();
  }
  if (path == "/token") {
    const bool good =
        user.empty() || request.headers.get("Authorization") == "Basic " + base64(user + ":" + password);
    http::Response answer{
        good ? 200 : 401, {}, good ? R"({"token":")" + token + R"(","expires_in":300})" : ""};
    co_await exchange.respond(std::move(answer));
  } else if (path.starts_with("/storage/")) {
    const bool leaked = request.headers.contains("Authorization");
    http::Response answer{leaked ? 400 : 200, {}, leaked ? "" : body};
    co_await exchange.respond(std::move(answer));
  } else if (fail_times > 0) {
    --fail_times;
    http::Response answer{503, {}, ""};
    co_await exchange.respond(std::move(answer));
  } else if (!allowed(request)) {
    co_await exchange.respond(refusal());
  } else if (!known) {
    http::Response answer{
        404, {}, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})"};
    co_await exchange.respond(std::move(answer));
  } else if (path.find("/blobs/") == path.npos) {
    http::Response answer{200, {}, body};
    co_await exchange.respond(std::move(answer));
  } else if (redirect_blobs) {
    http::Response answer{307, {}, ""};
    answer.headers.add("Location", "http://localhost:" + std::to_string(port_) + "/storage/" +
                                       path.substr(path.rfind('/') + 1) + "?signed=1");
    co_await exchange.respond(std::move(answer));
  } else {
    co_await blob(exchange, std::move(body));
  }
}

http::Task<void> FakeRegistry::blob(http::Exchange& exchange, std::string bytes) {
  if (slow_ms > 0) co_await http::Loop::current().sleep(slow_ms);
  const std::string range(exchange.request().headers.get("Range"));
  http::Response answer;
  if (ranges && range.starts_with("bytes=")) {
    answer.status = 206;
    bytes.erase(0, std::stoul(range.substr(6)));
  }
  if (truncate_times > 0 && bytes.size() > 1'000) {
    --truncate_times;
    answer.headers.add("Content-Length", std::to_string(bytes.size()));
    auto writer = co_await exchange.respond_streaming(std::move(answer));
    if (writer) co_await writer->write(std::string_view(bytes).substr(0, bytes.size() / 2));
    co_return;  // not finished: the connection is cut
  }
  answer.body = std::move(bytes);
  co_await exchange.respond(std::move(answer));
}

}  // namespace slipway::agent
