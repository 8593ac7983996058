#include "runtime/supervisor/exit_writer.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "base/check.hpp"
#include "base/log.hpp"

namespace slipway::runtime {

ExitWriter::ExitWriter() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  check(bool(event_), "eventfd");
  thread_ = std::thread([this] { work(); });
}

ExitWriter::~ExitWriter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ExitWriter::write(std::string id, std::string path, std::string text) {
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(id), std::move(path), std::move(text)});
  }
  wake_.notify_one();
}

std::vector<ExitWriter::Done> ExitWriter::take() {
  std::uint64_t count;
  (void)!::read(event_.get(), &count, sizeof count);
  std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

bool ExitWriter::idle() {
  std::lock_guard lock(mutex_);
  return jobs_.empty() && done_.empty() && !busy_;
}

void ExitWriter::work() {
  for (;;) {
    std::vector<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      jobs = std::exchange(jobs_, {});
      busy_ = true;
    }
    for (Job& job : jobs) {
      auto written = replace_file(job.path, job.text, 0600, true);
      if (!written) log::error("exit status is not on disk", {{"error", written.error().message}});
      std::lock_guard lock(mutex_);
      done_.push_back({std::move(job.id), written.has_value()});
      const std::uint64_t one = 1;
      (void)!::write(event_.get(), &one, sizeof one);
    }
    std::lock_guard lock(mutex_);
    busy_ = false;
  }
}

}  // namespace slipway::runtime
