#include "sim/disasters.hpp"

namespace slipway::sim {
namespace {

std::int64_t up_to(Random& random, std::int64_t most) {
  return std::int64_t(random.below(std::uint64_t(most) + 1));
}

}  // namespace

Disasters::Disasters(Fleet& fleet, std::uint64_t seed) : fleet_(fleet), random_(seed * 8 + 5) {}

void Disasters::begin() {
  const Kind kinds[] = {
      {25'000, &Disasters::server_dies},   {60'000, &Disasters::commit_fails},
      {30'000, &Disasters::disk_is_slow},  {90'000, &Disasters::disk_is_full},
      {40'000, &Disasters::clock_jumps},   {30'000, &Disasters::network_is_bad},
      {40'000, &Disasters::node_is_cut},   {20'000, &Disasters::link_breaks},
      {30'000, &Disasters::agent_dies},    {90'000, &Disasters::node_reboots},
      {200'000, &Disasters::node_is_lost},
  };
  fleet_.on_death = [this] { mend_after(20'000, [this] { fleet_.start_server(); }); };
  for (const Kind& kind : kinds)
    if (random_.below(3) != 0) arm(kind);
}

void Disasters::arm(Kind kind) {
  fleet_.timeline.after(up_to(random_, 2 * kind.every_ms), [this, kind] {
    if (over_) return;
    (this->*kind.strike)();
    arm(kind);
  });
}

Node& Disasters::any_node() {
  return *fleet_.nodes()[random_.below(fleet_.nodes().size())];
}

// Also when the disasters are over by then.
void Disasters::mend_after(std::int64_t most_ms, std::function<void()> mend) {
  fleet_.timeline.after(up_to(random_, most_ms), std::move(mend));
}

void Disasters::end() {
  over_ = true;
  fleet_.transcript.line("the disasters are over");
  fleet_.network().weather = {};
  fleet_.machine = {};
  for (const auto& node : fleet_.nodes()) {
    fleet_.network().heal(node->name());
    if (lost_.contains(node->name())) continue;
    node->start_agent();
  }
  fleet_.start_server();
}

void Disasters::server_dies() {
  if (!fleet_.server_is_up()) return;
  fleet_.crash_server("kill -9");
  mend_after(15'000, [this] { fleet_.start_server(); });
}

void Disasters::commit_fails() {
  if (fleet_.server_is_up())
    fleet_.store.fail_next_sync(random_.below(2) ? "no space left on device" : "input/output error");
}

// … and the whole machine with it.
void Disasters::disk_is_slow() {
  fleet_.machine.commit_ms = up_to(random_, 3'000);
  fleet_.machine.turn_delay_ms = up_to(random_, 100);
  fleet_.machine.turn_events = 1 + random_.below(32);
  fleet_.transcript.line("a sync takes up to " + std::to_string(fleet_.machine.commit_ms) + " ms");
  mend_after(20'000, [this] {
    fleet_.machine.commit_ms = 2;
    fleet_.machine.turn_delay_ms = 1;
  });
}

void Disasters::disk_is_full() {
  fleet_.transcript.line("the disk is almost full");
  fleet_.machine.disk_almost_full = true;
  mend_after(10'000, [this] { fleet_.machine.disk_almost_full = false; });
}

void Disasters::clock_jumps() {
  fleet_.machine.clock_skew_ms = up_to(random_, 60'000) - 30'000;
  fleet_.transcript.line("the server's clock is off by " + std::to_string(fleet_.machine.clock_skew_ms) +
                         " ms");
}

void Disasters::network_is_bad() {
  Weather& weather = fleet_.network().weather;
  weather.delay_ms = up_to(random_, 400);
  weather.slow_per_mille = unsigned(random_.below(100));
  weather.lost_per_mille = unsigned(random_.below(200));
  fleet_.transcript.line("the network loses " + std::to_string(weather.lost_per_mille) + " per mille");
  mend_after(20'000, [this] { fleet_.network().weather = {}; });
}

void Disasters::node_is_cut() {
  Node& node = any_node();
  fleet_.transcript.line(node.name() + " is cut off");
  fleet_.network().cut(node.name());
  node.break_link();
  mend_after(120'000, [this, name = node.name()] { fleet_.network().heal(name); });
}

void Disasters::link_breaks() {
  any_node().break_link();
}

void Disasters::agent_dies() {
  Node& node = any_node();
  if (lost_.contains(node.name())) return;
  node.kill_agent();
  mend_after(10'000, [this, &node] {
    if (!lost_.contains(node.name())) node.start_agent();
  });
}

void Disasters::node_reboots() {
  Node& node = any_node();
  if (lost_.contains(node.name())) return;
  node.reboot();
  mend_after(60'000, [this, &node] {
    if (!lost_.contains(node.name())) node.start_agent();
  });
}

// One of them at most, so that somebody can still take tasks.
void Disasters::node_is_lost() {
  if (!lost_.empty() || fleet_.nodes().size() < 2) return;
  Node& node = any_node();
  node.reboot();
  lost_.insert(node.name());
  fleet_.transcript.line(node.name() + " is lost for good");
}

Fates random_fates(Random& random) {
  Fates fates;
  fates.image = [&random](const std::string& image) -> ImageFate {
    ImageFate fate{.error = {}, .pull_ms = up_to(random, 5'000)};
    if (image == "missing") fate.error = {"CannotPullContainerError", "pull access denied for missing", 0};
    if (random.below(60) == 0) fate.error = {"CannotPullContainerError", "i/o timeout", 0};
    return fate;
  };
  fates.set_up = [&random]() -> SetUpFate {
    SetUpFate fate{.error = {}, .set_up_ms = up_to(random, 500)};
    if (random.below(60) == 0) fate.error = {"ResourceInitializationError", "netlink: device busy", 0};
    return fate;
  };
  fates.container = [&random](const std::string& image) -> ContainerFate {
    ContainerFate fate{.start_error = {}, .start_ms = up_to(random, 2'000), .term_ms = up_to(random, 3'000)};
    if (image == "job" || image == "crash" || image == "hungry") fate.run_ms = up_to(random, 60'000);
    if (image == "crash") fate.exit_code = 1 + int(random.below(3));
    fate.oom_killed = image == "hungry";
    fate.ignores_term = image == "stubborn";
    if (image == "broken")
      fate.start_error = {"CannotStartContainerError", "exec: \"nothing\": not found", 0};
    return fate;
  };
  return fates;
}

}  // namespace slipway::sim
