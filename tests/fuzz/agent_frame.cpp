#include "agent/task/task_spec.hpp"
#include "agent/task/task_state.hpp"
#include "base/random.hpp"
#include "core/turn.hpp"
#include "fuzz.hpp"
#include "services/ecs/acs.hpp"
#include "wire/json_text.hpp"

// What server and agent say to each other: a frame from an agent, a task from a server, a task's file from
// the disk.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  core::State state;
  SeededRandom random(1);
  core::Turn turn(state, random, {1'795'527'920'000});
  (void)services::ecs::received(turn, "000000000000/us-east-1/instance", text);
  auto value = wire::parse_json(text);
  if (!value) return 0;
  (void)agent::parse_task(*value);
  if (auto task_state = agent::parse_task_state(*value)) {
    const auto again = agent::parse_task_state(agent::to_value(*task_state));
    fuzz::expect(again && agent::to_value(*again) == agent::to_value(*task_state));
  }
  return 0;
}
