#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/image/images_test.hpp"
#include "http/loop.hpp"
#include "http/server.hpp"

namespace slipway::agent {

// A registry on loopback, as well-behaved as a test wants it.
class FakeRegistry {
 public:
  FakeRegistry();
  ~FakeRegistry();

  // "127.0.0.1:<port>"
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  void push(const std::string& repository, const std::string& tag, const TestImage& image);
  void put_manifest(const std::string& repository, const std::string& object, const std::string& text);
  void put_blob(const std::string& digest, const std::string& bytes);
  // How often this path was asked for ("/v2/app/manifests/1").
  int asked(const std::string& path);

  // Set before use.
  std::string realm;           // of the token service, where it is not this one's /token
  std::string token;           // blobs and manifests want "Bearer <token>" of /token
  std::string user, password;  // /token, or with `basic` everything, wants them
  bool basic = false;
  bool redirect_blobs = false;  // to /storage/<digest> under another authority, which refuses Authorization
  std::atomic<int> fail_times = 0;      // answers 503 first
  std::atomic<int> truncate_times = 0;  // cuts blobs' bodies in the middle
  bool ranges = true;
  std::atomic<int> slow_ms = 0;  // before a blob
  std::string scope_seen, manifest_accept;
  bool authorization_seen = false;
  std::string range_seen;

 private:
  http::Task<void> handle(http::Exchange& exchange);
  http::Task<void> blob(http::Exchange& exchange, std::string bytes);
  bool allowed(const http::Request& request);
  http::Response refusal() const;

  std::mutex mutex_;
  std::map<std::string, std::string> objects_;  // path → body
  std::map<std::string, int> asked_;
  http::LoopThreads loops_{1};
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace slipway::agent
