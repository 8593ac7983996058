#include "runtime/supervisor/stdio.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace slipway::runtime {
namespace {

Result<> make_fifo(const std::string& path, const LaunchRecord& launch) {
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST) return fail_errno(path);
  // The program may open /dev/stdout anew, as its own user.
  if (::chown(path.c_str(), launch.uid, launch.gid) != 0) return fail_errno(path);
  return {};
}

Result<Fd> open_both_ways(const std::string& path, int flags) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | flags));
  if (!fd) return fail_errno(path);
  return fd;
}

}  // namespace

Stdio::Stdio(Loop& loop, std::string container_directory)
    : loop_(loop), directory_(std::move(container_directory)) {}

Stdio::~Stdio() {
  for (const Fd* fd : {&out_, &err_, &console_})
    if (*fd) loop_.forget(fd->get());
  drop_console_listener();
}

Result<> Stdio::open_spool(const LaunchRecord& launch) {
  interactive_ = launch.interactive;
  tty_ = launch.tty;
  auto spool = SpoolWriter::open(directory_ + output_directory, launch.output_limit_bytes);
  if (!spool) return pass(spool);
  spool_ = std::move(*spool);
  return {};
}

Result<> Stdio::create(const LaunchRecord& launch, const std::string& console_socket) {
  if (auto opened = open_spool(launch); !opened) return opened;
  if (tty_) {
    sockaddr_un address{.sun_family = AF_UNIX};
    if (console_socket.size() >= sizeof address.sun_path) return fail_errno(console_socket, ENAMETOOLONG);
    std::memcpy(address.sun_path, console_socket.c_str(), console_socket.size());
    console_listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::unlink(console_socket.c_str());
    if (::bind(console_listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(console_listener_.get(), 1) != 0)
      return fail_errno(console_socket);
    console_socket_ = console_socket;
    loop_.watch(console_listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_console(); });
    return {};
  }
  for (const char* name : {"/stdout", "/stderr"})
    if (auto made = make_fifo(directory_ + name, launch); !made) return made;
  if (interactive_)
    if (auto made = make_fifo(directory_ + "/stdin", launch); !made) return made;
  return reopen(launch, {});
}

Result<> Stdio::reopen(const LaunchRecord& launch, Kept kept) {
  if (!spool_)
    if (auto opened = open_spool(launch); !opened) return opened;
  if (tty_) {
    console_.reset(kept.console);
    if (console_) watch(console_.get(), OutputRecord::Stream::out);
    return {};
  }
  out_.reset(kept.out);
  err_.reset(kept.err);
  if (!out_) {
    auto opened = open_both_ways(directory_ + "/stdout", O_NONBLOCK);
    if (!opened) return pass(opened);
    out_ = std::move(*opened);
  }
  if (!err_) {
    auto opened = open_both_ways(directory_ + "/stderr", O_NONBLOCK);
    if (!opened) return pass(opened);
    err_ = std::move(*opened);
  }
  watch(out_.get(), OutputRecord::Stream::out);
  watch(err_.get(), OutputRecord::Stream::err);
  return {};
}

Result<Stdio::Ends> Stdio::container_ends() const {
  Ends ends;
  if (tty_) return ends;
  auto out = open_both_ways(directory_ + "/stdout", 0), err = open_both_ways(directory_ + "/stderr", 0);
  if (!out) return pass(out);
  if (!err) return pass(err);
  ends.out = std::move(*out);
  ends.err = std::move(*err);
  if (interactive_) {
    auto in = open_both_ways(directory_ + "/stdin", 0);
    if (!in) return pass(in);
    ends.in = std::move(*in);
  }
  return ends;
}

void Stdio::watch(int fd, OutputRecord::Stream stream) {
  loop_.watch(fd, EPOLLIN, [this, fd, stream](std::uint32_t events) {
    // A terminal whose last program has closed it reads as EIO from then on; a FIFO that we hold open never
    // ends.
    if (!read_once(fd, stream) && (events & EPOLLHUP)) loop_.forget(fd);
  });
}

bool Stdio::read_once(int fd, OutputRecord::Stream stream) {
  std::array<char, limits::output_record_bytes> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got <= 0) return got < 0 && errno == EINTR;
  spool_->append(stream, now_ns(), {buffer.data(), std::size_t(got)});
  return true;
}

void Stdio::accept_console() {
  Fd connection(::accept4(console_listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection) return;
  const timeval patience{.tv_sec = 2};  // crun sends at once; one that does not must not hold us
  ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  auto console = receive_descriptor(connection.get());
  if (!console) {
    log::warn("no terminal from the runtime", {{"error", console.error().message}});
    return;
  }
  console_ = std::move(*console);
  ::fcntl(console_.get(), F_SETFL, O_NONBLOCK);
  watch(console_.get(), OutputRecord::Stream::out);
  drop_console_listener();
}

void Stdio::drop_console_listener() {
  if (!console_listener_) return;
  loop_.forget(console_listener_.get());
  console_listener_.reset();
  ::unlink(console_socket_.c_str());
}

void Stdio::drain_and_close() {
  const std::pair<Fd*, OutputRecord::Stream> ends[] = {{&out_, OutputRecord::Stream::out},
                                                       {&err_, OutputRecord::Stream::err},
                                                       {&console_, OutputRecord::Stream::out}};
  for (auto [fd, stream] : ends) {
    if (!*fd) continue;
    loop_.forget(fd->get());
    while (read_once(fd->get(), stream)) {
    }
    fd->reset();
  }
  drop_console_listener();
  if (spool_ && spool_->lost_bytes() > 0)
    log::warn("output was lost", {{"directory", directory_}, {"bytes", spool_->lost_bytes()}});
  spool_.reset();
}

}  // namespace slipway::runtime
