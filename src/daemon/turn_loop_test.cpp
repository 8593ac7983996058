#include "daemon/turn_loop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <semaphore>

namespace slipway::daemon {
namespace {

// Counts commits, and can hold one until it is let go.
class SlowStore final : public store::Store {
 public:
  Result<> commit(const std::vector<store::Write>& batch) override {
    entered.release();
    if (held) gate.acquire();
    ++commits;
    rows += batch.size();
    return {};
  }
  Result<> load(const std::function<Result<>(std::string_view, std::string_view)>&) override { return {}; }

  std::counting_semaphore<1000> entered{0};
  std::binary_semaphore gate{0};
  std::atomic<bool> held = false;
  std::atomic<int> commits = 0;
  std::atomic<std::size_t> rows = 0;
};

class Put : public core::Event {
 public:
  Put(std::string name, bool mutates, std::promise<std::string> done)
      : name_(std::move(name)), mutates_(mutates), done_(std::move(done)) {}
  bool mutates() const override { return mutates_; }
  Result<> step(core::Turn& turn) override {
    if (mutates_) {
      core::ecs::Cluster cluster;
      cluster.realm = {"000000000000", "us-east-1"};
      cluster.name = name_;
      turn.put(turn.state.clusters, std::move(cluster));
    }
    return {};
  }
  void released() override { done_.set_value("released"); }
  void refused(const Error& error) override { done_.set_value(error.code); }

 private:
  std::string name_;
  bool mutates_;
  std::promise<std::string> done_;
};

class PutAnyhow final : public Put, public TakenOnLowDisk {
 public:
  using Put::Put;
};

class TurnLoopTest : public testing::Test {
 protected:
  template <class Event = Put>
  std::future<std::string> post(TurnLoop& loop, std::string name, bool mutates) {
    std::promise<std::string> promise;
    auto future = promise.get_future();
    loop.post(std::make_unique<Event>(std::move(name), mutates, std::move(promise)));
    return future;
  }
  static bool waiting(std::future<std::string>& future) {
    return future.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout;
  }

