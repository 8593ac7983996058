// bench_disk --file PATH [--seconds 2]
// What the disk gives a single writer: append 4 KiB and fdatasync, over and over. The floor under a durable
// call.
#include <fcntl.h>
#include <unistd.h>

#include "figures.hpp"

using namespace slipway::bench;

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  const std::string path = flags.text("file");
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) give_up("cannot write " + path);
  const std::string block(4'096, 'x');
  std::vector<std::int64_t> latencies_ns;
  const std::int64_t begin_ns = monotonic_ns(),
                     end_ns = begin_ns + flags.number("seconds", 2) * 1'000'000'000;
  for (std::int64_t before_ns = begin_ns; before_ns < end_ns;) {
    if (::write(file, block.data(), block.size()) != ssize_t(block.size()) || ::fdatasync(file) != 0)
      give_up("cannot write " + path);
    const std::int64_t now_ns = monotonic_ns();
    latencies_ns.push_back(now_ns - before_ns);
    before_ns = now_ns;
  }
  ::unlink(path.c_str());
  const double seconds = double(monotonic_ns() - begin_ns) / 1e9;
  JsonLine("disk")
      .add("ops_per_s", double(latencies_ns.size()) / seconds)
      .add_latency("", latencies_ns)
      .print();
}
