#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Tells readers of spools that something was written. One inotify instance and one thread for all of them: a
// user has 128 instances (fs.inotify.max_user_instances), which all programs of root share, and a node has
// more containers. Any thread.
class SpoolWatch : public std::enable_shared_from_this<SpoolWatch> {
 public:
  static Result<std::shared_ptr<SpoolWatch>> make();
  ~SpoolWatch();
  SpoolWatch(const SpoolWatch&) = delete;
  SpoolWatch& operator=(const SpoolWatch&) = delete;

  // One reader's descriptor: readable (poll, epoll) after something was written since the last clear().
  class Wake {
   public:
    Wake(std::shared_ptr<SpoolWatch> watch, int directory, Fd fd)
        : watch_(std::move(watch)), directory_(directory), fd_(std::move(fd)) {}
    Wake(Wake&&) = default;
    ~Wake();

    int fd() const { return fd_.get(); }
    void clear();

   private:
    std::shared_ptr<SpoolWatch> watch_;
    int directory_;
    Fd fd_;
  };
  // "ResourceNotFoundException": there is no such directory (any more).
  Result<Wake> watch(const std::string& directory);
  // Wakes whom these events of inotify(7) concern: all, where the kernel has lost some. The thread calls it.
  void tell(const char* events, std::size_t bytes);

 private:
  SpoolWatch() = default;
  void run();

  Fd inotify_, stop_;
  std::mutex mutex_;
  std::map<int, std::vector<int>> readers_;  // of a directory, by inotify's number for it
  std::thread thread_;
};

}  // namespace slipway::runtime