  core::State state;
  SeededRandom random{1};
  core::Engine engine{state, random};
  SlowStore store;
  SystemClock clock;
};

TEST_F(TurnLoopTest, AReplyLeavesAfterEverythingThatItSawIsDurable) {
  TurnLoop loop(engine, store, clock, {.effects = [](auto&) {}});
  loop.start();
  store.held = true;
  auto write = post(loop, "a", true);
  store.entered.acquire();              // the write is on its way to the disk
  auto read = post(loop, "", false);    // … and a read that saw it
  auto second = post(loop, "b", true);  // … and another write
  EXPECT_TRUE(waiting(write));
  EXPECT_TRUE(waiting(read));
  store.held = false;
  store.gate.release();
  EXPECT_EQ(write.get(), "released");
  EXPECT_EQ(read.get(), "released");
  EXPECT_EQ(second.get(), "released");
  loop.stop();
}

TEST_F(TurnLoopTest, AReadOfDurableStateVisitsNoDisk) {
  TurnLoop loop(engine, store, clock, {.effects = [](auto&) {}});
  loop.start();
  EXPECT_EQ(post(loop, "", false).get(), "released");
  loop.stop();
  EXPECT_EQ(store.commits, 0);
}

TEST_F(TurnLoopTest, WritesThatWaitShareACommit) {
  TurnLoop loop(engine, store, clock, {.effects = [](auto&) {}});
  store.held = true;
  loop.start();
  std::vector<std::future<std::string>> done;
  done.push_back(post(loop, "first", true));
  store.entered.acquire();
  for (int i = 0; i < 100; ++i) done.push_back(post(loop, "c" + std::to_string(i), true));
  store.held = false;
  store.gate.release();
  for (auto& each : done) EXPECT_EQ(each.get(), "released");
  loop.stop();
  EXPECT_LT(store.commits, 100);
  EXPECT_GE(store.rows, 101u);
}

TEST_F(TurnLoopTest, LittleSpaceRefusesWhatBeginsAndTakesWhatEnds) {
  std::atomic<DiskSpace> space = DiskSpace::low;
  std::atomic<int> ticks = 0;
  TurnLoop loop(engine, store, clock,
                {.effects = [](auto&) {},
                 .disk_space = [&] { return space.load(); },
                 .tick =
                     [&] {
                       ++ticks;
                       return std::make_unique<Put>("", false, std::promise<std::string>());
                     },
                 .tick_ms = 10});
  const auto until = [&](DiskSpace wanted) {
    space = wanted;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  };
  loop.start();
  until(DiskSpace::low);
  EXPECT_EQ(post(loop, "", false).get(), "released");
  EXPECT_EQ(post(loop, "a", true).get(), "ServiceUnavailableException");
  EXPECT_EQ(store.commits, 0);
  EXPECT_EQ(post<PutAnyhow>(loop, "b", true).get(), "released");
  EXPECT_EQ(store.commits, 1);
  until(DiskSpace::none);
  EXPECT_EQ(post(loop, "", false).get(), "released");
  EXPECT_EQ(post<PutAnyhow>(loop, "c", true).get(), "ServiceUnavailableException");
  const int seen = ticks;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(ticks, seen) << "time passes once there is space for what it brings";
  until(DiskSpace::enough);
  EXPECT_EQ(post(loop, "d", true).get(), "released");
  EXPECT_GT(ticks, seen);
  loop.stop();
  EXPECT_EQ(store.commits, 2);
}

TEST_F(TurnLoopTest, TicksGoOnWhereTheClockJumpsBack) {
  class JumpingClock final : public Clock {
   public:
    Instant now() override { return {at.load()}; }
    std::atomic<std::int64_t> at = 1'800'000'000'000;
  } jumping;
  std::counting_semaphore<1000> ticked{0};
  TurnLoop loop(engine, store, jumping,
                {.effects = [](auto&) {},
                 .tick =
                     [&] {
                       ticked.release();
                       return std::make_unique<Put>("", false, std::promise<std::string>());
                     },
                 .tick_ms = 10});
  loop.start();
  ticked.acquire();
  for (std::int64_t jump : {-86'400'000, 172'800'000, -86'400'000}) {
    jumping.at += jump;
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(ticked.try_acquire_for(std::chrono::seconds(5))) << "after a jump of " << jump << " ms";
  }
  loop.stop();
}

TEST_F(TurnLoopTest, TimeGoesOnWhereTheClockJumpsForwardAndBack) {
  class JumpingClock final : public Clock {
   public:
    Instant now() override { return {at.load()}; }
    std::atomic<std::int64_t> at = 1'800'000'000'000;
  } jumping;
  class Look final : public core::Event {
   public:
    explicit Look(std::promise<Instant> seen) : seen_(std::move(seen)) {}
    Result<> step(core::Turn& turn) override {
      seen_.set_value(turn.now());
      return {};
    }

   private:
    std::promise<Instant> seen_;
  };
  TurnLoop loop(engine, store, jumping, {.effects = [](auto&) {}});
  loop.start();
  auto look = [&loop] {
    std::promise<Instant> promise;
    auto seen = promise.get_future();
    loop.post(std::make_unique<Look>(std::move(promise)));
    return seen.get();
  };
  const Instant before = look();
  jumping.at += 86'400'000;
  const Instant ahead = look();
  EXPECT_EQ(ahead - before, 86'400'000);
  jumping.at -= 86'400'000;
  Instant now = look();
  EXPECT_GE(now, ahead);
  // The clock stands still now, and the turn's time does not.
  for (int i = 0; i < 1'000 && now < ahead + 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const Instant later = look();
    EXPECT_GE(later, now);
    now = later;
  }
  EXPECT_GE(now, ahead + 20);
  loop.stop();
}

TEST_F(TurnLoopTest, StoppingReleasesWhatIsQueuedAndRefusesWhatComesLater) {
  TurnLoop loop(engine, store, clock, {.effects = [](auto&) {}});
  loop.start();
  auto before = post(loop, "a", true);
  loop.stop();
  EXPECT_EQ(before.get(), "released");
  EXPECT_EQ(post(loop, "b", true).get(), "ServiceUnavailableException");
}

}  // namespace
}  // namespace slipway::daemon
