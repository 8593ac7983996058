// bench_launch [--count 50] [--task-definition F --subnet S] [--crun BUNDLE] [--podman IMAGE] [--docker
// IMAGE] From the call to the container's own execve, the launchers taking turns, one container at a time.
// One JSON line a launcher. Exits with 1 if a launch failed.
#include <time.h>

#include <thread>

#include "exec_watch.hpp"
#include "figures.hpp"
#include "launchers.hpp"

using namespace slipway::bench;

namespace {

struct Samples {
  std::vector<std::int64_t> running_ns, answered_ns;
};

void launch_once(const Launcher& launcher, ExecWatch& watch, const std::string& id, Samples& samples) {
  watch.drain();
  const std::int64_t begin_ns = monotonic_ns();
  std::int64_t answered_ns = 0;
  std::thread starter([&] {
    launcher.start(id);
    answered_ns = monotonic_ns();
  });
  const ExecWatch::Exec exec = watch.wait_for(container_command(), 30'000);
  starter.join();
  if (exec.pid == 0) give_up(launcher.name + ": no container came to life");
  samples.running_ns.push_back(exec.at_ns - begin_ns);
  samples.answered_ns.push_back(answered_ns - begin_ns);
  launcher.check();
  // A signal that came before the script's trap would be lost on a first process.
  if (watch.wait_for("sleep 86400", 30'000).pid == 0)
    give_up(launcher.name + ": the container does not go on");
  launcher.stop(id);
  // What a stop leaves behind is no part of the next start, and neither is what it warmed up: the kernel's
  // cgroup lock is cheap to take again for some 15 ms after a launch.
  const timespec rest{0, 100'000'000};
  ::nanosleep(&rest, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  TaskFigures figures;
  std::vector<Launcher> launchers;
  if (const auto definition = flags.text("task-definition"); !definition.empty())
    launchers.push_back(slipway_launcher(definition, flags.text("subnet"), figures));
  if (const auto bundle = flags.text("crun"); !bundle.empty()) launchers.push_back(crun_launcher(bundle));
  for (const char* engine : {"podman", "docker"})
    if (const auto image = flags.text(engine); !image.empty())
      launchers.push_back(engine_launcher(engine, image));

  const auto count = flags.number("count", 50);
  std::vector<Samples> samples(launchers.size());
  ExecWatch watch;
  for (std::int64_t turn = -1; turn < count; ++turn) {
    if (turn == 0) samples.assign(launchers.size(), {}), figures = {};  // the first of each warmed caches up
    for (std::size_t at = 0; at < launchers.size(); ++at)
      launch_once(launchers[at], watch, "slipway-bench-" + std::to_string(turn + 1), samples[at]);
  }
  for (std::size_t at = 0; at < launchers.size(); ++at) {
    JsonLine line("launch");
    line.add("launcher", launchers[at].name)
        .add("version", launchers[at].version)
        .add("count", double(count));
    line.add_latency("running_", samples[at].running_ns).add_latency("answered_", samples[at].answered_ns);
    if (launchers[at].name.starts_with("slipway")) line.add_latency("reported_", figures.reported_ns);
    line.print();
  }
}
