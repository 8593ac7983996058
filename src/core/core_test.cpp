#include <gtest/gtest.h>

#include "core/turn.hpp"

namespace slipway::core {
namespace {

ecs::Task sample_task() {
  ecs::Task task;
  task.realm = {"000000000000", "us-east-1"};
  task.id = "aab05ecb";
  task.cluster = "default";
  task.last_status = "PENDING";
  task.desired_status = "RUNNING";
  task.host_id = "h1";
  task.cpu_units = 256;
  task.memory_mib = 512;
  task.tags = {{"team", "a"}, {"tier", ""}};
  task.containers.resize(2);
  task.containers[0].name = "web";
  task.containers[0].exit_code = 0;  // an exit code of 0 is not "none"
  task.containers[0].bindings.push_back({"0.0.0.0", 80, 32768, "tcp", {}});
  task.containers[1].name = "sidecar";
  task.created_at = {1'795'527'920'123};
  return task;
}

TEST(Fields, ATaskComesBackAsItWas) {
  const ecs::Task task = sample_task();
  ecs::Task back;
  ASSERT_TRUE(decode(encode(task), back));
  EXPECT_EQ(describe(back), describe(task));
  EXPECT_EQ(back.containers, task.containers);
  EXPECT_EQ(back.tags, task.tags);
  EXPECT_EQ(back.containers[0].exit_code, 0);
  EXPECT_EQ(back.containers[1].exit_code, std::nullopt);
}

struct Later {  // what a newer build might write: field 9 is unknown to ecs::PortMapping
  std::int64_t container_port = 0;
  std::string note;
  UnknownFields unknown;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "container_port", self.container_port);
    visit(9, "note", self.note);
  }
};

TEST(Fields, UnknownOnesAreKept) {
  Later written{80, "from the future", {}};
  ecs::PortMapping today;
  ASSERT_TRUE(decode(encode(written), today));
  EXPECT_EQ(today.container_port, 80);
  today.container_port = 81;
  Later back;
  ASSERT_TRUE(decode(encode(today), back));
  EXPECT_EQ(back.container_port, 81);
  EXPECT_EQ(back.note, "from the future");
}

// "" and "ACTIVE" are two values of a field whose default is the latter.
TEST(Fields, AZeroThatIsNotTheDefaultComesBack) {
  for (const char* status : {"", "ACTIVE", "INACTIVE"}) {
    ecs::Cluster cluster, back;
    cluster.status = status;
    ASSERT_TRUE(decode(encode(cluster), back));
    EXPECT_EQ(back.status, status);
  }
}

TEST(Fields, DamagedBytesAreRefusedAtEveryLength) {
  const std::string bytes = encode(sample_task());
  int refused = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    ecs::Task task;
    refused += !decode(std::string_view(bytes).substr(0, length), task);  // never a crash
  }
  EXPECT_GT(refused, int(bytes.size() / 2));
  ecs::Task task;
  EXPECT_FALSE(decode("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", task));
}

TEST(Table, IndexesFollowChangesAndRollBack) {
  State state;
  Journal journal;
  state.tasks.put(journal, sample_task());
  const std::string key = sample_task().key();
  EXPECT_EQ(state.tasks.with("cluster", "000000000000/us-east-1/default").count(key), 1u);
  EXPECT_EQ(state.ledger.of("h1").memory_mib, 512);

  const std::size_t mark = journal.mark();
  state.tasks.modify(journal, key, [](ecs::Task& task) { task.last_status = "STOPPED"; });
  EXPECT_TRUE(state.tasks.with("host", "h1").empty());
  EXPECT_EQ(state.ledger.of("h1").memory_mib, 0);
  state.tasks.erase(journal, key);
  EXPECT_EQ(state.tasks.find(key), nullptr);

  journal.roll_back(mark);
  ASSERT_NE(state.tasks.find(key), nullptr);
  EXPECT_EQ(state.tasks.find(key)->last_status, "PENDING");
  EXPECT_EQ(state.tasks.with("host", "h1").size(), 1u);
  EXPECT_EQ(state.ledger.of("h1").memory_mib, 512);
}

