#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/host.hpp"
#include "runtime/supervisor/protocol.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

inline constexpr const char* supervisor_lost = "SupervisorLost";

// A host's connection to its supervisor: started where there is none, and started again should it die.
// Thread-safe.
class SupervisorLink {
 public:
  // `command` ends in supervisor_arguments(). A call that takes longer than `timeout_ms` has failed.
  // `happened` is called on a thread of this object.
  SupervisorLink(std::string socket_path, std::vector<std::string> command, std::int64_t timeout_ms,
                 std::function<void(ContainerEvent)> happened);
  ~SupervisorLink();
  SupervisorLink(const SupervisorLink&) = delete;
  SupervisorLink& operator=(const SupervisorLink&) = delete;

  Result<> connect();
  // Waits for the answer, which is what follows "ok". A supervisor that dies over it is followed by another,
  // which is asked again; but not for what must not happen twice ("run") or has happened then ("shutdown"):
  // that is error "SupervisorLost". Error "HostError" where none answers.
  Result<Message> call(Message request);
  pid_t supervisor_pid() const { return pid_; }
  // No new supervisor is started from now on; the connection stays.
  void expect_end() { ending_ = true; }

 private:
  struct Waiting {
    bool done = false;
    Result<Message> answer;
  };

  Result<Message> call_once(Message request);
  Result<> open();
  Result<> start_supervisor();
  void keep();  // the thread
  void receive_until_lost();
  void fail_waiting();

  const std::string socket_path_;
  const std::vector<std::string> command_;
  const std::int64_t timeout_ms_;
  const std::function<void(ContainerEvent)> happened_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Fd> socket_;  // shared: a call may be sending on one that is being replaced
  bool connected_ = false;
  std::uint64_t next_number_ = 1;
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;
  std::atomic<pid_t> pid_ = 0;
  std::atomic<bool> silent_ = false;  // it has let a call wait too long, and has said nothing since
  std::atomic<bool> ending_ = false;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

// Connects once, asks, and goes: for calls outside a host's life.
Result<Message> ask_supervisor(const std::string& socket_path, Message request);

}  // namespace slipway::runtime
