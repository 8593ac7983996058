#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "runtime/output.hpp"
#include "runtime/supervisor/loop.hpp"
#include "runtime/supervisor/records.hpp"
#include "runtime/supervisor/spool.hpp"

namespace slipway::runtime {

// A container's standard streams.
//
// Output goes through two FIFOs that both sides open for reading and writing. The container then never sees a
// broken pipe: with no supervisor there it fills the pipe, waits, and is read again by the next one. A
// terminal has one end that we hold, and ends with us.
class Stdio {
 public:
  // Descriptors that a supervisor before this one kept open over exec; -1 each where there is none.
  struct Kept {
    int out = -1, err = -1, console = -1;
  };

  Stdio(Loop&, std::string container_directory);
  ~Stdio();
  Stdio(const Stdio&) = delete;
  Stdio& operator=(const Stdio&) = delete;

  // For a new container: makes the FIFOs, or the socket on which crun hands the terminal over.
  Result<> create(const LaunchRecord&, const std::string& console_socket);
  // For one that runs already.
  Result<> reopen(const LaunchRecord&, Kept);

  // What crun, and so the container, gets as 0, 1 and 2; -1 for /dev/null. Let go of them once crun has
  // started.
  struct Ends {
    Fd in, out, err;
  };
  Result<Ends> container_ends() const;

  // Reads all that is there into the spool and stops.
  void drain_and_close();
  Kept kept() const { return {out_.get(), err_.get(), console_.get()}; }

 private:
  Result<> open_spool(const LaunchRecord&);
  void watch(int fd, OutputRecord::Stream);
  // False when there is nothing (more) to read.
  bool read_once(int fd, OutputRecord::Stream);
  void accept_console();
  void drop_console_listener();

  Loop& loop_;
  const std::string directory_;
  std::unique_ptr<SpoolWriter> spool_;
  bool interactive_ = false;
  bool tty_ = false;
  Fd in_, out_, err_;
  Fd console_listener_, console_;
  std::string console_socket_;
};

}  // namespace slipway::runtime
