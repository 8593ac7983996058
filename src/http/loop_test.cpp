#include "http/loop.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "http/completion.hpp"
#include "http/workers.hpp"

namespace slipway::http {
namespace {

Task<int> add(int a, int b) {
  co_return a + b;
}

Task<int> add_many(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum = co_await add(sum, 1);
  co_return sum;
}

TEST(Task, A_million_synchronous_awaits_do_not_grow_the_stack) {
  Loop loop;
  EXPECT_EQ(run_until_done(loop, add_many(1'000'000)), 1'000'000);
}

TEST(Loop, Posts_run_in_order_and_stop_before_run_is_not_lost) {
  Loop loop;
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) loop.post([&order, i] { order.push_back(i); });
  loop.stop();
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

Task<std::vector<int>> three_sleepers() {
  Loop& loop = Loop::current();
  std::vector<int> order;
  int left = 3;
  Signal done;
  auto sleeper = [&](int ms) -> Task<void> {
    co_await Loop::current().sleep(ms);
    order.push_back(ms);
    if (--left == 0) done.set();
  };
  spawn(loop, sleeper(30));
  spawn(loop, sleeper(10));
  spawn(loop, sleeper(20));
  co_await done.wait();
  co_return order;
}

TEST(Loop, Sleepers_wake_in_the_order_of_their_times) {
  Loop loop;
  EXPECT_EQ(run_until_done(loop, three_sleepers()), (std::vector<int>{10, 20, 30}));
}

Task<bool> sleep_until_cancelled(Cancel cancel) {
  co_return co_await Loop::current().sleep(60'000, cancel);
}

TEST(Cancel, Ends_a_sleep_from_another_thread_and_before_it_begins) {
  Loop loop;
  Cancel cancel = Cancel::make();
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    cancel.request();
    cancel.request();
  });
  EXPECT_FALSE(run_until_done(loop, sleep_until_cancelled(cancel)));
  EXPECT_FALSE(run_until_done(loop, sleep_until_cancelled(cancel)));
  other.join();
}

Task<std::pair<bool, bool>> wait_for_pipe(int read_end, int write_end) {
  bool before = co_await Loop::current().readable(read_end, 10);
  EXPECT_EQ(::write(write_end, "x", 1), 1);
  bool after = co_await Loop::current().readable(read_end, 5'000);
  EXPECT_TRUE(co_await Loop::current().writable(write_end));
  co_return std::pair(before, after);
}

TEST(Loop, Waits_for_a_descriptor_and_leaves_it_open) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  Loop loop;
  EXPECT_EQ(run_until_done(loop, wait_for_pipe(ends[0], ends[1])), std::pair(false, true));
  char c;
  EXPECT_EQ(::read(ends[0], &c, 1), 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

Task<void> collect(Completion<int> completion, int& sum, int& left, Signal done) {
  sum += co_await completion.wait();
  if (--left == 0) done.set();
}

Task<int> answers_from_a_thread(int count) {
  Loop& loop = Loop::current();
  std::vector<Completion<int>> completions(static_cast<std::size_t>(count));
  int sum = 0;
  int left = count;
  Signal done;
  for (auto& completion : completions) spawn(loop, collect(completion, sum, left, done));
  std::thread turn([completions] {
    WakeBatch batch;
    for (auto& completion : completions) completion.complete(1);
  });
  co_await done.wait();
  turn.join();
  co_return sum;
}

TEST(Completion, Many_answers_of_another_thread_arrive) {
  Loop loop;
  EXPECT_EQ(run_until_done(loop, answers_from_a_thread(1'000)), 1'000);
}

// The inbox is empty again once the loop has run: a second push must kick again.
TEST(Completion, A_batch_reaches_every_loop_it_touched) {
  LoopThreads threads(2);
  for (int round = 0; round < 100; ++round) {
    std::array<Completion<int>, 2> sent;
    std::array<Completion<int>, 2> seen;
    auto relay = [](Completion<int> from, Completion<int> to) -> Task<void> {
      to.complete(co_await from.wait());
    };
    for (int i = 0; i < 2; ++i)
      spawn(threads[std::size_t(i)], relay(sent[std::size_t(i)], seen[std::size_t(i)]));
    {
      WakeBatch batch;
      sent[0].complete(1);
      sent[1].complete(2);
    }
    Loop loop;
    auto sum = [](Completion<int> a, Completion<int> b) -> Task<int> {
      int first = co_await a.wait();
      co_return first + co_await b.wait();
    };
    ASSERT_EQ(run_until_done(loop, sum(seen[0], seen[1])), 3);
  }
}

Task<void> raise_flag(Completion<> completion, std::atomic<bool>& flag) {
  co_await completion.wait();
  flag = true;
}

TEST(WakeBatch, Wakes_the_loop_when_it_ends_and_not_before) {
  LoopThreads threads(1);
  Completion<> completion;
  std::atomic<bool> resumed = false;
  auto nothing = []() -> Task<void> { co_return; };
  spawn(threads[0], raise_flag(completion, resumed));
  run_on(threads[0], nothing());
  {
    WakeBatch batch;
    completion.complete({});
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_FALSE(resumed);
  }
  run_on(threads[0], nothing());
  EXPECT_TRUE(resumed);
}

Task<void> time_out_then_get(std::optional<int>& early, std::optional<int>& late) {
  Completion<int> completion;
  early = co_await completion.wait_for(5);
  completion.complete(7);
  late = co_await completion.wait_for(5'000);
}

TEST(Completion, May_be_waited_for_again_after_a_timeout) {
  Loop loop;
  std::optional<int> early;
  std::optional<int> late;
  run_until_done(loop, time_out_then_get(early, late));
  EXPECT_EQ(early, std::nullopt);
  EXPECT_EQ(late, 7);
}

Task<int> count_signals(Signal signal) {
  int woken = 0;
  while (co_await signal.wait(200)) ++woken;
  co_return woken;
}

TEST(Signal, Sets_before_the_waiter_runs_count_once) {
  Loop loop;
  Signal signal;
  signal.set();
  signal.set();
  EXPECT_EQ(run_until_done(loop, count_signals(signal)), 1);
}

// Timeouts, sets and waits race; none may be lost or delivered twice.
Task<int> ping_pong(Signal to_other, Signal to_me, int rounds) {
  int heard = 0;
  for (int i = 0; i < rounds; ++i) {
    to_other.set();
    while (!co_await to_me.wait(i % 3)) {
    }
    ++heard;
  }
  co_return heard;
}

TEST(Signal, Crosses_loops_without_loss) {
  LoopThreads threads(1);
  Signal there;
  Signal here;
  auto echo = [](Signal hear, Signal answer) -> Task<void> {
    while (co_await hear.wait()) answer.set();
  };
  spawn(threads[0], echo(there, here));
  Loop loop;
  EXPECT_EQ(run_until_done(loop, ping_pong(there, here, 2'000)), 2'000);
  threads.stop();
}

Task<std::thread::id> worker_thread(WorkerPool& pool) {
  auto work = [] { return std::this_thread::get_id(); };
  co_return co_await run_blocking(pool, work);
}

TEST(WorkerPool, Runs_elsewhere_and_resumes_here) {
  WorkerPool pool(2);
  LoopThreads threads(1);
  EXPECT_NE(run_on(threads[0], worker_thread(pool)), std::this_thread::get_id());
}

struct Counted {
  explicit Counted(int& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  int& count_;
};

Task<void> hold_while_waiting(int& count) {
  Counted counted(count);
  Completion<> never;
  co_await never.wait();
}

TEST(Loop, Destroys_what_still_waits) {
  int count = 0;
  {
    Loop loop;
    spawn(loop, hold_while_waiting(count));
    loop.stop();
    loop.run();
    EXPECT_EQ(count, 1);
    spawn(loop, hold_while_waiting(count));  // never started
  }
  EXPECT_EQ(count, 0);
}

TEST(CompletionDeathTest, Completing_twice_crashes) {
  Completion<int> completion;
  completion.complete(1);
  EXPECT_DEATH(completion.complete(2), "completed twice");
}

Task<void> throws() {
  throw std::runtime_error("thrown here");
  co_return;
}

TEST(TaskDeathTest, An_exception_that_leaves_a_coroutine_crashes_with_its_text) {
  Loop loop;
  EXPECT_DEATH(run_until_done(loop, throws()), "thrown here");
}

}  // namespace
}  // namespace slipway::http
