#pragma once

#include "base/random.hpp"
#include "sim/fleet.hpp"

namespace slipway::sim {

// What goes wrong in a run. Each seed has some kinds of disaster and not others, so that rare combinations
// come up often somewhere.
class Disasters {
 public:
  Disasters(Fleet& fleet, std::uint64_t seed);

  void begin();
  // No more of them; what is broken is mended, what is down comes up.
  void end();

 private:
  struct Kind {
    std::int64_t every_ms;  // about
    void (Disasters::*strike)();
  };

  void arm(Kind kind);
  Node& any_node();
  void mend_after(std::int64_t most_ms, std::function<void()> mend);

  void server_dies();
  void commit_fails();
  void disk_is_slow();
  void disk_is_full();
  void clock_jumps();
  void network_is_bad();
  void node_is_cut();
  void link_breaks();
  void agent_dies();
  void node_reboots();
  void node_is_lost();

  Fleet& fleet_;
  SeededRandom random_;
  bool over_ = false;
  std::set<std::string> lost_;
};

// A host whose containers do what their image is called: "forever", "job", "crash", "stubborn", "hungry"
// (killed by the kernel), "missing" (no such image), "broken" (does not start).
Fates random_fates(Random& random);

}  // namespace slipway::sim
