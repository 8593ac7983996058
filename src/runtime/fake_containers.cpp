#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/fake_host_impl.hpp"
#include "runtime/output_format.hpp"

namespace slipway::runtime {
namespace {

std::unexpected<Error> unknown(const std::string& container_id) {
  return fail("ResourceNotFoundException", "There is no container " + container_id + ".");
}

}  // namespace

// Offsets are as the real spool's: records with their headers.
class FakeHost::Reader final : public OutputReader {
 public:
  Reader(FakeHost& host, std::shared_ptr<Container> container, std::uint64_t offset)
      : host_(host),
        container_(std::move(container)),
        offset_(offset),
        fd_(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)) {
    std::lock_guard lock(host_.mutex_);
    container_->watchers.push_back(fd_);
  }
  ~Reader() override {
    std::lock_guard lock(host_.mutex_);
    std::erase(container_->watchers, fd_);
    ::close(fd_);
  }

  Result<OutputChunk> read(std::size_t max_bytes) override {
    std::lock_guard lock(host_.mutex_);
    std::uint64_t count;
    (void)!::read(fd_, &count, sizeof count);
    OutputChunk chunk;
    std::size_t taken = 0;
    for (const OutputRecord& record : container_->output) {
      if (record.next_offset <= offset_) continue;
      if (taken > 0 && taken >= max_bytes) break;
      taken += record.data.size();
      offset_ = record.next_offset;
      chunk.records.push_back(record);
    }
    chunk.next_offset = offset_;
    return chunk;
  }
  int watch_fd() override { return fd_; }

 private:
  FakeHost& host_;
  const std::shared_ptr<Container> container_;
  std::uint64_t offset_;
  const int fd_;
};

Result<StartedContainer> FakeHost::start_container(const ContainerSpec& spec) {
  FakeScript chosen = script ? script(spec) : FakeScript{};
  {
    std::lock_guard lock(mutex_);
    if (auto ok = injected("start_container"); !ok) return pass(ok);
    if (auto found = containers_.find(spec.id); found != containers_.end()) {
      if (!spec.again || !found->second->status.exit)
        return fail("Conflict", "Container " + spec.id + " exists already.");
      containers_.erase(found);
    }
  }
  // Outside the lock: the caller may let virtual time run, and others call meanwhile.
  if (chosen.start_delay_ms > 0 && sleep_) sleep_(chosen.start_delay_ms);
  std::lock_guard lock(mutex_);
  if (!chosen.start_error.code.empty()) return std::unexpected(chosen.start_error);
  auto container = std::make_shared<Container>();
  container->spec = spec;
  container->script = chosen;
  const Instant now = clock_.now();
  container->status = {.id = spec.id, .task_id = spec.task_id, .pid = next_pid_++, .started_at = now};
  if (chosen.run_ms >= 0) {
    container->ends_at = now + chosen.run_ms;
    container->pending_exit_code = chosen.oom_killed ? 128 + SIGKILL : chosen.exit_code;
    container->pending_oom = chosen.oom_killed;
  }
  if (!containers_.emplace(spec.id, container).second)
    return fail("Conflict", "Container " + spec.id + " exists already.");
  if (!chosen.output.empty()) append_locked(*container, OutputRecord::Stream::out, chosen.output);
  return StartedContainer{container->status.pid, now, {}};
}

void FakeHost::append_locked(Container& container, OutputRecord::Stream stream, const std::string& data) {
  container.output_end += record_header_bytes + data.size();
  container.output.push_back({stream, clock_.now().ms * 1'000'000, data, container.output_end});
  const std::uint64_t one = 1;
  for (int watcher : container.watchers) (void)!::write(watcher, &one, sizeof one);
}

void FakeHost::append_output(const std::string& container_id, OutputRecord::Stream stream,
                             const std::string& data) {
  std::lock_guard lock(mutex_);
  if (auto found = containers_.find(container_id); found != containers_.end())
    append_locked(*found->second, stream, data);
}

void FakeHost::finish(Container& container, Instant at, int exit_code, bool oom_killed) {
  if (container.status.exit) return;
  container.ends_at.reset();
  container.status.state = ContainerStatus::State::exited;
  container.status.pid = 0;
  container.status.exit = ExitInfo{exit_code, true, oom_killed, at};
  events_.push_back({ContainerEvent::Kind::exited, container.status, {}});
  wake();
}

void FakeHost::tick_locked() {
  const Instant now = clock_.now();
  std::vector<Container*> due;
  for (auto& [id, container] : containers_)
    if (container->ends_at && *container->ends_at <= now) due.push_back(container.get());
  std::ranges::sort(due, {}, [](const Container* c) { return std::pair(*c->ends_at, c->spec.id); });
  for (Container* container : due)
    finish(*container, *container->ends_at, container->pending_exit_code, container->pending_oom);
}

