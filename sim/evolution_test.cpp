#include "sim/evolution.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sim/fleet.hpp"
#include "sim/golden_script.hpp"
#include "wire/json_text.hpp"

namespace slipway::sim {
namespace {

using wire::Value;

// What releases wrote. A release that changes the format adds its own; none is ever changed.
const char* const newest = "every-field-2.jsonl";
const char* const images[] = {"every-field-1.jsonl", newest, "small-store-1.jsonl"};

std::vector<FixtureRow> image(const std::string& name) {
  std::stringstream text;
  text << std::ifstream(std::string(SLIPWAY_SIM_FIXTURES) + "/" + name).rdbuf();
  auto rows = parse_fixture(text.str());
  EXPECT_TRUE(rows) << name;
  EXPECT_FALSE(rows->empty()) << name;
  return *rows;
}

struct Located {
  core::TableBase* table;
  std::string key;
};
Located locate(core::State& state, const std::string& row) {
  std::string_view kind;
  std::string key;
  EXPECT_TRUE(core::split_row(row, kind, key)) << row;
  return {state.table(kind), key};
}

// Everything that `old` shows, `now` shows as well; a later build may show more.
void expect_shows(const Value& old, const Value& now, const std::string& where) {
  if (old.is(wire::Kind::object)) {
    for (const Value::Entry& entry : old.entries())
      expect_shows(entry.value, now.get(entry.key.view()), where + "." + std::string(entry.key.view()));
  } else if (old.is(wire::Kind::list)) {
    ASSERT_EQ(old.size(), now.size()) << where;
    for (std::size_t i = 0; i < old.size(); ++i) expect_shows(old.at(i), now.at(i), where + "[]");
  } else {
    EXPECT_EQ(old, now) << where;
  }
}

TEST(Evolution, EveryImageIsReadAsItWasMeant) {
  for (const char* name : images)
    for (const FixtureRow& row : image(name)) {
      core::State state;
      auto loaded = core::load_row(state, row.row, row.value);
      ASSERT_TRUE(loaded) << name << ": " << loaded.error().message;
      const auto [table, key] = locate(state, row.row);
      EXPECT_EQ(table->encoded(key), row.value) << row.row;
      expect_shows(*wire::parse_json(row.shows), *wire::parse_json(*table->describe_row(row.value)), row.row);
    }
}

// The file and the field lists cannot drift apart unseen: a new field belongs into a new image.
TEST(Evolution, TheNewestImageIsWhatThisBuildWrites) {
  EXPECT_EQ(image(newest), every_field_rows()) << "fields were added: write the next image with "
                                                  "`slipway_simulator --fixtures`, beside the old ones when "
                                                  "the newest belongs to a release, else over it";
}

TEST(Evolution, FieldsOfLaterBuildsAreKept) {
  std::string later;
  core::put_varint(later, 1000u << 3);  // field 1000, a number
  core::put_varint(later, 7);
  core::put_varint(later, 1001u << 3 | 2u);  // field 1001, bytes
  core::put_varint(later, 3);
  later += "new";
  for (const FixtureRow& row : image(newest)) {
    core::State state;
    ASSERT_TRUE(core::load_row(state, row.row, row.value + later));
    const auto [table, key] = locate(state, row.row);
    EXPECT_EQ(table->encoded(key), row.value + later) << row.row;
  }
}

TEST(Evolution, FieldsOfLaterBuildsSurviveAChange) {
  for (const FixtureRow& row : image(newest)) {
    if (row.row.find("/ecs-task/") == row.row.npos) continue;
    core::State state;
    std::string later;
    core::put_varint(later, 1000u << 3);
    core::put_varint(later, 7);
    ASSERT_TRUE(core::load_row(state, row.row, row.value + later));
    core::Journal journal;
    const auto [table, key] = locate(state, row.row);
    const auto& task =
        state.tasks.modify(journal, key, [](core::ecs::Task& each) { each.last_status = "STOPPED"; });
    EXPECT_EQ(task.unknown, later);
    EXPECT_TRUE(table->encoded(key)->ends_with(later));
    return;
  }
  FAIL() << "the image has no task";
}

// A build that starts on an old image serves it. The node here is a new machine under the old name: what ran
// is over.
TEST(Evolution, AServerStartsOnAnOldImageAndGoesOn) {
  Fleet fleet(1, false);
  std::vector<store::Write> writes;
  for (const FixtureRow& row : image("small-store-1.jsonl")) writes.push_back({row.row, row.value});
  ASSERT_TRUE(fleet.store.commit(writes));
  fleet.adopt_disk();
  fleet.start_server();
  ASSERT_FALSE(fleet.wrong()) << *fleet.wrong();
  GoldenScript script(fleet);
  script.happen({"node", "n1", "cpu", "2048", "memory", "4096"});
  fleet.timeline.run(epoch + 120'000);
  const core::State& state = fleet.server()->state();
  std::size_t running = 0, stopped = 0;
  for (const auto& [key, task] : state.tasks.rows()) {
    running += task->last_status == "RUNNING";
    stopped += task->stopped();
  }
  EXPECT_EQ(stopped, 2u);
  EXPECT_EQ(running, 0u);
  fleet.check_settled();
  EXPECT_FALSE(fleet.wrong()) << *fleet.wrong();
}

}  // namespace
}  // namespace slipway::sim
