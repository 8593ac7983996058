#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace slipway::http {

// How many bytes of request bodies a server holds in memory, in all and of each peer. Thread-safe.
class BodyBudget {
 public:
  // 0: any number.
  BodyBudget(std::size_t most_bytes, std::size_t most_bytes_per_peer)
      : most_(most_bytes), most_per_peer_(most_bytes_per_peer) {}

  // All or nothing.
  bool take(const std::string& peer, std::size_t bytes);
  void give_back(const std::string& peer, std::size_t bytes);

 private:
  const std::size_t most_, most_per_peer_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::unordered_map<std::string, std::size_t> taken_by_;  // only those that have something, where limited
};

// One connection's share, for the request at hand. The first limits::http_small_body_bytes of a body are not
// counted: whoever floods a server with large bodies keeps no ordinary call out.
class BodyShare {
 public:
  BodyShare(BodyBudget& budget, std::string peer) : budget_(budget), peer_(std::move(peer)) {}
  ~BodyShare() { reset(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  // Room for so many bytes in all; false: there is none.
  bool grow_to(std::size_t bytes);
  void reset();

 private:
  BodyBudget& budget_;
  const std::string peer_;
  std::size_t taken_ = 0;
};

}  // namespace slipway::http