void FakeHost::tick() {
  std::lock_guard lock(mutex_);
  tick_locked();
}

Instant FakeHost::next_due() {
  std::lock_guard lock(mutex_);
  Instant next;
  for (auto& [id, container] : containers_)
    if (container->ends_at && (!next || *container->ends_at < next)) next = *container->ends_at;
  return next;
}

void FakeHost::kill_container(const std::string& container_id, int exit_code, bool oom_killed) {
  std::lock_guard lock(mutex_);
  if (auto found = containers_.find(container_id); found != containers_.end())
    finish(*found->second, clock_.now(), exit_code, oom_killed);
}

Result<> FakeHost::signal_container(const std::string& container_id, int signal) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("signal_container"); !ok) return ok;
  auto found = containers_.find(container_id);
  if (found == containers_.end()) return unknown(container_id);
  Container& container = *found->second;
  container.signals.push_back(signal);
  if (container.status.exit) return {};
  if (signal == SIGKILL) {
    finish(container, clock_.now(), 128 + SIGKILL, false);
  } else if (signal == SIGTERM && !container.script.ignores_term) {
    const Instant at = clock_.now() + container.script.term_delay_ms;
    if (!container.ends_at || at < *container.ends_at) {
      container.ends_at = at;
      container.pending_exit_code = container.script.term_exit_code;
      container.pending_oom = false;
    }
    tick_locked();
  }
  return {};
}

Result<> FakeHost::probe(const std::string& container_id, std::int64_t) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("probe"); !ok) return ok;
  auto found = containers_.find(container_id);
  if (found == containers_.end()) return unknown(container_id);
  const Container& container = *found->second;
  if (container.status.exit) return fail("Conflict", "Container " + container_id + " does not run.");
  events_.push_back({ContainerEvent::Kind::probed,
                     {.id = container_id, .task_id = container.spec.task_id},
                     probe_result ? probe_result(container.spec) : ProbeResult{}});
  wake();
  return {};
}

Result<ContainerStatus> FakeHost::container(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  auto found = containers_.find(container_id);
  if (found == containers_.end()) return unknown(container_id);
  return found->second->status;
}

Result<std::vector<ContainerStatus>> FakeHost::containers() {
  std::lock_guard lock(mutex_);
  std::vector<ContainerStatus> all;
  for (const auto& [id, container] : containers_) all.push_back(container->status);
  return all;
}

Result<> FakeHost::remove_container(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("remove_container"); !ok) return ok;
  auto found = containers_.find(container_id);
  if (found == containers_.end()) return {};
  if (!found->second->status.exit) return fail("Conflict", "Container " + container_id + " is running.");
  containers_.erase(found);
  return {};
}

Result<ContainerStats> FakeHost::stats(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  auto found = containers_.find(container_id);
  if (found == containers_.end() || found->second->status.exit) return unknown(container_id);
  const Instant now = clock_.now();
  const auto up_ns = std::uint64_t(now - found->second->status.started_at) * 1'000'000;
  return ContainerStats{.read_at = now,
                        .cpu_total_ns = up_ns / 100,
                        .host_cpu_ns = up_ns * fake_capacity.cpus,
                        .online_cpus = fake_capacity.cpus,
                        .memory_bytes = 4 << 20,
                        .memory_cache_bytes = 1 << 20,
                        .memory_max_bytes = 5 << 20,
                        .memory_limit_bytes = std::uint64_t(fake_capacity.memory_mib) << 20,
                        .pids = 1,
                        .networks = {{.interface = "eth0", .rx_bytes = 1'000, .tx_bytes = 2'000}}};
}

Result<std::unique_ptr<OutputReader>> FakeHost::output(const std::string& container_id,
                                                       std::uint64_t offset) {
  std::shared_ptr<Container> container;
  {
    std::lock_guard lock(mutex_);
    if (auto ok = injected("output"); !ok) return pass(ok);
    auto found = containers_.find(container_id);
    if (found == containers_.end()) return unknown(container_id);
    container = found->second;
  }
  return std::make_unique<Reader>(*this, std::move(container), offset);
}

const ContainerSpec* FakeHost::spec(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  auto found = containers_.find(container_id);
  return found == containers_.end() ? nullptr : &found->second->spec;
}

std::vector<int> FakeHost::signals(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  auto found = containers_.find(container_id);
  return found == containers_.end() ? std::vector<int>() : found->second->signals;
}

}  // namespace slipway::runtime
