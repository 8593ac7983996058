#include "sim/world.hpp"

#include "base/limits.hpp"
#include "sim/clients.hpp"
#include "sim/disasters.hpp"
#include "sim/fleet.hpp"

namespace slipway::sim {
namespace {

constexpr std::int64_t busy_ms = 3 * 60'000;
// Longer than every wait that the protocol knows in a row: a silent link, a backoff, a stopTimeout.
constexpr std::int64_t quiet_ms = 10 * 60'000;

// Subnets so small that they fill up, in a VPC of their own.
void add_small_subnets(Fleet& fleet) {
  fleet.server()->post(std::make_unique<FunctionEvent>([](core::Turn& turn) -> Result<> {
    const Realm realm{account, region};
    turn.put(turn.state.vpcs, core::ec2::Vpc{.realm = realm, .id = "vpc-small", .cidr = "10.0.0.0/24"});
    turn.put(
        turn.state.security_groups,
        core::ec2::SecurityGroup{.realm = realm, .id = "sg-small", .vpc_id = "vpc-small", .name = "default"});
    for (const char* last : {"0", "16"}) {
      core::ec2::Subnet subnet{.realm = realm, .id = std::string("subnet-") + last, .vpc_id = "vpc-small"};
      subnet.cidr = std::string("10.0.0.") + last + "/28";
      subnet.availability_zone = "us-east-1a";
      turn.put(turn.state.subnets, std::move(subnet));
    }
    return {};
  }));
}

void add_nodes(Fleet& fleet, Random& random, Random& fates) {
  static const char* clusters[] = {"default", "default", "blue"};
  const std::size_t count = 1 + random.below(4);
  const unsigned lies = random.below(3) == 0 ? unsigned(random.below(300)) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    NodeOptions options{.name = "n" + std::to_string(i + 1),
                        .cluster = i == 0 ? "default" : clusters[random.below(3)]};
    options.cpu_units = std::int64_t(1024 * (1 + random.below(4)));
    options.memory_mib = std::int64_t(1024 * (1 + random.below(6)));
    options.lies_per_mille = lies;
    Node& node = fleet.add_node(std::move(options), random_fates(fates));
    fleet.timeline.after(std::int64_t(random.below(3'000)), [&node] { node.start_agent(); });
  }
}

// An hour later nobody remembers what has stopped, and much later running tasks have fresh sessions of their
// roles.
void check_later(Fleet& fleet, bool much_later) {
  fleet.timeline.run(fleet.timeline.now() + limits::stopped_task_kept_ms + 60'000);
  for (const auto& [key, task] : fleet.server()->state().tasks.rows())
    if (task->stopped() && fleet.timeline.now() - task->stopped_at > limits::stopped_task_kept_ms + 30'000)
      fleet.fail("task " + key + " is not forgotten");
  if (!much_later) return;
  fleet.timeline.run(fleet.timeline.now() + limits::task_credentials_life_ms);
  for (const auto& [key, task] : fleet.server()->state().tasks.rows())
    if (!task->stopped() && task->credentials_expire_at && task->credentials_expire_at < fleet.timeline.now())
      fleet.fail("task " + key + " runs with a session that is over");
  fleet.check_settled();
}

}  // namespace

RunResult run(const RunOptions& options) {
  Fleet fleet(options.seed, options.verbose);
  const std::string again = "seed " + std::to_string(options.seed) + ": run `slipway_simulator --seed " +
                            std::to_string(options.seed) + " --verbose` to see all of it again";
  CrashReport report(fleet.transcript, again);
  SeededRandom random(options.seed * 8 + 7), fates(options.seed * 8);
  Disasters disasters(fleet, options.seed);
  Clients clients(fleet, options.seed);

  auto run_for = [&](std::int64_t ms) {
    const Instant until = fleet.timeline.now() + ms;
    while (!fleet.wrong() && fleet.timeline.step(until)) {
    }
  };
  fleet.start_server();
  add_small_subnets(fleet);
  add_nodes(fleet, random, fates);
  clients.begin(1 + random.below(6));
  run_for(5'000);
  disasters.begin();
  run_for(busy_ms);
  clients.end();
  disasters.end();
  run_for(30'000);  // whatever is down comes up
  clients.tidy_up();
  run_for(quiet_ms);
  if (!fleet.wrong()) fleet.check_settled();
  if (!fleet.wrong() && options.seed % 8 == 0) check_later(fleet, options.seed % 32 == 0);

  RunResult result{.hash = fleet.transcript.hash(),
                   .turns = fleet.turns,
                   .calls = fleet.calls,
                   .crashes = fleet.crashes,
                   .virtual_ms = fleet.timeline.now() - epoch};
  if (fleet.server()) result.tasks = fleet.server()->state().tasks.size();
  if (fleet.wrong()) result.failure = fleet.transcript.last() + *fleet.wrong() + "\n" + again;
  return result;
}

}  // namespace slipway::sim