struct Scripted : Event {
  std::function<Result<>(Turn&)> body;
  explicit Scripted(std::function<Result<>(Turn&)> b) : body(std::move(b)) {}
  Result<> step(Turn& turn) override { return body(turn); }
};

std::unique_ptr<Event> event(std::function<Result<>(Turn&)> body) {
  return std::make_unique<Scripted>(std::move(body));
}

TEST(Engine, ATurnWritesEachRowOnceAndNothingOfAFailedEvent) {
  State state;
  SeededRandom random(1);
  Engine engine(state, random);
  engine.begin({1000});
  engine.step(event([](Turn& turn) -> Result<> {
    turn.put(turn.state.tasks, sample_task());
    turn.modify(turn.state.tasks, sample_task().key(), [](ecs::Task& t) { t.last_status = "RUNNING"; });
    turn.emit(SendToAgent{"i", "{}"});
    return {};
  }));
  engine.step(event([](Turn& turn) -> Result<> {
    turn.modify(turn.state.tasks, sample_task().key(), [](ecs::Task& t) { t.last_status = "STOPPED"; });
    turn.emit(KeysChanged{});
    return fail("ClientException", "no");
  }));
  const Outcome outcome = engine.end();
  ASSERT_EQ(outcome.changes.size(), 2u);
  EXPECT_EQ(outcome.changes[1].row, "-/-/turn/last");
  EXPECT_EQ(outcome.changes[0].row, "000000000000/us-east-1/ecs-task/aab05ecb");
  EXPECT_EQ(outcome.effects.size(), 1u);
  EXPECT_EQ(outcome.events.size(), 2u);
  EXPECT_EQ(state.tasks.find(sample_task().key())->last_status, "RUNNING");

  State loaded;
  ASSERT_TRUE(load_row(loaded, outcome.changes[0].row, *outcome.changes[0].value));
  EXPECT_EQ(describe(*loaded.tasks.find(sample_task().key())),
            describe(*state.tasks.find(sample_task().key())));
  EXPECT_EQ(loaded.ledger.of("h1").tasks_running, 1);
}

TEST(Engine, TimeNeverRunsBackwards) {
  State state;
  SeededRandom random(1);
  Engine engine(state, random);
  for (Instant given : {Instant{5000}, Instant{3000}, Instant{6000}}) {
    engine.begin(given);
    engine.end();
    EXPECT_EQ(engine.now(), std::max(given, Instant{5000}));
  }
}

TEST(Engine, ASequenceNumberIsNeverGivenTwice) {
  State state;
  SeededRandom random(1);
  std::vector<std::int64_t> given;
  auto turns = [&](State& of, std::initializer_list<std::int64_t> times) {
    Engine engine(of, random);
    std::string row;
    for (const std::int64_t ms : times) {
      engine.begin({ms});
      engine.step(event([&](Turn& turn) -> Result<> {
        given.push_back(turn.next_sequence());
        turn.emit(SendToAgent{"i", "{}"});
        return {};
      }));
      const Outcome outcome = engine.end();
      EXPECT_EQ(outcome.changes.size(), 1u) << "effects leave the turn's mark behind";
      row = *outcome.changes.at(0).value;
    }
    return row;
  };
  const std::string mark = turns(state, {5000, 5000, 4000, 9000, 9000});
  EXPECT_EQ(given, (std::vector<std::int64_t>{5000, 5001, 5002, 9000, 9001}));
  State next;
  ASSERT_TRUE(load_row(next, "-/-/turn/last", mark));
  given.clear();
  turns(next, {2000, 9500});
  EXPECT_EQ(given, (std::vector<std::int64_t>{9002, 9500}));
}

TEST(LoadRow, NamesARowThatCannotBeRead) {
  State state;
  EXPECT_EQ(load_row(state, "a/r/no-such-kind/x", "").error().code, "UnknownKind");
  EXPECT_EQ(load_row(state, "a/r/ecs-task/x", "\xff").error().code, "DamagedStore");
}

}  // namespace
}  // namespace slipway::core
