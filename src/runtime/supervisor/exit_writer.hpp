#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Puts exit statuses on disk, synced, on a thread of its own: a slow disk must not hold up output and
// launches.
class ExitWriter {
 public:
  ExitWriter();
  ~ExitWriter();  // after all is written

  struct Done {
    std::string id;
    bool written = false;
  };
  void write(std::string id, std::string path, std::string text);
  int event_fd() const { return event_.get(); }  // readable while finished ones wait
  std::vector<Done> take();
  bool idle();

 private:
  struct Job {
    std::string id, path, text;
  };
  void work();

  Fd event_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;
  std::vector<Done> done_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slipway::runtime
