#include "runtime/spool_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace slipway::runtime {
namespace {

void ring(int fd) {
  const std::uint64_t one = 1;
  (void)!::write(fd, &one, sizeof one);  // full: it is readable already
}

}  // namespace

Result<std::shared_ptr<SpoolWatch>> SpoolWatch::make() {
  std::shared_ptr<SpoolWatch> watch(new SpoolWatch);
  watch->inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!watch->inotify_) return fail_errno("inotify");
  watch->stop_.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!watch->stop_) return fail_errno("eventfd");
  watch->thread_ = std::thread([raw = watch.get()] { raw->run(); });
  return watch;
}

SpoolWatch::~SpoolWatch() {
  if (!thread_.joinable()) return;
  ring(stop_.get());
  thread_.join();
}

Result<SpoolWatch::Wake> SpoolWatch::watch(const std::string& directory) {
  Fd fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd) return fail_errno("eventfd");
  std::lock_guard lock(mutex_);
  const int number = ::inotify_add_watch(inotify_.get(), directory.c_str(), IN_MODIFY | IN_CREATE);
  if (number < 0 && errno == ENOENT) return fail("ResourceNotFoundException", directory + " is gone");
  if (number < 0) return fail_errno(directory);
  readers_[number].push_back(fd.get());
  return Wake(shared_from_this(), number, std::move(fd));
}

SpoolWatch::Wake::~Wake() {
  if (!watch_) return;  // moved from
  std::lock_guard lock(watch_->mutex_);
  auto readers = watch_->readers_.find(directory_);
  std::erase(readers->second, fd_.get());
  if (!readers->second.empty()) return;
  watch_->readers_.erase(readers);
  ::inotify_rm_watch(watch_->inotify_.get(), directory_);  // fails where the directory is gone already
}

void SpoolWatch::Wake::clear() {
  std::uint64_t count;
  (void)!::read(fd_.get(), &count, sizeof count);
}

void SpoolWatch::run() {
  alignas(inotify_event) char events[64 * 1024];
  pollfd ready[] = {{inotify_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(ready, 2, -1) < 0) continue;  // a signal
    if (ready[1].revents != 0) return;
    const ssize_t got = ::read(inotify_.get(), events, sizeof events);
    if (got > 0) tell(events, static_cast<std::size_t>(got));
  }
}

void SpoolWatch::tell(const char* events, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes;) {
    inotify_event event;
    std::memcpy(&event, events + at, sizeof event);
    at += sizeof event + event.len;
    if (event.mask & IN_Q_OVERFLOW) {  // nobody knows whose were lost
      for (const auto& [number, readers] : readers_)
        for (int fd : readers) ring(fd);
    } else if (auto readers = readers_.find(event.wd); readers != readers_.end()) {
      for (int fd : readers->second) ring(fd);
    }
  }
}

}  // namespace slipway::runtime
